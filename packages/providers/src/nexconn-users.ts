import {
  NEXCONN_USERS_PER_CALL,
  NexconnBanUsersRequest,
  NexconnDeactivateUsersRequest,
  NexconnDoneReply,
  NexconnExpireTokensRequest,
  NexconnListBannedReply,
  NexconnListBannedRequest,
  NexconnListDeactivatedReply,
  NexconnListDeactivatedRequest,
  NexconnOperationReply,
  NexconnReactivateUsersRequest,
  NexconnReadOnlineReply,
  NexconnReadOnlineRequest,
  NexconnReadUserReply,
  NexconnReadUserRequest,
  NexconnUnbanUsersRequest,
} from '@immint/contracts/nexconn';
import { z } from 'zod';

import type { RevokeCalls } from './chat-provider.ts';
import type { AskNexconn } from './nexconn-call.ts';
import { readNexconn } from './nexconn-error.ts';
import { readRequest } from './strict-request.ts';
import { callInBatches, toOperations, toOutcomes, toUserOutcomes } from './user-batches.ts';
import { toUserCalls, type UserCalls } from './user-calls.ts';

/** The calls about users that Nexconn has, and immint makes. */
export const NEXCONN_USER_CALLS = [
  'show',
  'update',
  'ban',
  'unban',
  'banned',
  'online',
  'deactivate',
  'reactivate',
  'deactivated',
] as const;

/** `userId` is the set of ids that the app has chosen. Source: docs.nexconn.ai/platform-chat-api, user pages */
export const createNexconnUsers = (ask: AskNexconn, userId: z.ZodType<string, string>): UserCalls => {
  const many = (name: keyof typeof NEXCONN_USERS_PER_CALL) => z.array(userId).min(1).max(NEXCONN_USERS_PER_CALL[name]);

  return toUserCalls(NEXCONN_USER_CALLS, {
    async show(id, context) {
      const body = readRequest(NexconnReadUserRequest.extend({ userId }), { userId: id });
      const { result } = await ask('readUser', body, context, (reply) => readNexconn(reply, NexconnReadUserReply));
      return {
        userId: id,
        name: result.name || undefined,
        avatarUrl: result.avatarUrl || undefined,
        createdAt: result.createdAt || undefined,
        isBanned: undefined,
      };
    },

    async ban(userIds, minutes, context) {
      const { durationMinutes } = readRequest(NexconnBanUsersRequest.pick({ durationMinutes: true }), {
        durationMinutes: minutes ?? Number.NaN,
      });
      const batches = await callInBatches(userIds, { maxItems: NEXCONN_USERS_PER_CALL.banUsers }, context, (ids) => {
        const request = NexconnBanUsersRequest.extend({ userIds: many('banUsers') });
        const body = readRequest(request, { userIds: [...ids], durationMinutes });
        return ask('banUsers', body, context, (reply) => readNexconn(reply, NexconnDoneReply));
      });
      return toUserOutcomes(batches);
    },

    async unban(userIds, context) {
      const batches = await callInBatches(userIds, { maxItems: NEXCONN_USERS_PER_CALL.unbanUsers }, context, (ids) => {
        const request = NexconnUnbanUsersRequest.extend({ userIds: many('unbanUsers') });
        const body = readRequest(request, { userIds: [...ids] });
        return ask('unbanUsers', body, context, (reply) => readNexconn(reply, NexconnDoneReply));
      });
      return toUserOutcomes(batches);
    },

    async banned({ page, pageSize }, context) {
      const body = readRequest(NexconnListBannedRequest, { page, pageSize });
      const { result } = await ask('listBanned', body, context, (reply) => readNexconn(reply, NexconnListBannedReply));
      const users = result?.bannedUsers ?? [];
      return users.map((user) => ({ userId: user.userId, until: user.banExpiresAt || undefined }));
    },

    async online(userIds, context) {
      const batches = await callInBatches(userIds, { maxItems: 1 }, context, ([id = '']) => {
        const body = readRequest(NexconnReadOnlineRequest.extend({ userId }), { userId: id });
        return ask('readOnline', body, context, (reply) => readNexconn(reply, NexconnReadOnlineReply));
      });
      return toOutcomes(
        batches,
        (id) => id,
        (id, { result }) => ({ userId: id, isOnline: result.status === '1' }),
      );
    },

    async deactivate(userIds, context) {
      const batches = await callInBatches(
        userIds,
        { maxItems: NEXCONN_USERS_PER_CALL.deactivateUsers },
        context,
        (ids) => {
          const request = NexconnDeactivateUsersRequest.extend({ userIds: many('deactivateUsers') });
          const body = readRequest(request, { userIds: [...ids] });
          return ask('deactivateUsers', body, context, (reply) => readNexconn(reply, NexconnOperationReply));
        },
      );
      return toOperations(batches, ({ result }) => result.operationId);
    },

    async reactivate(userIds, context) {
      const batches = await callInBatches(
        userIds,
        { maxItems: NEXCONN_USERS_PER_CALL.reactivateUsers },
        context,
        (ids) => {
          const request = NexconnReactivateUsersRequest.extend({ userIds: many('reactivateUsers') });
          const body = readRequest(request, { userIds: [...ids] });
          return ask(
            'reactivateUsers',
            body,
            context,
            (reply) => readNexconn(reply, NexconnOperationReply),
            ids.length,
          );
        },
      );
      return toOperations(batches, ({ result }) => result.operationId);
    },

    async deactivated({ page, pageSize }, context) {
      const body = readRequest(NexconnListDeactivatedRequest, { page, pageSize });
      const { result } = await ask('listDeactivated', body, context, (reply) =>
        readNexconn(reply, NexconnListDeactivatedReply),
      );
      return result?.userIds ?? [];
    },
  });
};

/** Source: docs.nexconn.ai/platform-chat-api, Expire access tokens */
export const createNexconnRevocation = (ask: AskNexconn, userId: z.ZodType<string, string>): RevokeCalls => ({
  effect:
    'Nexconn ends every token that the user obtained before the instant. Live connections stay until they reconnect.',
  isVerified: true,
  takesInstant: true,
  async revoke(userIds, beforeMs, context) {
    const maxItems = NEXCONN_USERS_PER_CALL.expireTokens;
    const request = NexconnExpireTokensRequest.extend({ userIds: z.array(userId).min(1).max(maxItems) });
    const batches = await callInBatches(userIds, { maxItems }, context, (ids) => {
      const body = readRequest(request, { userIds: [...ids], expiresAt: beforeMs });
      return ask('expireTokens', body, context, (reply) => readNexconn(reply, NexconnDoneReply));
    });
    return toUserOutcomes(batches);
  },
});
