import type { RevocationState } from '@immint/contracts';
import { and, asc, eq, exists, getTableColumns, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { Queries } from './database.ts';
import { app, job, revocation, userStanding } from './schema.ts';

/** A revoke of one user, as its provider is to be told of it. */
export interface RevocationRecord {
  readonly id: number;
  readonly canonicalUserId: string;
  /** By the provider's clock, whole seconds; null where the provider takes none, or until its clock is known. */
  readonly revokedBeforeMs: number | null;
  readonly state: RevocationState;
  /** Why it was not delivered when it was last tried. */
  readonly reason: string | null;
  readonly attempts: number;
  readonly acceptedAtMs: number;
  readonly settledAtMs: number | null;
}

/** Turns a row into a record. */
export function toRevocationRecord(row: typeof revocation.$inferSelect): RevocationRecord {
  return {
    id: row.id,
    canonicalUserId: row.canonicalUserId,
    revokedBeforeMs: row.revokedBefore,
    state: row.state,
    reason: row.reason,
    attempts: row.attempts,
    acceptedAtMs: row.acceptedAt,
    settledAtMs: row.settledAt,
  };
}

/** Whoever takes a row has this long to say what became of it; after that another one may take it. */
const CLAIM = sql`statement_timestamp() + interval '70 seconds'`;

const now = sql`statement_timestamp()`;

/** What is written with the revoke itself. What is to be told at once belongs to whoever wrote it. */
export async function writeRevocations(
  queries: Queries,
  appId: number,
  canonicalUserIds: readonly string[],
  { revokedBeforeMs, isTold }: { readonly revokedBeforeMs: number | null; readonly isTold: boolean },
): Promise<RevocationRecord[]> {
  const fate = isTold
    ? { state: 'pending' as const, attempts: 1, nextAttemptAt: CLAIM }
    : { state: 'unsupported' as const, settledAt: now };
  const rows = await queries
    .insert(revocation)
    .values(
      canonicalUserIds.map((canonicalUserId) => ({ appId, canonicalUserId, revokedBefore: revokedBeforeMs, ...fate })),
    )
    .returning();
  return rows.map((row) => toRevocationRecord(row));
}

/** Takes what is due, so that no other server tells it at the same time. Rows of removed apps stay where they are. */
export async function claimDue(
  queries: Queries,
  limit: number,
): Promise<(RevocationRecord & { readonly app: string })[]> {
  const inUse = queries
    .select({ id: app.id })
    .from(app)
    .where(and(eq(app.id, revocation.appId), isNull(app.removedAt)));
  const due = queries
    .select({ id: revocation.id })
    .from(revocation)
    .where(and(eq(revocation.state, 'pending'), lte(revocation.nextAttemptAt, now), exists(inUse)))
    .orderBy(asc(revocation.nextAttemptAt))
    .limit(limit)
    .for('update', { skipLocked: true });
  const claimed = await queries
    .update(revocation)
    .set({ attempts: sql`${revocation.attempts} + 1`, nextAttemptAt: CLAIM })
    .where(inArray(revocation.id, due))
    .returning({ id: revocation.id });
  if (claimed.length === 0) return [];
  const rows = await queries
    .select({ ...getTableColumns(revocation), app: app.name })
    .from(revocation)
    .innerJoin(app, eq(app.id, revocation.appId))
    .where(
      inArray(
        revocation.id,
        claimed.map(({ id }) => id),
      ),
    )
    .orderBy(asc(revocation.id));
  return rows.map((row) => ({ ...toRevocationRecord(row), app: row.app }));
}

/** Another account must not be told what was meant for the one before. Bars, and what was revoked, stay. */
export async function forgetRevocations(queries: Queries, appId: number): Promise<void> {
  await queries.delete(revocation).where(and(eq(revocation.appId, appId), eq(revocation.state, 'pending')));
  await queries
    .update(userStanding)
    .set({ issueAfter: null, instantMissing: false })
    .where(eq(userStanding.appId, appId));
  await queries.update(app).set({ issueAfter: null, instantMissing: false }).where(eq(app.id, appId));
  await queries
    .update(job)
    .set({ state: 'cancelled', pausedBecause: null, finishedAt: now })
    .where(and(eq(job.appId, appId), eq(job.kind, 'revoke-all'), inArray(job.state, ['running', 'paused'])));
}
