import { NEXCONN_PATHS, NEXCONN_RATES_PER_SECOND } from '@immint/contracts/nexconn';

import { deactivateUsers, listDeactivated, MAX_USERS_TO_DEACTIVATE, reactivateUsers } from './app-key-deactivation.ts';
import { parseJsonObject } from './json-body.ts';
import { jsonCall } from './nexconn-call.ts';
import type { ServedCall } from './provider-call.ts';
import { readCount, readTexts, textsIn } from './signed-json.ts';
import { checkPageSize } from './signed-parameters.ts';

const MAX_USERS_ON_A_PAGE = 50;

/** Called soft-delete and restore here. Sources: docs.nexconn.ai/platform-chat-api, user pages */
export const NEXCONN_DEACTIVATION_CALLS: readonly ServedCall[] = [
  jsonCall(NEXCONN_PATHS.deactivateUsers, NEXCONN_RATES_PER_SECOND.deactivateUsers, (call) => ({
    operationId: deactivateUsers(call, 'userIds', readTexts(call, 'userIds')),
  })),
  jsonCall(
    NEXCONN_PATHS.reactivateUsers,
    NEXCONN_RATES_PER_SECOND.reactivateUsers,
    (call) => ({ operationId: reactivateUsers(call, 'userIds', readTexts(call, 'userIds')) }),
    {
      // More than a call may name are refused as such, whatever is left of the rate.
      rateUnits: ({ body }) =>
        Math.min(textsIn(parseJsonObject(body) ?? {}, ['userIds']).length, MAX_USERS_TO_DEACTIVATE),
    },
  ),
  jsonCall(
    NEXCONN_PATHS.listDeactivated,
    NEXCONN_RATES_PER_SECOND.listDeactivated,
    (call) => {
      const size = checkPageSize(
        readCount(call, 'pageSize', MAX_USERS_ON_A_PAGE),
        MAX_USERS_ON_A_PAGE,
        'pageSize',
        call,
      );
      return { userIds: listDeactivated(call.account, Math.max(readCount(call, 'page', 1), 1), size) };
    },
    { bodyRequired: false },
  ),
];
