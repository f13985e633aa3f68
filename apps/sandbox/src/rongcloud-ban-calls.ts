import { RONGCLOUD_PATHS, RONGCLOUD_RATES_PER_SECOND } from '@immint/contracts/rongcloud';

import { banUsers, listBanned, unbanUsers } from './app-key-bans.ts';
import type { ServedCall } from './provider-call.ts';
import { formCall } from './rongcloud-call.ts';
import { readCount, readRepeatedIds } from './rongcloud-form.ts';

/** Sources: docs.rongcloud.io/platform-chat-api/user/block, user/unblock, user/query-blocked-list */
export const RONGCLOUD_BAN_CALLS: readonly ServedCall[] = [
  formCall(RONGCLOUD_PATHS.banUsers, RONGCLOUD_RATES_PER_SECOND.banUsers, (call) => {
    banUsers(call, { users: 'userId', minutes: 'minute' }, readRepeatedIds(call), readCount(call, 'minute', 0));
    return {};
  }),
  formCall(RONGCLOUD_PATHS.unbanUsers, RONGCLOUD_RATES_PER_SECOND.unbanUsers, (call) => {
    unbanUsers(call, 'userId', readRepeatedIds(call));
    return {};
  }),
  formCall(
    RONGCLOUD_PATHS.listBanned,
    RONGCLOUD_RATES_PER_SECOND.listBanned,
    (call) => {
      const [page, size] = [readCount(call, 'page', 0), readCount(call, 'size', 50)];
      const banned = listBanned(call.account, page, size, call.world.state.nowMs());
      return { users: banned.map(({ userId, until }) => ({ userId, blockEndTime: until })) };
    },
    { required: null },
  ),
];
