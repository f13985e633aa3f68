import { and, eq } from 'drizzle-orm';
import type { Queries } from './database.ts';
import { app, userStanding } from './schema.ts';

/** How a user stands with an app. Nobody who was never revoked, barred or issued for has a row; that reads as the beginning. */
export interface UserStanding {
  /** Counts the revokes of this user, and of all users of the app. A token that was asked for under an earlier one is not handed out. */
  readonly revocationEpoch: number;
  /** Since when nothing is issued for this user; null while it may have tokens. */
  readonly barredAtMs: number | null;
  /** By the database's clock: until then the provider would end a new token with the revoked ones. */
  readonly issueAfterMs: number | null;
  /** Whether a revoke waits for the provider's clock: then nobody knows yet which tokens it will end. */
  readonly instantMissing: boolean;
  /** Counts the leases of this user: which of two askers is the later one. */
  readonly fence: number;
  /** When the last ask brought no token; null once one did. */
  readonly failedAtMs: number | null;
}

const BEGINNING: UserStanding = {
  revocationEpoch: 0,
  barredAtMs: null,
  issueAfterMs: null,
  instantMissing: false,
  fence: 0,
  failedAtMs: null,
};

type UserStandingRow = typeof userStanding.$inferSelect;

/** How all users of an app stand: what is selected of an app beside how one user stands. */
export const appStandingColumns = {
  revocationEpoch: app.revocationEpoch,
  barredAt: app.barredAt,
  issueAfter: app.issueAfter,
  instantMissing: app.instantMissing,
};

type AppStanding = Pick<typeof app.$inferSelect, keyof typeof appStandingColumns>;

/** Turns rows, or that there is none, into how a user stands: with what was said of the user, and of all users of the app. */
export function toUserStanding(
  row: Pick<
    UserStandingRow,
    'revocationEpoch' | 'barredAt' | 'issueAfter' | 'instantMissing' | 'fence' | 'failedAt'
  > | null,
  all: AppStanding | null,
): UserStanding {
  const own = row === null ? BEGINNING : toOwnStanding(row);
  if (all === null) return own;
  const issueAfters = [own.issueAfterMs, all.issueAfter].filter((atMs) => atMs !== null);
  return {
    ...own,
    revocationEpoch: own.revocationEpoch + all.revocationEpoch,
    barredAtMs: own.barredAtMs ?? all.barredAt,
    issueAfterMs: issueAfters.length === 0 ? null : Math.max(...issueAfters),
    instantMissing: own.instantMissing || all.instantMissing,
  };
}

function toOwnStanding(
  row: Pick<UserStandingRow, 'revocationEpoch' | 'barredAt' | 'issueAfter' | 'instantMissing' | 'fence' | 'failedAt'>,
): UserStanding {
  return {
    revocationEpoch: row.revocationEpoch,
    barredAtMs: row.barredAt,
    issueAfterMs: row.issueAfter,
    instantMissing: row.instantMissing,
    fence: row.fence,
    failedAtMs: row.failedAt,
  };
}

/**
 * Ends the lease of a user whose standing is still what the holder of this fence saw, and keeps the row as it is until the
 * transaction ends: a revoke in between waits for this transaction, or this one for the revoke. Gives undefined, and
 * changes nothing, if there was a later lease or a revoke.
 */
export async function endLeaseIfUnchanged(
  queries: Queries,
  { appId, canonicalUserId, fence, revocationEpoch }: Fenced,
  all: AppStanding,
): Promise<UserStanding | undefined> {
  // What is not there cannot be kept. A lease makes the row; before the first one there may be none.
  if (fence === 0) await queries.insert(userStanding).values({ appId, canonicalUserId }).onConflictDoNothing();
  const isUnchanged = and(
    eq(userStanding.appId, appId),
    eq(userStanding.canonicalUserId, canonicalUserId),
    eq(userStanding.fence, fence),
    eq(userStanding.revocationEpoch, revocationEpoch - all.revocationEpoch),
  );
  const [row] = await queries
    .update(userStanding)
    .set({ leaseUntil: null, failure: null, failedAt: null })
    .where(isUnchanged)
    .returning();
  return row === undefined ? undefined : toUserStanding(row, all);
}

/** A user as somebody saw it who holds, or held, its lease. */
interface Fenced {
  readonly appId: number;
  readonly canonicalUserId: string;
  /** 0 is from before the first lease. */
  readonly fence: number;
  readonly revocationEpoch: number;
}
