import {
  NEXCONN_DOCUMENTED_READ_ONLINE_PATH,
  NEXCONN_PATHS,
  NEXCONN_RATES_PER_SECOND,
} from '@immint/contracts/nexconn';

import { alterUsers, requireUser } from './app-key-users.ts';
import { jsonCall } from './nexconn-call.ts';
import type { ServedCall } from './provider-call.ts';
import { toProviderDateTime } from './sandbox-clock.ts';
import { readText, requireText } from './signed-json.ts';
import { checkAvatarUrl, checkName, checkUserId } from './signed-parameters.ts';
import { socialOf } from './signed-socials.ts';

/** The web pages name one path, the OpenAPI file and the SDKs the other: both are the same call. */
const READ_ONLINE_PATHS = [NEXCONN_PATHS.readOnline, NEXCONN_DOCUMENTED_READ_ONLINE_PATH];

/** Sources: docs.nexconn.ai/platform-chat-api/user/modify, user/get, user/check-online-status-by-user */
export const NEXCONN_USER_CALLS: readonly ServedCall[] = [
  jsonCall(NEXCONN_PATHS.updateUser, NEXCONN_RATES_PER_SECOND.updateUser, (call) => {
    const user = requireUser(call, requireText(call, 'userId'));
    const name = checkName(readText(call, 'name') ?? '', call);
    const avatarUrl = checkAvatarUrl(readText(call, 'avatarUrl') ?? '', 'avatarUrl', call);
    alterUsers(call.account, [user], call.world, () => ({
      name: name === '' ? user.name : name,
      avatarUrl: avatarUrl === '' ? user.avatarUrl : avatarUrl,
    }));
  }),
  jsonCall(NEXCONN_PATHS.readUser, NEXCONN_RATES_PER_SECOND.readUser, (call) => {
    const { name, avatarUrl, createdAtMs } = requireUser(call, requireText(call, 'userId'));
    return { name: name ?? '', avatarUrl: avatarUrl ?? '', createdAt: toProviderDateTime(createdAtMs) };
  }),
  ...READ_ONLINE_PATHS.map((path) =>
    jsonCall(
      path,
      NEXCONN_RATES_PER_SECOND.readOnline,
      (call) => {
        const { online } = socialOf(call.account, checkUserId(requireText(call, 'userId'), call));
        return { status: online ? '1' : '0' };
      },
      { rateGroup: NEXCONN_PATHS.readOnline },
    ),
  ),
];
