import {
  EASEMOB_MAX_BODY_BYTES,
  EASEMOB_USERS_PER_CALL,
  EasemobDeletedUserReply,
  EasemobDisconnectReply,
  EasemobDoneReply,
  EasemobListUsersReply,
  EasemobListUsersRequest,
  EasemobReadStatusesReply,
  EasemobReadStatusesRequest,
  EasemobResourceId,
  EasemobSetPasswordRequest,
  type EasemobUserEntity,
  EasemobUserId,
  EasemobUserReply,
} from '@immint/contracts/easemob';
import { z } from 'zod';

import type { AskEasemob } from './easemob-call.ts';
import { readEasemob } from './easemob-error.ts';
import { type EasemobAppNames, toEasemobPath } from './easemob-path.ts';
import { createRegisterEasemobUsers } from './easemob-register.ts';
import { ProviderError } from './provider-error.ts';
import { unreadable } from './read-json.ts';
import { MAX_LIST_BYTES } from './reply-limits.ts';
import type { ProviderReply } from './request.ts';
import { readRequest } from './strict-request.ts';
import { callInBatches, toOutcomes, toUserOutcomes } from './user-batches.ts';
import { type DefinedUserCalls, type ProviderUser, toUserCalls, type UserCalls } from './user-calls.ts';

/** The calls about users that Easemob has, and immint makes. */
export const EASEMOB_USER_CALLS = [
  'show',
  'ban',
  'unban',
  'online',
  'register',
  'list',
  'delete',
  'password',
  'disconnect',
] as const;

/** All calls, of which those that are always there are known to be. */
export type EasemobUsers = UserCalls & DefinedUserCalls<(typeof EASEMOB_USER_CALLS)[number]>;

const OneUser = z.strictObject({ username: EasemobUserId });
const OneDevice = OneUser.extend({ resource_id: EasemobResourceId.optional() });

/** Source: doc.easemob.com/document/server-side/account_system.html */
export const createEasemobUsers = (ask: AskEasemob, app: EasemobAppNames): EasemobUsers => {
  const pathOf = (name: Parameters<typeof toEasemobPath>[0], username: string): string =>
    toEasemobPath(name, { ...app, ...readRequest(OneUser, { username }) });

  return toUserCalls(EASEMOB_USER_CALLS, {
    async show(userId, context) {
      return ask(
        {
          name: 'user',
          kind: 'user',
          method: 'GET',
          path: pathOf('user', userId),
          isIdempotent: true,
          read: (reply, sent) => {
            const { entities } = readEasemob(reply, sent, EasemobUserReply);
            return toUser(ofUser(reply, entities, userId));
          },
        },
        context,
      );
    },

    async ban(userIds, minutes, context) {
      if (minutes !== undefined)
        throw new ProviderError('bad-request', { detail: 'A ban at Easemob has no end: it lasts until it is lifted.' });
      const batches = await callInBatches(userIds, { maxItems: 1 }, context, ([userId = '']) =>
        ask(
          {
            name: 'deactivate',
            kind: 'user',
            method: 'POST',
            path: pathOf('deactivate', userId),
            isIdempotent: true,
            read: (reply, sent) => {
              const { entities } = readEasemob(reply, sent, EasemobUserReply);
              if (ofUser(reply, entities, userId).activated) throw unreadable(reply, 'It says that nobody is banned.');
            },
          },
          context,
        ),
      );
      return toUserOutcomes(batches);
    },

    async unban(userIds, context) {
      const batches = await callInBatches(userIds, { maxItems: 1 }, context, ([userId = '']) =>
        ask(
          {
            name: 'activate',
            kind: 'user',
            method: 'POST',
            path: pathOf('activate', userId),
            isIdempotent: true,
            read: (reply, sent) => readEasemob(reply, sent, EasemobDoneReply),
          },
          context,
        ),
      );
      return toUserOutcomes(batches);
    },

    async online(userIds, context) {
      const limits = {
        maxItems: EASEMOB_USERS_PER_CALL.statuses,
        bytes: {
          max: EASEMOB_MAX_BODY_BYTES,
          base: Buffer.byteLength(JSON.stringify({ usernames: [] })),
          of: (userId: string) => Buffer.byteLength(JSON.stringify(userId)) + 1,
        },
      };
      const batches = await callInBatches(userIds, limits, context, (ids) =>
        ask(
          {
            name: 'statuses',
            kind: 'users',
            method: 'POST',
            path: toEasemobPath('statuses', app),
            body: readRequest(EasemobReadStatusesRequest, { usernames: [...ids] }),
            isIdempotent: true,
            read: (reply, sent) => {
              const { data } = readEasemob(reply, sent, EasemobReadStatusesReply);
              return { reply, statuses: new Map(data.flatMap((each) => Object.entries(each))) };
            },
          },
          context,
        ),
      );
      return toOutcomes(
        batches,
        (userId) => userId,
        (userId, { reply, statuses }) => {
          const status = statuses.get(userId);
          return status === undefined
            ? { userId, error: unreadable(reply, 'It leaves out a user who was asked about.') }
            : { userId, isOnline: status === 'online' };
        },
      );
    },

    register: createRegisterEasemobUsers(ask, app),

    async list(page, context) {
      const { limit, cursor } = readRequest(EasemobListUsersRequest, page);
      const query = new URLSearchParams({ limit: String(limit), ...(cursor === undefined ? {} : { cursor }) });
      return ask(
        {
          name: 'users',
          kind: 'users',
          method: 'GET',
          path: `${toEasemobPath('users', app)}?${query.toString()}`,
          isIdempotent: true,
          maxReplyBytes: MAX_LIST_BYTES,
          read: (reply, sent) => {
            const { entities, cursor: nextCursor } = readEasemob(reply, sent, EasemobListUsersReply);
            return { users: entities.map(toUser), nextCursor: nextCursor || undefined };
          },
        },
        context,
      );
    },

    async delete(userId, context) {
      await ask(
        {
          name: 'user',
          kind: 'user',
          method: 'DELETE',
          path: pathOf('user', userId),
          isIdempotent: false,
          read: (reply, sent) => {
            const { entities } = readEasemob(reply, sent, EasemobDeletedUserReply);
            return ofUser(reply, entities, userId);
          },
        },
        context,
      );
    },

    async password(userId, password, context) {
      await ask(
        {
          name: 'password',
          kind: 'user',
          method: 'PUT',
          path: pathOf('password', userId),
          body: readRequest(EasemobSetPasswordRequest, { newpassword: password.reveal() }),
          isIdempotent: true,
          read: (reply, sent) => readEasemob(reply, sent, EasemobDoneReply),
        },
        context,
      );
    },

    async disconnect(userId, resource, context) {
      const device = readRequest(OneDevice, { username: userId, resource_id: resource });
      const isOfAll = device.resource_id === undefined;
      await ask(
        {
          name: isOfAll ? 'disconnect' : 'disconnectDevice',
          kind: 'user',
          method: isOfAll ? 'GET' : 'DELETE',
          path: toEasemobPath(isOfAll ? 'disconnect' : 'disconnectDevice', { ...app, ...device }),
          isIdempotent: true,
          read: (reply, sent) => readEasemob(reply, sent, EasemobDisconnectReply),
        },
        context,
      );
    },
  });
};

/** The one user of an answer, who must be the one that was asked about. */
const ofUser = <Entity extends { readonly username: string }>(
  reply: ProviderReply,
  [entity]: readonly [Entity],
  userId: string,
): Entity => {
  if (entity.username !== userId) throw unreadable(reply, 'It is about another user.');
  return entity;
};

const toUser = ({ username, nickname, created, activated }: EasemobUserEntity): ProviderUser => ({
  userId: username,
  name: nickname || undefined,
  avatarUrl: undefined,
  createdAt: created == null ? undefined : new Date(created).toISOString(),
  isBanned: !activated,
});
