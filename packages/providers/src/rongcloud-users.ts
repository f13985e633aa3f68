import {
  RONGCLOUD_USERS_PER_CALL,
  RongCloudBanUsersRequest,
  RongCloudDeactivateUsersRequest,
  RongCloudDoneReply,
  RongCloudExpireTokensRequest,
  RongCloudListBannedReply,
  RongCloudListBannedRequest,
  RongCloudListDeactivatedReply,
  RongCloudListDeactivatedRequest,
  RongCloudOperationReply,
  RongCloudReactivateUsersRequest,
  RongCloudReadOnlineReply,
  RongCloudReadOnlineRequest,
  RongCloudReadUserReply,
  RongCloudReadUserRequest,
  RongCloudUnbanUsersRequest,
} from '@immint/contracts/rongcloud';
import { z } from 'zod';

import type { RevokeCalls } from './chat-provider.ts';
import type { AskRongCloud } from './rongcloud-call.ts';
import { readRongCloud } from './rongcloud-error.ts';
import { readRequest } from './strict-request.ts';
import { callInBatches, toOperations, toOutcomes, toUserOutcomes } from './user-batches.ts';
import { toUserCalls, type UserCalls } from './user-calls.ts';

/** The calls about users that RongCloud has, and immint makes. */
export const RONGCLOUD_USER_CALLS = [
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

/** `userId` is the set of ids that the app has chosen. Source: docs.rongcloud.io/platform-chat-api/user/* */
export const createRongCloudUsers = (ask: AskRongCloud, userId: z.ZodType<string, string>): UserCalls => {
  const many = (name: keyof typeof RONGCLOUD_USERS_PER_CALL) =>
    z.array(userId).min(1).max(RONGCLOUD_USERS_PER_CALL[name]);

  return toUserCalls(RONGCLOUD_USER_CALLS, {
    async show(id, context) {
      const form = readRequest(RongCloudReadUserRequest.extend({ userId }), { userId: id });
      const user = await ask('readUser', form, context, (reply) => readRongCloud(reply, RongCloudReadUserReply));
      return {
        userId: id,
        name: user.userName || undefined,
        avatarUrl: user.userPortrait || undefined,
        createdAt: user.createTime || undefined,
        isBanned: undefined,
      };
    },

    async ban(userIds, minutes, context) {
      const { minute } = readRequest(RongCloudBanUsersRequest.pick({ minute: true }), {
        minute: minutes ?? Number.NaN,
      });
      const batches = await callInBatches(userIds, { maxItems: RONGCLOUD_USERS_PER_CALL.banUsers }, context, (ids) => {
        const request = RongCloudBanUsersRequest.extend({ userId: many('banUsers') });
        const form = readRequest(request, { userId: [...ids], minute });
        return ask('banUsers', form, context, (reply) => readRongCloud(reply, RongCloudDoneReply));
      });
      return toUserOutcomes(batches);
    },

    async unban(userIds, context) {
      const batches = await callInBatches(
        userIds,
        { maxItems: RONGCLOUD_USERS_PER_CALL.unbanUsers },
        context,
        (ids) => {
          const request = RongCloudUnbanUsersRequest.extend({ userId: many('unbanUsers') });
          const form = readRequest(request, { userId: [...ids] });
          return ask('unbanUsers', form, context, (reply) => readRongCloud(reply, RongCloudDoneReply));
        },
      );
      return toUserOutcomes(batches);
    },

    async banned({ page, pageSize }, context) {
      const form = readRequest(RongCloudListBannedRequest, { page, size: pageSize });
      const { users } = await ask('listBanned', form, context, (reply) =>
        readRongCloud(reply, RongCloudListBannedReply),
      );
      return users.map((user) => ({ userId: user.userId, until: user.blockEndTime || undefined }));
    },

    async online(userIds, context) {
      const batches = await callInBatches(userIds, { maxItems: 1 }, context, ([id = '']) => {
        const form = readRequest(RongCloudReadOnlineRequest.extend({ userId }), { userId: id });
        return ask('readOnline', form, context, (reply) => readRongCloud(reply, RongCloudReadOnlineReply));
      });
      return toOutcomes(
        batches,
        (id) => id,
        (id, { status }) => ({ userId: id, isOnline: status === '1' }),
      );
    },

    async deactivate(userIds, context) {
      const batches = await callInBatches(
        userIds,
        { maxItems: RONGCLOUD_USERS_PER_CALL.deactivateUsers },
        context,
        (ids) => {
          const request = RongCloudDeactivateUsersRequest.extend({ userId: many('deactivateUsers') });
          const form = readRequest(request, { userId: [...ids] });
          return ask('deactivateUsers', { userId: form.userId.join(',') }, context, (reply) =>
            readRongCloud(reply, RongCloudOperationReply),
          );
        },
      );
      return toOperations(batches, ({ operateId }) => operateId);
    },

    async reactivate(userIds, context) {
      const batches = await callInBatches(
        userIds,
        { maxItems: RONGCLOUD_USERS_PER_CALL.reactivateUsers },
        context,
        (ids) => {
          const request = RongCloudReactivateUsersRequest.extend({ userId: many('reactivateUsers') });
          const form = readRequest(request, { userId: [...ids] });
          return ask(
            'reactivateUsers',
            { userId: form.userId.join(',') },
            context,
            (reply) => readRongCloud(reply, RongCloudOperationReply),
            ids.length,
          );
        },
      );
      return toOperations(batches, ({ operateId }) => operateId);
    },

    async deactivated({ page, pageSize }, context) {
      const form = readRequest(RongCloudListDeactivatedRequest, { pageNo: page, pageSize });
      const { users } = await ask('listDeactivated', form, context, (reply) =>
        readRongCloud(reply, RongCloudListDeactivatedReply),
      );
      return users;
    },
  });
};

/** Source: docs.rongcloud.io/platform-chat-api/user/expire */
export const createRongCloudRevocation = (ask: AskRongCloud, userId: z.ZodType<string, string>): RevokeCalls => ({
  effect:
    'RongCloud ends every token that the user obtained before the instant. Live connections stay until they reconnect.',
  isVerified: true,
  takesInstant: true,
  async revoke(userIds, beforeMs, context) {
    const maxItems = RONGCLOUD_USERS_PER_CALL.expireTokens;
    const request = RongCloudExpireTokensRequest.extend({ userId: z.array(userId).min(1).max(maxItems) });
    const batches = await callInBatches(userIds, { maxItems }, context, (ids) => {
      const form = readRequest(request, { userId: [...ids], time: beforeMs });
      return ask('expireTokens', form, context, (reply) => readRongCloud(reply, RongCloudDoneReply));
    });
    return toUserOutcomes(batches);
  },
});
