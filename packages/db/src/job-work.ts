import { and, asc, eq, exists, gt, inArray, isNotNull, lte, notExists, sql } from 'drizzle-orm';
import type { Queries } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { fillReissue } from './job-reissue.ts';
import { type JobRecord, toJobRecord } from './job-record.ts';
import { job, jobItem } from './schema.ts';

/** How long an item belongs to whoever took it; after that anybody may take it. */
const LEASE = sql`statement_timestamp() + interval '8 seconds'`;

const now = sql`statement_timestamp()`;

/** A user of a job, to be worked on by whoever took it. */
export interface ClaimedItem {
  readonly number: number;
  readonly userId: string;
  readonly canonicalUserId: string;
  readonly name?: string;
  readonly avatarUrl?: string;
  /** This one included; those that said nothing about the item do not count. */
  readonly attempts: number;
}

/** What became of an item. `mayHaveCalled` is whether a call for a token may have been made for it. */
export type ItemResult = { readonly number: number; readonly mayHaveCalled: boolean } & (
  | { readonly state: 'issued' | 'stored' }
  | { readonly state: 'failed'; readonly reason: string }
  | {
      /** To be tried again; `counts` is whether this attempt was one of those that an item has. */
      readonly state: 'waiting';
      readonly reason: string;
      readonly waitMs: number;
      readonly counts: boolean;
    }
);

/** Takes items. The job stands still meanwhile, so that all servers together keep its cap. */
export async function claimItems(queries: Queries, id: number, worker: string, limit: number): Promise<ClaimedItem[]> {
  const isRunning = and(eq(job.id, id), eq(job.state, 'running'));
  const [held] = await queries.select().from(job).where(isRunning).for('update');
  if (held === undefined) return [];
  if (!held.isFilled) await fillReissue(queries, held);
  const left = held.cap === null ? limit : Math.min(limit, held.cap - held.calls);
  const numbers = left <= 0 ? [] : await lockDue(queries, id, left);
  if (numbers.length === 0) {
    await finishOrPause(queries, id, left <= 0);
    return [];
  }
  const rows = await queries
    .update(jobItem)
    .set({ takenBy: worker, dueAt: LEASE, attempts: sql`${jobItem.attempts} + 1` })
    .where(isAmong(id, numbers))
    .returning();
  await queries
    .update(job)
    .set({ calls: sql`${job.calls} + ${rows.length}` })
    .where(eq(job.id, id));
  return rows.toSorted((left_, right) => left_.number - right.number).map((row) => toClaimedItem(row));
}

async function lockDue(queries: Queries, id: number, limit: number): Promise<number[]> {
  const rows = await queries
    .select({ number: jobItem.number })
    .from(jobItem)
    .where(and(eq(jobItem.jobId, id), eq(jobItem.state, 'waiting'), lte(jobItem.dueAt, now)))
    .orderBy(asc(jobItem.dueAt), asc(jobItem.number))
    .limit(limit)
    .for('update', { skipLocked: true });
  return rows.map(({ number }) => number);
}

/** Nothing could be taken: the job is over if nothing is open, and at its cap if nobody can give a call back any more. */
async function finishOrPause(queries: Queries, id: number, isAtCap: boolean): Promise<void> {
  const open = queries
    .select({ number: jobItem.number })
    .from(jobItem)
    .where(and(eq(jobItem.jobId, id), eq(jobItem.state, 'waiting')));
  await queries
    .update(job)
    .set({ state: 'done', finishedAt: now })
    .where(and(eq(job.id, id), eq(job.isFilled, true), notExists(open)));
  if (!isAtCap) return;
  const held = queries
    .select({ number: jobItem.number })
    .from(jobItem)
    .where(
      and(eq(jobItem.jobId, id), eq(jobItem.state, 'waiting'), isNotNull(jobItem.takenBy), gt(jobItem.dueAt, now)),
    );
  await queries
    .update(job)
    .set({ state: 'paused', pausedBecause: 'CAP_REACHED' })
    .where(and(eq(job.id, id), eq(job.state, 'running'), notExists(held), exists(open)));
}

/** Holds items longer. Those that somebody else took over meanwhile are theirs. */
export async function renewItems(
  queries: Queries,
  id: number,
  worker: string,
  numbers: readonly number[],
): Promise<void> {
  if (numbers.length === 0) return;
  await queries
    .update(jobItem)
    .set({ dueAt: LEASE })
    .where(isHeld(id, worker, numbers));
}

/** Gives items back, with the attempt and the call that were counted for each. */
export async function releaseItems(
  queries: Queries,
  id: number,
  worker: string,
  numbers: readonly number[],
): Promise<void> {
  if (numbers.length === 0) return;
  const rows = await queries
    .update(jobItem)
    .set({ takenBy: null, dueAt: now, attempts: sql`${jobItem.attempts} - 1` })
    .where(isHeld(id, worker, numbers))
    .returning({ number: jobItem.number });
  await queries
    .update(job)
    .set({ calls: sql`greatest(0, ${job.calls} - ${rows.length})` })
    .where(eq(job.id, id));
}

/** Writes results down, and counts them in the job. */
export async function settleItems(
  queries: Queries,
  id: number,
  worker: string,
  { results, pause }: { readonly results: readonly ItemResult[]; readonly pause: string | undefined },
): Promise<JobRecord> {
  const written = results.length === 0 ? [] : await writeResults(queries, id, worker, results);
  const of = (state: ItemResult['state']) => written.filter((row) => row.state === state).length;
  const isUncalled = new Set(results.flatMap((result) => (result.mayHaveCalled ? [] : [result.number])));
  const givenBack = written.filter(({ number }) => isUncalled.has(number)).length;
  const [issued, stored, failed] = [of('issued'), of('stored'), of('failed')];
  const settled = sql`${job.issued} + ${job.stored} + ${job.failed} + ${job.duplicates} + ${issued + stored + failed}`;
  const isPaused = pause === undefined ? sql`false` : sql`${job.state} = 'running'`;
  const isDone = sql`${job.state} = 'running' and ${job.isFilled} and ${settled} >= ${job.items}`;
  const [row] = await queries
    .update(job)
    .set({
      issued: sql`${job.issued} + ${issued}`,
      stored: sql`${job.stored} + ${stored}`,
      failed: sql`${job.failed} + ${failed}`,
      calls: sql`greatest(0, ${job.calls} - ${givenBack})`,
      state: sql`case when ${isDone} then 'done' when ${isPaused} then 'paused' else ${job.state} end`,
      pausedBecause: sql`case when ${isDone} then null when ${isPaused} then ${pause ?? null}::text else ${job.pausedBecause} end`,
      finishedAt: sql`case when ${isDone} then ${now} else ${job.finishedAt} end`,
    })
    .where(eq(job.id, id))
    .returning();
  if (row === undefined) throw new DatabaseError('ROW_MISSING');
  return toJobRecord(row);
}

/** All in one statement: several servers write several hundred a second. */
function writeResults(queries: Queries, id: number, worker: string, results: readonly ItemResult[]) {
  const rows = results.map((result) => ({
    number: result.number,
    state: result.state,
    reason: 'reason' in result ? result.reason : null,
    wait_ms: 'waitMs' in result ? result.waitMs : 0,
    uncounted: 'counts' in result && !result.counts ? 1 : 0,
  }));
  const given = sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
    as result(number integer, state text, reason text, wait_ms double precision, uncounted integer)`;
  return queries
    .update(jobItem)
    .set({
      state: sql`result.state`,
      reason: sql`result.reason`,
      takenBy: null,
      dueAt: sql`statement_timestamp() + result.wait_ms * interval '1 millisecond'`,
      attempts: sql`${jobItem.attempts} - result.uncounted`,
    })
    .from(given)
    .where(
      and(
        eq(jobItem.jobId, id),
        sql`${jobItem.number} = result.number`,
        eq(jobItem.takenBy, worker),
        eq(jobItem.state, 'waiting'),
      ),
    )
    .returning({ number: jobItem.number, state: jobItem.state });
}

function isAmong(id: number, numbers: readonly number[]) {
  return and(eq(jobItem.jobId, id), inArray(jobItem.number, [...numbers]));
}

function isHeld(id: number, worker: string, numbers: readonly number[]) {
  return and(isAmong(id, numbers), eq(jobItem.takenBy, worker), eq(jobItem.state, 'waiting'));
}

function toClaimedItem(row: typeof jobItem.$inferSelect): ClaimedItem {
  const { canonicalUserId } = row;
  // Whose id is refused never waits.
  if (canonicalUserId === null) throw new DatabaseError('DATABASE_FAILED');
  return {
    number: row.number,
    userId: row.userId,
    canonicalUserId,
    attempts: row.attempts,
    ...(row.name === null ? {} : { name: row.name }),
    ...(row.avatarUrl === null ? {} : { avatarUrl: row.avatarUrl }),
  };
}
