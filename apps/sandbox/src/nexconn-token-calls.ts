import { NEXCONN_PATHS, NEXCONN_RATES_PER_SECOND, NEXCONN_USERS_PER_CALL } from '@immint/contracts/nexconn';

import { registerAndIssue, requireUsers, revokeTokens } from './app-key-users.ts';
import { jsonCall } from './nexconn-call.ts';
import type { ServedCall } from './provider-call.ts';
import { randomBase64 } from './random-text.ts';
import { readText, readTexts, requireText } from './signed-json.ts';
import { checkAvatarUrl, checkName, checkUserId } from './signed-parameters.ts';

/** Sources: docs.nexconn.ai/platform-chat-api/user/register, user/expire */
export const NEXCONN_TOKEN_CALLS: readonly ServedCall[] = [
  jsonCall(NEXCONN_PATHS.issueToken, NEXCONN_RATES_PER_SECOND.issueToken, (call) => {
    const userId = checkUserId(requireText(call, 'userId'), call);
    const name = checkName(requireText(call, 'name'), call);
    const avatarUrl = readText(call, 'avatarUrl');
    if (avatarUrl !== null) checkAvatarUrl(avatarUrl, 'avatarUrl', call);
    const accessToken = randomBase64(call.world.randomBytes, 72);
    registerAndIssue(call, { userId, name, avatarUrl }, accessToken);
    return { userId, accessToken };
  }),
  jsonCall(NEXCONN_PATHS.expireTokens, NEXCONN_RATES_PER_SECOND.expireTokens, (call) => {
    const users = requireUsers(call, readTexts(call, 'userIds'), 'userIds', NEXCONN_USERS_PER_CALL.expireTokens);
    const { expiresAt } = call.fields;
    if (typeof expiresAt !== 'number' || !Number.isSafeInteger(expiresAt) || expiresAt < 0) {
      throw call.refuse('bad-parameter', 'expiresAt must be a Unix time in milliseconds.');
    }
    revokeTokens(call, users, expiresAt);
  }),
];
