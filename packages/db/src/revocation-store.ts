import type { Reason } from '@immint/contracts';
import { and, desc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import { appendAudit, appendAudits, type AuditEntry } from './audit.ts';
import { appendChange, appendChanges, type UserChange } from './change.ts';
import type { Database, Queries } from './database.ts';
import type { NewRevocation, RevocationInstant } from './new-revocation.ts';
import { type AcceptedRevocationOfAll, acceptRevocationOfAll, fixInstantOfAll } from './revocation-of-all.ts';
import { claimDue, type RevocationRecord, toRevocationRecord, writeRevocations } from './revocation-outbox.ts';
import { app, revocation, userStanding } from './schema.ts';

export type { RevocationRecord } from './revocation-outbox.ts';

/** What became of an attempt to tell the provider. */
export type Settlement =
  | { readonly state: 'delivered' }
  | { readonly state: 'failed'; readonly reason: Reason }
  | { readonly state: 'pending'; readonly reason: Reason; readonly retryAfterMs: number };

/** What was written down of one user's revoke, and whether the user is barred now, by this revoke or an earlier one. */
type AcceptedRevocation = RevocationRecord & { readonly isBarred: boolean };

/** Revokes, bars, and what providers are to be told of them. Every method throws {@link DatabaseError}. */
export interface RevocationStore {
  /**
   * In one transaction: tokens of these users stop being good, they are barred if that was asked for, and what the provider
   * is to be told is written down, taken by the caller for 70 seconds. `undefined`, and nothing is done, if the app is not
   * there any more or another account.
   */
  accept(revoke: NewRevocation, audit: AuditEntry): Promise<AcceptedRevocation[] | undefined>;
  /**
   * The same for all users of the app, those of whom nothing is stored too. Where the provider is told, it is told by a job,
   * of the users that have a stored token now. `undefined`, and nothing is done, as for `accept`.
   */
  acceptAll(
    revoke: Omit<NewRevocation, 'canonicalUserIds'>,
    audit: AuditEntry,
  ): Promise<AcceptedRevocationOfAll | undefined>;
  /** Lifts the bar of a whole app; bars of single users stay. Gives whether there was one. */
  unbarAll(appId: number, audit: AuditEntry): Promise<boolean>;
  /** Whether nothing is issued for any user of the app. */
  isAppBarred(appId: number): Promise<boolean>;
  /** Tokens of these users stop being good, and nobody is told: the provider itself has just ended them. */
  stopServing(appId: number, canonicalUserIds: readonly string[], audit: AuditEntry): Promise<void>;
  /** Lifts the bars of these users. Gives those who had one. */
  unbar(appId: number, canonicalUserIds: readonly string[], audit: AuditEntry): Promise<ReadonlySet<string>>;
  /**
   * Fixes the instant of these users' revokes that have none yet, and of a revoke of the whole app; an instant that is there
   * stays for ever. Gives the pending revokes of these users, with the instants that hold.
   */
  fixInstant(
    appId: number,
    canonicalUserIds: readonly string[],
    instant: RevocationInstant,
  ): Promise<RevocationRecord[]>;
  /** Takes at most `limit` of what is to be told and due, for 70 seconds, in the order in which it was accepted. */
  claimDue(limit: number): Promise<(RevocationRecord & { readonly app: string })[]>;
  /** Notes what became of these; what is settled already stays as it is. */
  settle(ids: readonly number[], settlement: Settlement): Promise<void>;
  /** The latest revoke of a user. */
  latest(appId: number, canonicalUserId: string): Promise<RevocationRecord | undefined>;
  /** Forgets what was settled longer ago than this. Gives how many that were. */
  purgeSettled(olderThanMs: number): Promise<number>;
}

/** Makes the store of revokes. */
export function createRevocationStore(database: Database): RevocationStore {
  return {
    accept: (revoke, audit) =>
      database.transaction(async (queries) => {
        const { appId, secretEpoch, isTold, instant } = revoke;
        const isSame = and(eq(app.id, appId), eq(app.secretEpoch, secretEpoch), isNull(app.removedAt));
        const held = await queries.select({ id: app.id }).from(app).where(isSame).for('share');
        if (held.length === 0) return undefined;
        // Two revokes that name the same users must take their rows in the same order.
        const userIds = revoke.canonicalUserIds.toSorted();
        const barred = await raiseEpochs(queries, appId, userIds, revoke);
        await appendAudits(queries, audit, targetsOf(appId, userIds));
        await appendChanges(queries, changesOf('user.revoked', appId, userIds));
        const revokedBeforeMs = instant === undefined || instant === 'missing' ? null : instant.revokedBeforeMs;
        const written = await writeRevocations(queries, appId, userIds, { revokedBeforeMs, isTold });
        return written.map((record) => ({ ...record, isBarred: barred.has(record.canonicalUserId) }));
      }),

    acceptAll: (revoke, audit) => database.transaction((queries) => acceptRevocationOfAll(queries, revoke, audit)),

    unbarAll: (appId, audit) =>
      database.transaction(async (queries) => {
        const unbarred = await queries
          .update(app)
          .set({ barredAt: null })
          .where(and(eq(app.id, appId), isNotNull(app.barredAt)))
          .returning({ id: app.id });
        if (unbarred.length === 0) return false;
        await appendAudit(queries, audit, { appId });
        await appendChange(queries, { kind: 'app.revoked', appId });
        return true;
      }),

    isAppBarred: (appId) =>
      database.run(async (queries) => {
        const [row] = await queries.select({ barredAt: app.barredAt }).from(app).where(eq(app.id, appId));
        return (row?.barredAt ?? null) !== null;
      }),

    stopServing: (appId, canonicalUserIds, audit) =>
      database.transaction(async (queries) => {
        const userIds = canonicalUserIds.toSorted();
        await raiseEpochs(queries, appId, userIds, { bar: false, instant: undefined });
        await appendAudits(queries, audit, targetsOf(appId, userIds));
        await appendChanges(queries, changesOf('user.revoked', appId, userIds));
      }),

    unbar: (appId, canonicalUserIds, audit) =>
      database.transaction(async (queries) => {
        const rows = await queries
          .update(userStanding)
          .set({ barredAt: null })
          .where(and(isAmong(appId, canonicalUserIds), isNotNull(userStanding.barredAt)))
          .returning({ canonicalUserId: userStanding.canonicalUserId });
        const unbarred = rows.map(({ canonicalUserId }) => canonicalUserId);
        await appendAudits(queries, audit, targetsOf(appId, unbarred));
        await appendChanges(queries, changesOf('user.unbarred', appId, unbarred));
        return new Set(unbarred);
      }),

    fixInstant: (appId, canonicalUserIds, { revokedBeforeMs, issueAfterMs }) =>
      database.transaction(async (queries) => {
        await fixInstantOfAll(queries, appId, { revokedBeforeMs, issueAfterMs });
        if (canonicalUserIds.length === 0) return [];
        // Locked first, as in `accept`.
        await queries
          .select({ id: userStanding.canonicalUserId })
          .from(userStanding)
          .where(isAmong(appId, canonicalUserIds))
          .orderBy(userStanding.canonicalUserId)
          .for('update');
        await queries
          .update(userStanding)
          .set({ instantMissing: false, issueAfter: later(issueAfterMs) })
          .where(and(isAmong(appId, canonicalUserIds), eq(userStanding.instantMissing, true)));
        const rows = await queries
          .update(revocation)
          .set({ revokedBefore: sql`coalesce(${revocation.revokedBefore}, ${toInstant(revokedBeforeMs)})` })
          .where(
            and(
              eq(revocation.appId, appId),
              inArray(revocation.canonicalUserId, [...canonicalUserIds]),
              eq(revocation.state, 'pending'),
            ),
          )
          .returning();
        await appendChanges(queries, changesOf('user.dated', appId, canonicalUserIds));
        return rows.map((row) => toRevocationRecord(row));
      }),

    claimDue: (limit) => database.transaction((queries) => claimDue(queries, limit)),

    settle: (ids, settlement) =>
      database.run(async (queries) => {
        const now = sql`statement_timestamp()`;
        const change =
          settlement.state === 'pending'
            ? {
                reason: settlement.reason,
                nextAttemptAt: sql`statement_timestamp() + ${settlement.retryAfterMs} * interval '1 millisecond'`,
              }
            : {
                state: settlement.state,
                reason: settlement.state === 'failed' ? settlement.reason : null,
                nextAttemptAt: null,
                settledAt: now,
              };
        await queries
          .update(revocation)
          .set(change)
          .where(and(inArray(revocation.id, [...ids]), eq(revocation.state, 'pending')));
      }),

    latest: (appId, canonicalUserId) =>
      database.run(async (queries) => {
        const [row] = await queries
          .select()
          .from(revocation)
          .where(and(eq(revocation.appId, appId), eq(revocation.canonicalUserId, canonicalUserId)))
          .orderBy(desc(revocation.id))
          .limit(1);
        return row === undefined ? undefined : toRevocationRecord(row);
      }),

    purgeSettled: (olderThanMs) =>
      database.run(async (queries) => {
        const limit = sql`statement_timestamp() - ${olderThanMs} * interval '1 millisecond'`;
        return (
          await queries.delete(revocation).where(lt(revocation.settledAt, limit)).returning({ id: revocation.id })
        ).length;
      }),
  };
}

/** One revoke more for each of these users; what an earlier one asked for is never taken back. Gives those who are barred. */
async function raiseEpochs(
  queries: Queries,
  appId: number,
  canonicalUserIds: readonly string[],
  { bar, instant }: Pick<NewRevocation, 'bar' | 'instant'>,
): Promise<ReadonlySet<string>> {
  const instantMissing = instant === 'missing';
  const issueAfter = instant === undefined || instant === 'missing' ? null : instant.issueAfterMs;
  const rows = await queries
    .insert(userStanding)
    .values(
      canonicalUserIds.map((canonicalUserId) => ({
        appId,
        canonicalUserId,
        revocationEpoch: 1,
        barredAt: bar ? sql`statement_timestamp()` : null,
        issueAfter,
        instantMissing,
      })),
    )
    .onConflictDoUpdate({
      target: [userStanding.appId, userStanding.canonicalUserId],
      set: {
        revocationEpoch: sql`${userStanding.revocationEpoch} + 1`,
        barredAt: sql`coalesce(${userStanding.barredAt}, excluded.barred_at)`,
        issueAfter: sql`greatest(${userStanding.issueAfter}, excluded.issue_after)`,
        instantMissing: sql`${userStanding.instantMissing} or excluded.instant_missing`,
      },
    })
    .returning({ canonicalUserId: userStanding.canonicalUserId, barredAt: userStanding.barredAt });
  return new Set(rows.flatMap(({ canonicalUserId, barredAt }) => (barredAt === null ? [] : [canonicalUserId])));
}

/** `greatest` passes over what is null. */
function later(issueAfterMs: number) {
  return sql`greatest(${userStanding.issueAfter}, ${toInstant(issueAfterMs)})`;
}

function toInstant(epochMs: number) {
  return sql`${new Date(epochMs).toISOString()}::timestamptz`;
}

function isAmong(appId: number, canonicalUserIds: readonly string[]) {
  return and(eq(userStanding.appId, appId), inArray(userStanding.canonicalUserId, [...canonicalUserIds]));
}

function targetsOf(appId: number, canonicalUserIds: readonly string[]) {
  return canonicalUserIds.map((subject) => ({ appId, subject }));
}

function changesOf(kind: UserChange['kind'], appId: number, canonicalUserIds: readonly string[]): UserChange[] {
  return canonicalUserIds.map((subject) => ({ kind, appId, subject }));
}
