import { z } from 'zod';
import { Reason } from './api-error.ts';
import { AppName } from './app-name.ts';
import { ProviderName } from './provider-name.ts';
import { TokenMetadata } from './token.ts';
import { UserIds } from './user.ts';

/** Who is meant: users that are named, or all of the app. */
const namesUsers = ({ userIds, all }: { readonly userIds?: unknown; readonly all?: unknown }) =>
  (userIds === undefined) !== (all === undefined);
const NAMES_USERS = 'needs userIds or all: true, and only one of them';

/**
 * Input of `token.revoke`: stored tokens of these users, or of all users of the app, are no longer handed out, and the
 * provider is told to end what it gave before now. `bar` also refuses to issue for them until `token.unbar`.
 */
export const RevokeTokensInput = z
  .strictObject({
    app: AppName,
    userIds: UserIds.optional(),
    all: z.literal(true).optional(),
    bar: z.boolean().optional(),
  })
  .refine(namesUsers, NAMES_USERS);
export type RevokeTokensInput = z.infer<typeof RevokeTokensInput>;

/** Input of `token.unbar`: lifts the bars of these users, or the bar of the whole app. One leaves the other as it is. */
export const UnbarUsersInput = z
  .strictObject({ app: AppName, userIds: UserIds.optional(), all: z.literal(true).optional() })
  .refine(namesUsers, NAMES_USERS);
export type UnbarUsersInput = z.infer<typeof UnbarUsersInput>;

/**
 * What the provider knows of a revoke: `delivered` it was told; `pending` it will be told again, with the same instant;
 * `failed` it refuses, for good; `unsupported` it has no call that ends tokens, or the app's settings do not allow it.
 */
export const REVOCATION_STATES = ['pending', 'delivered', 'failed', 'unsupported'] as const;
export const RevocationState = z.enum(REVOCATION_STATES);
export type RevocationState = z.infer<typeof RevocationState>;

/**
 * What was done about one user. Serving has stopped for every user that has a state; null is a user id that the provider's
 * rules refuse, for which nothing was done. `revokedBeforeMs` is the instant, by the provider's clock, before which tokens
 * end; null where there is none, or it is not known yet.
 */
export const RevokedUser = z.object({
  userId: z.string(),
  state: RevocationState.nullable(),
  barred: z.boolean(),
  revokedBeforeMs: z.int().nullable(),
  reason: Reason.nullable(),
  message: z.string().nullable(),
});
export type RevokedUser = z.infer<typeof RevokedUser>;

/**
 * What was done about all users of an app: serving has stopped for everybody. `users` have a stored token; the provider is told
 * of them by a job, null where there is nobody to tell, which takes about `estimatedMs`. `revokedBeforeMs` as for one user.
 */
const RevokedApp = z.object({
  users: z.int().nonnegative(),
  job: z.int().nullable(),
  estimatedMs: z.int().nullable(),
  barred: z.boolean(),
  revokedBeforeMs: z.int().nullable(),
});

/**
 * Output of `token.revoke`: `users` where they were named, `all` where all of the app were meant. `effect` is what the provider is asked to do, in words; `verified` whether its documentation
 * promises that tokens end. Connections that are open stay open whatever the state.
 */
export const RevokedTokens = z.object({
  app: AppName,
  provider: ProviderName,
  effect: z.string(),
  verified: z.boolean(),
  users: z.array(RevokedUser),
  all: RevokedApp.nullable(),
});
export type RevokedTokens = z.infer<typeof RevokedTokens>;

/** Output of `token.inspect`: the metadata, and what became of the user's latest revoke, null if there was none of late. */
export const InspectedToken = TokenMetadata.extend({
  revocation: z
    .object({
      state: RevocationState,
      revokedBeforeMs: z.int().nullable(),
      acceptedAtMs: z.int(),
      settledAtMs: z.int().nullable(),
      attempts: z.int().nonnegative(),
      /** Why the provider did not take it when it was last told. */
      reason: Reason.nullable(),
    })
    .nullable(),
});
export type InspectedToken = z.infer<typeof InspectedToken>;

/**
 * Output of `token.unbar`: whether each user was barred; none of them is any more. `appBarred` is whether the whole app is still,
 * which keeps them out all the same; `appWasBarred` whether it was, null where only users were named.
 */
export const UnbarredUsers = z.object({
  app: AppName,
  appBarred: z.boolean(),
  appWasBarred: z.boolean().nullable(),
  users: z.array(z.object({ userId: z.string(), wasBarred: z.boolean() })),
});
export type UnbarredUsers = z.infer<typeof UnbarredUsers>;
