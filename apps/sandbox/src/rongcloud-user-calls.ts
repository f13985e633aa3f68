import { RONGCLOUD_PATHS, RONGCLOUD_RATES_PER_SECOND } from '@immint/contracts/rongcloud';

import { alterUsers, deleteUsers, listUsers, requireUser } from './app-key-users.ts';
import type { ServedCall } from './provider-call.ts';
import { formCall } from './rongcloud-call.ts';
import { readCount, readId, splitIds } from './rongcloud-form.ts';
import { toProviderDateTime } from './sandbox-clock.ts';
import { checkAvatarUrl, checkName, checkPageSize, checkUserId } from './signed-parameters.ts';
import { socialOf } from './signed-socials.ts';

const MAX_USERS_TO_DELETE = 100;
const USERS_ON_A_PAGE = 20;
const MAX_USERS_ON_A_PAGE = 100;

/** Sources: docs.rongcloud.io/platform-chat-api/user/*, the Go and Java SDKs for `query` and `delusers` */
export const RONGCLOUD_USER_CALLS: readonly ServedCall[] = [
  formCall(RONGCLOUD_PATHS.updateUser, RONGCLOUD_RATES_PER_SECOND.updateUser, (call) => {
    const user = requireUser(call, readId(call));
    const name = checkName(call.form.get('name') ?? '', call);
    const avatarUrl = checkAvatarUrl(call.form.get('portraitUri') ?? '', 'portraitUri', call);
    // The Go SDK always sends both, even empty: empty means unchanged.
    alterUsers(call.account, [user], call.world, () => ({
      name: name === '' ? user.name : name,
      avatarUrl: avatarUrl === '' ? user.avatarUrl : avatarUrl,
    }));
    return {};
  }),
  formCall(RONGCLOUD_PATHS.readUser, RONGCLOUD_RATES_PER_SECOND.readUser, (call) => {
    const { name, avatarUrl, createdAtMs } = requireUser(call, readId(call));
    return { userName: name ?? '', userPortrait: avatarUrl ?? '', createTime: toProviderDateTime(createdAtMs) };
  }),
  formCall(RONGCLOUD_PATHS.readOnline, RONGCLOUD_RATES_PER_SECOND.readOnline, (call) => ({
    status: socialOf(call.account, checkUserId(readId(call), call)).online ? '1' : '0',
  })),
  formCall(
    '/user/query.json',
    100,
    (call) => {
      const page = Math.max(readCount(call, 'page', 1), 1);
      const pageSize = checkPageSize(
        readCount(call, 'pageSize', USERS_ON_A_PAGE),
        MAX_USERS_ON_A_PAGE,
        'pageSize',
        call,
      );
      const users = listUsers(call.account, page, pageSize, readCount(call, 'order', 0));
      return {
        total: call.account.users.size,
        users: users.map(({ userId, name, avatarUrl, createdAtMs }) => ({
          userId,
          userName: name ?? '',
          userPortrait: avatarUrl ?? '',
          regTime: toProviderDateTime(createdAtMs),
        })),
      };
    },
    { required: null },
  ),
  formCall('/user/group/query.json', 100, (call) => {
    checkUserId(readId(call), call);
    return { groups: [] };
  }),
  formCall('/user/delusers.json', 100, (call) => {
    deleteUsers(call, splitIds(call.form, 'userId'), 'userId', MAX_USERS_TO_DELETE);
    return {};
  }),
];
