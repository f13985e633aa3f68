import { z } from 'zod';
import { Reason } from './api-error.ts';
import { AppName } from './app-name.ts';
import { ProviderName } from './provider-name.ts';
import { limitedField } from './text-limits.ts';
import { UserId } from './token.ts';

/** How many users one call may name; larger lists are sent in several calls. */
export const MAX_USERS_PER_CALL = 500;

/** How many users one `user.register` may bring: each comes with texts of its own, and a body has at most 64 KB. */
export const MAX_NEW_USERS_PER_CALL = 60;

/** The users of a call: each at most once, in the form in which the product writes them. */
export const UserIds = z.array(UserId).min(1, 'must name a user').max(MAX_USERS_PER_CALL);

/** A user's password at the provider (Easemob). It travels in this field of a POST body and nowhere else. */
const Password = limitedField({ maxCharacters: 64 });

/** Input of the calls about one user: `user.show`, `user.delete`. */
export const NameUserInput = z.strictObject({ app: AppName, userId: UserId });
export type NameUserInput = z.infer<typeof NameUserInput>;

/** Input of the calls about many users: `user.unban`, `user.online`, `user.deactivate`, `user.reactivate`. */
export const NameUsersInput = z.strictObject({ app: AppName, userIds: UserIds });
export type NameUsersInput = z.infer<typeof NameUsersInput>;

/** Input of `user.update`: what changes of the profile; what is left out stays as it is. */
export const UpdateUserInput = z
  .strictObject({
    app: AppName,
    userId: UserId,
    name: z.string().min(1, 'must not be empty').max(4096).optional(),
    avatarUrl: z.string().min(1, 'must not be empty').max(16_384).optional(),
  })
  .refine(({ name, avatarUrl }) => name !== undefined || avatarUrl !== undefined, 'needs a name or an avatarUrl');
export type UpdateUserInput = z.infer<typeof UpdateUserInput>;

/** Input of `user.ban`. `minutes` (1 to 43,200, which is 30 days) is needed where the provider's bans end, and refused elsewhere. */
export const BanUsersInput = z.strictObject({
  app: AppName,
  userIds: UserIds,
  minutes: z.int().min(1).max(43_200).optional(),
});
export type BanUsersInput = z.infer<typeof BanUsersInput>;

/** Input of `user.banned` and `user.deactivated`: a page, from 1. */
export const UserPageInput = z.strictObject({
  app: AppName,
  page: z.int().min(1).max(1_000_000).default(1),
  pageSize: z.int().min(1).max(50).default(50),
});
export type UserPageInput = z.infer<typeof UserPageInput>;

/** Input of `user.list`: `limit` at a time, from behind `cursor`. */
export const ListUsersInput = z.strictObject({
  app: AppName,
  cursor: limitedField({ maxCharacters: 1024 }).optional(),
  limit: z.int().min(1).max(100).default(100),
});
export type ListUsersInput = z.infer<typeof ListUsersInput>;

/** A user to be made at the provider. Without a password one is made at random, and thrown away: tokens need none. */
const NewUser = z.strictObject({
  userId: UserId,
  password: Password.optional(),
  nickname: limitedField({ maxCharacters: 100 }).optional(),
});

/** Input of `user.register`. */
export const RegisterUsersInput = z.strictObject({
  app: AppName,
  users: z.array(NewUser).min(1).max(MAX_NEW_USERS_PER_CALL),
});
export type RegisterUsersInput = z.infer<typeof RegisterUsersInput>;

/** Input of `user.password`. */
export const ChangePasswordInput = z.strictObject({ app: AppName, userId: UserId, password: Password });
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;

/** Input of `user.disconnect`: all devices of a user, or the one that logged in under this resource name. */
export const DisconnectUserInput = z.strictObject({
  app: AppName,
  userId: UserId,
  resource: limitedField({ maxCharacters: 256 }).optional(),
});
export type DisconnectUserInput = z.infer<typeof DisconnectUserInput>;

/** What the provider's record says of a user; null is what it does not tell. `createdAt` is in the provider's own form. */
export const UserView = z.object({
  userId: z.string(),
  name: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  createdAt: z.string().nullable(),
  banned: z.boolean().nullable(),
});
export type UserView = z.infer<typeof UserView>;

/** Output of `user.show`. */
export const ShownUser = UserView.extend({ app: AppName, provider: ProviderName });
export type ShownUser = z.infer<typeof ShownUser>;

/** What became of one user in a call about many: `reason` and `message` say why it was not done, and are null where it was. */
export const UserOutcome = z.object({
  userId: z.string(),
  done: z.boolean(),
  reason: Reason.nullable(),
  message: z.string().nullable(),
});
export type UserOutcome = z.infer<typeof UserOutcome>;

/** Output of the calls that change many users: one outcome for each that was named, in their order. */
export const UserOutcomes = z.object({ app: AppName, users: z.array(UserOutcome) });
export type UserOutcomes = z.infer<typeof UserOutcomes>;

/** Output of the calls that change one user; a refusal is an error. */
export const ChangedUser = z.object({ app: AppName, userId: z.string(), done: z.literal(true) });
export type ChangedUser = z.infer<typeof ChangedUser>;

/** Output of `user.update`; `stored` says whether a stored token of the user carries the profile too. */
export const UpdatedUser = ChangedUser.extend({ stored: z.boolean() });
export type UpdatedUser = z.infer<typeof UpdatedUser>;

/** Output of `user.online`; `online` is null where it could not be asked. */
export const OnlineUsers = z.object({
  app: AppName,
  users: z.array(UserOutcome.extend({ online: z.boolean().nullable() })),
});
export type OnlineUsers = z.infer<typeof OnlineUsers>;

/** Output of `user.banned`; `until` is in the provider's own words, null where bans do not end. */
export const BannedUsers = z.object({
  app: AppName,
  users: z.array(z.object({ userId: z.string(), until: z.string().nullable() })),
  nextPage: z.int().nullable(),
});
export type BannedUsers = z.infer<typeof BannedUsers>;

/**
 * Output of `user.deactivate` and `user.reactivate`: the provider carries an operation out later, and reports its end to
 * the webhook that its console names, under `operationId`. One for each call that was made.
 */
export const UserOperations = z.object({
  app: AppName,
  users: z.array(UserOutcome.extend({ operationId: z.string().nullable() })),
});
export type UserOperations = z.infer<typeof UserOperations>;

/** Output of `user.deactivated`. */
export const DeactivatedUsers = z.object({
  app: AppName,
  userIds: z.array(z.string()),
  nextPage: z.int().nullable(),
});
export type DeactivatedUsers = z.infer<typeof DeactivatedUsers>;

/** Output of `user.list`; `nextCursor` is null on the last page. */
export const ListedUsers = z.object({ app: AppName, users: z.array(UserView), nextCursor: z.string().nullable() });
export type ListedUsers = z.infer<typeof ListedUsers>;
