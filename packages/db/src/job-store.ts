import type { JobItemState, JobState } from '@immint/contracts';
import { and, asc, desc, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { AuditEntry } from './audit.ts';
import type { Database, Queries } from './database.ts';
import { type AddedItems, addItems, type NewJobItem } from './job-filling.ts';
import { type JobItemRecord, type JobRecord, toJobItemRecord, toJobRecord } from './job-record.ts';
import { insertJob, noteJobChange } from './job-insert.ts';
import { claimItems, type ClaimedItem, type ItemResult, releaseItems, renewItems, settleItems } from './job-work.ts';
import { advanceRevocationOfAll } from './revocation-of-all.ts';
import { app, job, jobItem } from './schema.ts';

export type { NewJobItem } from './job-filling.ts';
export type { JobItemRecord, JobRecord } from './job-record.ts';
export type { ClaimedItem, ItemResult } from './job-work.ts';

/** A job with the app that it is about. */
export interface NamedJob extends JobRecord {
  /** The app's name; null where the app was removed. */
  readonly app: string | null;
}

/** How a job is to go on. */
export type JobChange =
  | { readonly to: 'running'; readonly from: 'filling' }
  /** Without a cap, the one that it has stays. */
  | { readonly to: 'running'; readonly from: 'paused'; readonly cap?: number | undefined }
  | { readonly to: 'paused'; readonly because: string }
  | { readonly to: 'cancelled' };

/**
 * Jobs and their items: rows, so that they are in one transaction with everything else that is ours. An item is leased to
 * whoever works on it, by the database's clock; what became of it is taken from the one who holds it, and from nobody else.
 * Every method throws `DatabaseError`.
 */
export interface JobStore {
  /** Makes a job that takes items. `undefined` if the app is not there any more. */
  create(
    job: { readonly appId: number; readonly kind: 'bulk'; readonly cap?: number | undefined },
    audit: AuditEntry,
  ): Promise<JobRecord | undefined>;
  find(id: number): Promise<NamedJob | undefined>;
  /** The latest first, from behind `before`; of one app, or of all. */
  list(page: {
    readonly appId?: number;
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<NamedJob[]>;
  /**
   * Adds items to a job that takes them, all of them or none: those whose numbers are there already stay as they are, and a
   * user whom the job has already becomes a duplicate.
   */
  addItems(id: number, items: readonly NewJobItem[]): Promise<AddedItems>;
  /** Changes the state. `undefined`, and nothing is done, if it is not in one from which that is possible. */
  change(id: number, change: JobChange, audit: AuditEntry): Promise<JobRecord | undefined>;
  /** By number, from behind `after`; of one state, or of all. */
  items(
    id: number,
    page: { readonly state?: JobItemState | undefined; readonly after?: number | undefined; readonly limit: number },
  ): Promise<JobItemRecord[]>;
  /** The jobs that are to be worked on, the oldest first. */
  running(): Promise<NamedJob[]>;
  /**
   * Takes at most `limit` items that are due for 8 seconds, each counted as an attempt and, up to the job's cap, as a call. A
   * job at its cap is paused and one without any open item is done, once nobody holds an item of it.
   */
  claim(id: number, worker: string, limit: number): Promise<ClaimedItem[]>;
  /** Holds these items for another 8 seconds. */
  renew(id: number, worker: string, numbers: readonly number[]): Promise<void>;
  /** Gives items back that were not begun, as if they had never been taken. */
  release(id: number, worker: string, numbers: readonly number[]): Promise<void>;
  /**
   * Writes down what became of items that this worker holds; what somebody else took over meanwhile stays. With `pause` the
   * job is paused for that reason, if it is running. Gives the job as it is then.
   */
  settle(id: number, worker: string, results: readonly ItemResult[], pause?: string): Promise<JobRecord>;
  /**
   * Goes on with the job of a revoke of all: writes down the next of whom the provider is to be told. Gives the job as it is
   * then, undefined if it is not running.
   */
  advanceRevocationOfAll(id: number): Promise<JobRecord | undefined>;
  /** Forgets jobs that were over longer ago than this. Gives how many that were. */
  purgeFinished(olderThanMs: number): Promise<number>;
}

/** Makes the store of jobs. */
export function createJobStore(database: Database): JobStore {
  return {
    create: ({ appId, kind, cap }, audit) =>
      database.transaction((queries) => insertJob(queries, { appId, kind, state: 'filling', cap: cap ?? null }, audit)),

    find: (id) =>
      database.run(async (queries) => {
        const [row] = await selectNamed(queries).where(eq(job.id, id));
        return row === undefined ? undefined : toNamedJob(row);
      }),

    list: ({ appId, before, limit }) =>
      database.run(async (queries) => {
        const isOfApp = appId === undefined ? undefined : eq(job.appId, appId);
        const isBefore = before === undefined ? undefined : lt(job.id, before);
        const rows = await selectNamed(queries).where(and(isOfApp, isBefore)).orderBy(desc(job.id)).limit(limit);
        return rows.map((row) => toNamedJob(row));
      }),

    addItems: (id, items) => database.transaction((queries) => addItems(queries, id, items)),

    change: (id, change, audit) =>
      database.transaction(async (queries) => {
        const isPossible = and(eq(job.id, id), inArray(job.state, [...startsOf(change)]));
        const [row] = await queries.update(job).set(valuesOf(change)).where(isPossible).returning();
        if (row === undefined) return undefined;
        await noteJobChange(queries, audit, row);
        return toJobRecord(row);
      }),

    items: (id, { state, after, limit }) =>
      database.run(async (queries) => {
        const isOfState = state === undefined ? undefined : eq(jobItem.state, state);
        const isAfter = after === undefined ? undefined : gt(jobItem.number, after);
        const rows = await queries
          .select()
          .from(jobItem)
          .where(and(eq(jobItem.jobId, id), isOfState, isAfter))
          .orderBy(asc(jobItem.number))
          .limit(limit);
        return rows.map((row) => toJobItemRecord(row));
      }),

    running: () =>
      database.run(async (queries) => {
        const rows = await selectNamed(queries).where(eq(job.state, 'running')).orderBy(asc(job.id));
        return rows.map((row) => toNamedJob(row));
      }),

    claim: (id, worker, limit) => database.transaction((queries) => claimItems(queries, id, worker, limit)),
    renew: (id, worker, numbers) => database.aside((queries) => renewItems(queries, id, worker, numbers)),
    release: (id, worker, numbers) => database.transaction((queries) => releaseItems(queries, id, worker, numbers)),
    settle: (id, worker, results, pause) =>
      database.transaction((queries) => settleItems(queries, id, worker, { results, pause })),

    advanceRevocationOfAll: (id) => database.transaction((queries) => advanceRevocationOfAll(queries, id)),

    purgeFinished: (olderThanMs) =>
      database.run(async (queries) => {
        const limit = sql`statement_timestamp() - ${olderThanMs} * interval '1 millisecond'`;
        return (await queries.delete(job).where(lt(job.finishedAt, limit)).returning({ id: job.id })).length;
      }),
  };
}

/** What a new job begins with; times may be the database's to say. */
function selectNamed(queries: Queries) {
  return queries
    .select({ job, app: app.name })
    .from(job)
    .leftJoin(app, and(eq(app.id, job.appId), isNull(app.removedAt)));
}

function toNamedJob(row: { readonly job: typeof job.$inferSelect; readonly app: string | null }): NamedJob {
  return { ...toJobRecord(row.job), app: row.app };
}

/** From where each change is possible. */
function startsOf(change: JobChange): readonly JobState[] {
  if (change.to === 'running') return [change.from];
  return change.to === 'paused' ? ['running'] : ['filling', 'running', 'paused'];
}

const now = sql`statement_timestamp()`;

function valuesOf(change: JobChange) {
  if (change.to === 'paused') return { state: change.to, pausedBecause: change.because };
  if (change.to === 'cancelled') return { state: change.to, pausedBecause: null, finishedAt: now };
  if (change.from === 'filling') return { state: change.to, startedAt: now };
  return { state: change.to, pausedBecause: null, ...(change.cap === undefined ? {} : { cap: change.cap }) };
}
