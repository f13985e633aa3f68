import { createHash } from 'node:crypto';

import { RONGCLOUD_PATHS, RONGCLOUD_RATES_PER_SECOND, RONGCLOUD_USERS_PER_CALL } from '@immint/contracts/rongcloud';

import { registerAndIssue, requireUsers, revokeTokens } from './app-key-users.ts';
import type { ServedCall } from './provider-call.ts';
import { randomBase64, type RandomBytes } from './random-text.ts';
import { formCall } from './rongcloud-call.ts';
import { readId, readRepeatedIds } from './rongcloud-form.ts';
import { checkAvatarUrl, checkName, checkUserId } from './signed-parameters.ts';

/** Sources: docs.rongcloud.io/platform-chat-api/user/register, user/expire */
export const RONGCLOUD_TOKEN_CALLS: readonly ServedCall[] = [
  formCall(RONGCLOUD_PATHS.issueToken, RONGCLOUD_RATES_PER_SECOND.issueToken, (call) => {
    const userId = checkUserId(readId(call), call);
    const name = call.form.get('name') ?? '';
    if (name === '') throw call.refuse('bad-parameter', 'name is required.');
    checkName(name, call);
    const avatarUrl = call.form.get('portraitUri');
    if (avatarUrl !== null) checkAvatarUrl(avatarUrl, 'portraitUri', call);
    const token = makeToken(call.account.record.appKey, call.world.randomBytes);
    registerAndIssue(call, { userId, name, avatarUrl }, token);
    return { userId, token };
  }),
  formCall(RONGCLOUD_PATHS.expireTokens, RONGCLOUD_RATES_PER_SECOND.expireTokens, (call) => {
    const users = requireUsers(call, readRepeatedIds(call), 'userId', RONGCLOUD_USERS_PER_CALL.expireTokens);
    const time = call.form.get('time') ?? '';
    if (!/^\d{1,15}$/.test(time)) throw call.refuse('bad-parameter', 'time must be a Unix time in milliseconds.');
    revokeTokens(call, users, Number(time));
    return {};
  }),
];

function makeToken(appKey: string, randomBytes: RandomBytes): string {
  const prefix = createHash('sha256').update(appKey).digest('hex').slice(0, 4);
  return `${randomBase64(randomBytes, 36)}@${prefix}.cn.rongnav.com;${prefix}.cn.rongcfg.com`;
}
