import type { Lifetime } from '@immint/contracts';
import type { Secret } from '@immint/secrets';
import type { token } from './schema.ts';
import type { UserStanding } from './user-standing.ts';

/** What is remembered of a user's current token, but for the token. */
export interface TokenMetadata {
  /** The user id as it was first written. */
  readonly userId: string;
  /** The form in which the provider compares ids. */
  readonly canonicalUserId: string;
  readonly name: string;
  readonly avatarUrl?: string;
  /** Counts the tokens of this user, from 1. */
  readonly generation: number;
  /** The secret epoch of the app when this token was asked for. */
  readonly secretEpoch: number;
  /** Names the token without showing it. */
  readonly fingerprint: string;
  readonly issuedAtMs: number;
  readonly lifetime: Lifetime;
  /** Not null exactly when the lifetime is `known`. */
  readonly expiresAtMs: number | null;
  /** `YYYY-MM-DD`. */
  readonly lastHandedOutOn: string | null;
  /** When a caller last had a stored token replaced. */
  readonly replacedAtMs: number | null;
  /** How often that was in a row, each within ten minutes of the one before. */
  readonly replacements: number;
  /** Of the lease under which it was asked for. */
  readonly fence: number;
  /** Since when it is marked as one that the provider refuses. */
  readonly reportedAtMs: number | null;
  /** Whether we do not trust this copy any more. */
  readonly isDiscarded: boolean;
  /** Whether the user's tokens were revoked after this one was asked for. */
  readonly isRevoked: boolean;
}

/** A user's current token with everything that is remembered of it. */
export interface StoredToken extends TokenMetadata {
  readonly token: Secret;
}

/** Turns a row into what is known of the token, as its user stands now. */
export function toTokenMetadata(
  row: Omit<typeof token.$inferSelect, 'tokenSealed' | 'appId' | 'createdAt' | 'updatedAt'>,
  standing: UserStanding,
): TokenMetadata {
  return {
    userId: row.userId,
    canonicalUserId: row.canonicalUserId,
    name: row.name,
    ...(row.avatarUrl === null ? {} : { avatarUrl: row.avatarUrl }),
    generation: row.generation,
    secretEpoch: row.secretEpoch,
    fingerprint: row.fingerprint,
    issuedAtMs: row.issuedAt,
    lifetime: row.lifetime,
    expiresAtMs: row.expiresAt,
    lastHandedOutOn: row.lastHandedOutOn,
    replacedAtMs: row.replacedAt,
    replacements: row.replacements,
    fence: row.fence,
    reportedAtMs: row.reportedAt,
    isDiscarded: row.discarded,
    isRevoked: row.revocationEpoch !== standing.revocationEpoch,
  };
}
