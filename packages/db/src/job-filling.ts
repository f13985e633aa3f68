import { and, eq, inArray, sql } from 'drizzle-orm';
import type { JobState } from '@immint/contracts';
import type { Queries } from './database.ts';
import { type JobItemRecord, toJobItemRecord } from './job-record.ts';
import { job, jobItem } from './schema.ts';

/** A user to be added to a job. */
export interface NewJobItem {
  readonly number: number;
  readonly userId: string;
  /** Null where the provider's rules refuse what was sent; then there is a reason. */
  readonly canonicalUserId: string | null;
  readonly name?: string | undefined;
  readonly avatarUrl?: string | undefined;
  readonly refusedBecause?: string | undefined;
}

/** What adding items came to. `differing`: other users have these numbers already, and nothing was added. */
export type AddedItems =
  | { readonly outcome: 'unknown-job' }
  | { readonly outcome: 'wrong-state'; readonly state: JobState }
  | { readonly outcome: 'differing' }
  | {
      readonly outcome: 'added';
      /** How many items the job has now. */
      readonly items: number;
      /** Those of this call for which nothing will be done. */
      readonly refused: readonly JobItemRecord[];
    };

/** Adds items in one transaction, in which the job stands still. */
export async function addItems(queries: Queries, id: number, items: readonly NewJobItem[]): Promise<AddedItems> {
  const [held] = await queries.select({ state: job.state }).from(job).where(eq(job.id, id)).for('update');
  if (held === undefined) return { outcome: 'unknown-job' };
  const known = await readNumbers(queries, id, items);
  const isDiffering = items.some(({ number, userId }) => (known.get(number)?.userId ?? userId) !== userId);
  if (isDiffering) return { outcome: 'differing' };
  const missing = items.filter(({ number }) => !known.has(number));
  // Whoever sends again what is there already is answered as the first time, also when the job has begun since.
  if (missing.length > 0 && held.state !== 'filling') return { outcome: 'wrong-state', state: held.state };
  const added = missing.length === 0 ? [] : await insertMissing(queries, id, missing);
  const failed = added.filter(({ state }) => state === 'failed').length;
  const duplicates = added.filter(({ state }) => state === 'duplicate').length;
  const [row] = await queries
    .update(job)
    .set({
      items: sql`${job.items} + ${added.length}`,
      failed: sql`${job.failed} + ${failed}`,
      duplicates: sql`${job.duplicates} + ${duplicates}`,
    })
    .where(eq(job.id, id))
    .returning({ items: job.items });
  const all = [...known.values(), ...added].toSorted((left, right) => left.number - right.number);
  return {
    outcome: 'added',
    items: row?.items ?? 0,
    refused: all.filter(({ state }) => state === 'failed' || state === 'duplicate'),
  };
}

async function readNumbers(
  queries: Queries,
  id: number,
  items: readonly NewJobItem[],
): Promise<ReadonlyMap<number, JobItemRecord>> {
  const isNamed = inArray(
    jobItem.number,
    items.map(({ number }) => number),
  );
  const rows = await queries
    .select()
    .from(jobItem)
    .where(and(eq(jobItem.jobId, id), isNamed));
  return new Map(rows.map((row) => [row.number, toJobItemRecord(row)]));
}

/** The first item of a user has it; every later one is a duplicate that names the first. */
async function insertMissing(queries: Queries, id: number, items: readonly NewJobItem[]): Promise<JobItemRecord[]> {
  const owners = await readOwners(queries, id, items);
  const values = items.map((item) => {
    const { number, userId, canonicalUserId, refusedBecause } = item;
    const sameAs = canonicalUserId === null ? undefined : owners.get(canonicalUserId);
    if (canonicalUserId !== null && sameAs === undefined) owners.set(canonicalUserId, number);
    const state = stateOf(refusedBecause, sameAs);
    return {
      jobId: id,
      number,
      userId,
      canonicalUserId,
      name: item.name ?? null,
      avatarUrl: item.avatarUrl ?? null,
      state,
      reason: refusedBecause ?? null,
      sameAs: state === 'duplicate' ? (sameAs ?? null) : null,
    };
  });
  const rows = await queries.insert(jobItem).values(values).returning();
  return rows.map((row) => toJobItemRecord(row));
}

function stateOf(refusedBecause: string | undefined, sameAs: number | undefined) {
  if (sameAs !== undefined) return 'duplicate' as const;
  return refusedBecause === undefined ? ('waiting' as const) : ('failed' as const);
}

/** Which item has each of these users already. */
async function readOwners(queries: Queries, id: number, items: readonly NewJobItem[]): Promise<Map<string, number>> {
  const users = items.flatMap(({ canonicalUserId }) => (canonicalUserId === null ? [] : [canonicalUserId]));
  if (users.length === 0) return new Map();
  const rows = await queries
    .select({ number: jobItem.number, user: sql<string>`${jobItem.canonicalUserId}` })
    .from(jobItem)
    .where(and(eq(jobItem.jobId, id), inArray(jobItem.canonicalUserId, users), sql`${jobItem.state} <> 'duplicate'`));
  return new Map(rows.map(({ user, number }) => [user, number]));
}
