import { NEXCONN_PATHS, NEXCONN_RATES_PER_SECOND } from '@immint/contracts/nexconn';

import { banUsers, listBanned, unbanUsers } from './app-key-bans.ts';
import { jsonCall } from './nexconn-call.ts';
import type { ServedCall } from './provider-call.ts';
import { readCount, readTexts } from './signed-json.ts';

/** Sources: docs.nexconn.ai/platform-chat-api/user/block, user/unblock, user/query-blocked-list */
export const NEXCONN_BAN_CALLS: readonly ServedCall[] = [
  jsonCall(NEXCONN_PATHS.banUsers, NEXCONN_RATES_PER_SECOND.banUsers, (call) => {
    const { durationMinutes } = call.fields;
    const minutes = typeof durationMinutes === 'number' ? durationMinutes : Number.NaN;
    banUsers(call, { users: 'userIds', minutes: 'durationMinutes' }, readTexts(call, 'userIds'), minutes);
  }),
  jsonCall(NEXCONN_PATHS.unbanUsers, NEXCONN_RATES_PER_SECOND.unbanUsers, (call) => {
    unbanUsers(call, 'userIds', readTexts(call, 'userIds'));
  }),
  jsonCall(
    NEXCONN_PATHS.listBanned,
    NEXCONN_RATES_PER_SECOND.listBanned,
    (call) => {
      const [page, pageSize] = [readCount(call, 'page', 0), readCount(call, 'pageSize', 50)];
      const banned = listBanned(call.account, page, pageSize, call.world.state.nowMs());
      return { bannedUsers: banned.map(({ userId, until }) => ({ userId, banExpiresAt: until })) };
    },
    { bodyRequired: false },
  ),
];
