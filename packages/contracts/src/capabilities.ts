import { z } from 'zod';

/** The calls about a provider's users that some providers have and others have not. */
export const USER_CALLS = [
  'show',
  'update',
  'ban',
  'unban',
  'banned',
  'online',
  'deactivate',
  'reactivate',
  'deactivated',
  'register',
  'list',
  'delete',
  'password',
  'disconnect',
] as const;
export const UserCallName = z.enum(USER_CALLS);
export type UserCallName = z.infer<typeof UserCallName>;

/** What an app's provider can do, under the app's own settings: read by the code in place of the provider's name. */
export const ProviderCapabilities = z.object({
  /** Whether there is a call that ends a user's tokens. */
  revokesTokens: z.boolean(),
  /** How many users one call that ends tokens may name; null where there is no such call. */
  usersPerRevoke: z.int().positive().nullable(),
  /** Whether a lifetime can be asked for. */
  takesTtl: z.boolean(),
  /** The unit in which the provider counts lifetimes on the wire; null where it tells none. */
  ttlUnit: z.enum(['seconds', 'milliseconds']).nullable(),
  /** Whether a user's own password can be exchanged for a token. */
  takesPassword: z.boolean(),
  /** Whether the provider is told names and avatars. */
  keepsProfile: z.boolean(),
  /** Whether tokens issued earlier stay valid when another one is issued. */
  oldTokensStayValid: z.boolean(),
  /** Whether a refreshed App Secret voids all tokens. */
  secretRefreshKillsTokens: z.boolean(),
  /** Whether user ids that differ only in case are one user. */
  foldsUserIdCase: z.boolean(),
  /** Calls per second by endpoint group, as this app may make them: documented, or raised by a paid plan. */
  ratesPerSecond: z.record(z.string(), z.number().positive()),
  /** Whether a ban lasts for a number of minutes, which must be given; otherwise it lasts until it is lifted. */
  bansForMinutes: z.boolean(),
  /** Which calls about users there are. */
  userCalls: z.array(UserCallName),
});
export type ProviderCapabilities = z.infer<typeof ProviderCapabilities>;
