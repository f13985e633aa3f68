import { RONGCLOUD_PATHS, RONGCLOUD_RATES_PER_SECOND } from '@immint/contracts/rongcloud';

import { deactivateUsers, listDeactivated, MAX_USERS_TO_DEACTIVATE, reactivateUsers } from './app-key-deactivation.ts';
import type { ServedCall } from './provider-call.ts';
import { formCall } from './rongcloud-call.ts';
import { readCount, readJoinedIds, splitIds } from './rongcloud-form.ts';
import { checkPageSize } from './signed-parameters.ts';

const MAX_USERS_ON_A_PAGE = 50;

/** `activate` is the older name, which the Java SDK still calls. */
const REACTIVATION_PATHS = [RONGCLOUD_PATHS.reactivateUsers, '/user/activate.json'];

/** Sources: docs.rongcloud.io/platform-chat-api/user/deactivate, user/reactivate, user/query-deactivated-list */
export const RONGCLOUD_DEACTIVATION_CALLS: readonly ServedCall[] = [
  formCall(RONGCLOUD_PATHS.deactivateUsers, RONGCLOUD_RATES_PER_SECOND.deactivateUsers, (call) => ({
    operateId: deactivateUsers(call, 'userId', readJoinedIds(call)),
  })),
  ...REACTIVATION_PATHS.map((path) =>
    formCall(
      path,
      RONGCLOUD_RATES_PER_SECOND.reactivateUsers,
      (call) => ({ operateId: reactivateUsers(call, 'userId', readJoinedIds(call)) }),
      {
        rateGroup: RONGCLOUD_PATHS.reactivateUsers,
        // More than a call may name are refused as such, whatever is left of the rate.
        rateUnits: ({ body }) =>
          Math.min(splitIds(new URLSearchParams(body), 'userId').length, MAX_USERS_TO_DEACTIVATE),
      },
    ),
  ),
  formCall(
    RONGCLOUD_PATHS.listDeactivated,
    RONGCLOUD_RATES_PER_SECOND.listDeactivated,
    (call) => {
      const pageSize = checkPageSize(
        readCount(call, 'pageSize', MAX_USERS_ON_A_PAGE),
        MAX_USERS_ON_A_PAGE,
        'pageSize',
        call,
      );
      return { users: listDeactivated(call.account, Math.max(readCount(call, 'pageNo', 1), 1), pageSize) };
    },
    { required: null },
  ),
];
