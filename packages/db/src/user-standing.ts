import { and, eq } from 'drizzle-orm';
import type { Queries } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { userStanding } from './schema.ts';

/** How a user stands with an app. Nobody who was never revoked, barred or issued for has a row; that reads as the beginning. */
export interface UserStanding {
  /** Counts the revokes of this user. A token that was asked for under an earlier one is not handed out. */
  readonly revocationEpoch: number;
  /** Since when nothing is issued for this user; null while it may have tokens. */
  readonly barredAtMs: number | null;
  /** By the database's clock: until then the provider would end a new token with the revoked ones. */
  readonly issueAfterMs: number | null;
  /** Whether a revoke waits for the provider's clock: then nobody knows yet which tokens it will end. */
  readonly instantMissing: boolean;
}

const BEGINNING: UserStanding = { revocationEpoch: 0, barredAtMs: null, issueAfterMs: null, instantMissing: false };

/** Turns a row, or that there is none, into how a user stands. */
export function toUserStanding(
  row: Omit<typeof userStanding.$inferSelect, 'appId' | 'canonicalUserId'> | null,
): UserStanding {
  if (row === null) return BEGINNING;
  return {
    revocationEpoch: row.revocationEpoch,
    barredAtMs: row.barredAt,
    issueAfterMs: row.issueAfter,
    instantMissing: row.instantMissing,
  };
}

/**
 * Keeps a user's standing as it is until the transaction ends. Makes the row where there is none, because what is not
 * there cannot be kept: a revoke in between waits for this transaction, or this one for the revoke.
 */
export async function holdStanding(queries: Queries, appId: number, canonicalUserId: string): Promise<UserStanding> {
  await queries.insert(userStanding).values({ appId, canonicalUserId }).onConflictDoNothing();
  const [row] = await queries
    .select()
    .from(userStanding)
    .where(and(eq(userStanding.appId, appId), eq(userStanding.canonicalUserId, canonicalUserId)))
    .for('share');
  if (row === undefined) throw new DatabaseError('DATABASE_FAILED');
  return toUserStanding(row);
}
