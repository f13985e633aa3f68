import { and, eq, gt, gte, lt, or, sql } from 'drizzle-orm';
import { CHANGE_CHANNEL, type Concern, toConcern } from './change.ts';
import { type Database, oneRow } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { change } from './schema.ts';

/** How far a reader has come. Its values are the database's, to be handed back as they are. */
export interface ChangePosition {
  /** The reader's last snapshot: which transactions had ended by then. */
  readonly snapshot: string;
  readonly lastId: number;
  /** When this run of the database server began: another run, maybe of another machine, counts transactions by itself. */
  readonly serverStartedAt: string;
}

/** What was committed between two looks. */
interface ChangesRead {
  readonly concerns: readonly Concern[];
  readonly position: ChangePosition;
  /** False where nothing can be said of what went before: at the first look, and after the server was started again. */
  readonly isContinuous: boolean;
  /** The database's clock in epoch milliseconds with fractions, read meanwhile. */
  readonly nowMs: number;
}

/**
 * The changes that servers must see. Every method but `watchOwn` throws {@link DatabaseError}.
 *
 * A look gives what is committed by its own snapshot and was not by the snapshot of the look before, as PostgreSQL itself
 * decides who sees a row. So each change is given by the first look that begins after its commit, whatever order
 * transactions end in and however long they take; no time limit is part of that. Ids higher than the last one are given
 * as well: should the server lose, in a crash, transactions that it had begun, it may count them a second time.
 */
export interface ChangeStore {
  /** One small statement, aside from the callers' queries. Without a position it only finds out where to begin. */
  read(since: ChangePosition | undefined): Promise<ChangesRead>;
  /** Deletes what was written longer ago than this. Gives how many rows. */
  purge(olderThanMs: number): Promise<number>;
  /** Calls back as soon as a transaction of this process is committed, before its caller knows. Gives how to end that. */
  watchOwn(onConcerns: (concerns: readonly Concern[]) => void): () => void;
  /** Calls back, maybe, when another server commits something: a hint that may be lost, late or twice. Gives how to end that. */
  listen(onHint: () => void): Promise<() => Promise<void>>;
}

/** Makes the store of changes. */
export function createChangeStore(database: Database): ChangeStore {
  return {
    read: (since) =>
      database.aside(async (queries) => {
        const rows = await queries
          .select({ ...here, change: { kind: change.kind, appId: change.appId, subject: change.subject } })
          .from(oneRow)
          .leftJoin(change, isNewSince(since));
        const [first] = rows;
        if (first === undefined) throw new DatabaseError('DATABASE_FAILED');
        const { snapshot, lastId, serverStartedAt, nowMs } = first;
        return {
          concerns: rows.flatMap((row) => (row.change === null ? [] : [toConcern(row.change)])),
          position: { snapshot, lastId, serverStartedAt },
          isContinuous: since?.serverStartedAt === serverStartedAt,
          nowMs,
        };
      }),

    purge: (olderThanMs) =>
      database.aside(async (queries) => {
        const limit = sql`statement_timestamp() - ${olderThanMs} * interval '1 millisecond'`;
        return (await queries.delete(change).where(lt(change.at, limit)).returning({ id: change.id })).length;
      }),

    watchOwn: (onConcerns) => database.watchCommits(onConcerns),
    listen: (onHint) => database.listen(CHANGE_CHANNEL, onHint),
  };
}

const here = {
  snapshot: sql<string>`pg_current_snapshot()::text`,
  lastId: sql`(select coalesce(max(${change.id}), 0) from ${change})`.mapWith(Number),
  serverStartedAt: sql<string>`pg_postmaster_start_time()::text`,
  nowMs: sql<number>`extract(epoch from clock_timestamp())::double precision * 1000`,
};

function isNewSince(since: ChangePosition | undefined) {
  if (since === undefined) return eq(sql`false`, true);
  const snapshot = sql`${since.snapshot}::pg_snapshot`;
  const wasNotVisible = sql`not pg_visible_in_snapshot(${change.xact}, ${snapshot})`;
  // The first condition follows from the second, and is what the index can answer.
  return or(gt(change.id, since.lastId), and(gte(change.xact, sql`pg_snapshot_xmin(${snapshot})`), wasNotVisible));
}
