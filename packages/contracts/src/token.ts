import { z } from 'zod';
import { AppName } from './app-name.ts';
import { ProviderName } from './provider-name.ts';
import { limitedField } from './text-limits.ts';

/** How long a token lives: told by the provider, permanent by its rules, or not known to anybody but the provider. */
export const LIFETIMES = ['known', 'permanent', 'unknown'] as const;
export const Lifetime = z.enum(LIFETIMES);
export type Lifetime = z.infer<typeof Lifetime>;

/**
 * The product's own id of a person, as the product writes it. Here it is only text: which characters and how many bytes a
 * provider takes is that provider's rule, and `USER_ID_REFUSED` says which one was broken.
 */
export const UserId = z.string().min(1, 'must not be empty').max(1024);

/** The longest lifetime that can be asked for: ten years, far below the 32-bit limit of some provider SDKs. */
const MAX_TTL_SECONDS = 315_360_000;

/**
 * Input of `token.obtain`: the stored token of a user if it is good, otherwise a new one.
 * `name` and `avatarUrl` are the profile that push notifications show; without `name` the stored one is used, otherwise
 * the `userId`. `ttlSeconds` is an upper bound of the life that is left, for providers that take a lifetime; 0 asks for
 * a permanent token. `fresh` asks for a new token even if the stored one is good. `password` (Easemob) goes to the
 * provider by itself and touches nothing that is stored.
 */
export const ObtainTokenInput = z.strictObject({
  app: AppName,
  userId: UserId,
  name: z.string().min(1, 'must not be empty').max(4096).optional(),
  avatarUrl: z.string().min(1, 'must not be empty').max(16_384).optional(),
  ttlSeconds: z.int().min(0).max(MAX_TTL_SECONDS).optional(),
  fresh: z.boolean().optional(),
  password: limitedField({ maxCharacters: 64 }).optional(),
});
export type ObtainTokenInput = z.infer<typeof ObtainTokenInput>;

/**
 * A user token, and what is known of it. `generation` counts the tokens of one user (0: not stored, by password);
 * `expiresAtMs` is null unless the lifetime is known; `fingerprint` names the token without showing it.
 */
export const Token = z.object({
  app: AppName,
  provider: ProviderName,
  userId: z.string(),
  token: z.string().min(1),
  fingerprint: z.string(),
  source: z.enum(['stored', 'issued']),
  generation: z.int().nonnegative(),
  issuedAtMs: z.int(),
  lifetime: Lifetime,
  expiresAtMs: z.int().nullable(),
});
export type Token = z.infer<typeof Token>;

/** What is remembered of a user's token; never the token. `good` says whether `token.obtain` would hand it out now. */
export const TokenMetadata = z.object({
  app: AppName,
  provider: ProviderName,
  userId: z.string(),
  name: z.string(),
  avatarUrl: z.string().nullable(),
  fingerprint: z.string(),
  generation: z.int().positive(),
  secretEpoch: z.int().positive(),
  issuedAtMs: z.int(),
  lifetime: Lifetime,
  expiresAtMs: z.int().nullable(),
  lastHandedOutOn: z.string().nullable(),
  good: z.boolean(),
  /** Whether it was revoked, or went with its user; then it is not good. */
  revoked: z.boolean(),
  /** Whether nothing is issued for this user until `token.unbar`. */
  barred: z.boolean(),
});
export type TokenMetadata = z.infer<typeof TokenMetadata>;

/** Input of `token.inspect`. */
export const InspectTokenInput = z.strictObject({ app: AppName, userId: UserId });
export type InspectTokenInput = z.infer<typeof InspectTokenInput>;

/** Input of `token.list`: by canonical user id, `limit` at a time (default 100, at most 500), from behind `cursor`. */
export const ListTokensInput = z.strictObject({
  app: AppName,
  cursor: limitedField({ maxCharacters: 1024 }).optional(),
  limit: z.int().min(1).max(500).default(100),
});
export type ListTokensInput = z.infer<typeof ListTokensInput>;

/** A page of `token.list`; `nextCursor` is null on the last one. */
export const TokenPage = z.object({ tokens: z.array(TokenMetadata), nextCursor: z.string().nullable() });
export type TokenPage = z.infer<typeof TokenPage>;
