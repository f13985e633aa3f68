import { sql } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { Concern } from './change.ts';
import { collectChanges } from './committed-changes.ts';
import { DatabaseError } from './database-error.ts';
import { toDatabaseError } from './to-database-error.ts';
import { withinTime } from './within-time.ts';

/** drizzle's query builder, the same for both engines, inside a transaction and outside of one. */
export type Queries = PgDatabase<PgQueryResultHKT>;

/** `postgres`: a PostgreSQL server, shared by any number of our servers. `embedded`: PGlite, for one process. */
type DatabaseEngine = 'postgres' | 'embedded';

/**
 * An open database. The stores are built on it; nothing outside of this package writes a query.
 * Every method throws {@link DatabaseError} and nothing else: `DATABASE_TIMEOUT` after 10 seconds without an answer (2 for
 * `aside`), except for `runScripts`, `flush` and `close`, which take their time.
 */
export interface Database {
  readonly engine: DatabaseEngine;
  /** Runs queries, each by itself. The one way in: whatever they throw becomes a {@link DatabaseError}. */
  run<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result>;
  /** Runs queries in one transaction. Never wait for anything but the database inside. */
  transaction<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result>;
  /**
   * Runs one small statement on a connection that no other work uses: it never stands in line behind a crowd of callers.
   * For what a server must get done in time to be believed, such as holding on to what it has leased.
   */
  aside<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result>;
  /**
   * Builds a query once, with placeholders, to be run often: PostgreSQL parses and plans it once for each connection,
   * unless prepared statements are off.
   */
  prepare<Result>(build: (queries: Queries) => PreparedQuery<Result>): PreparedQuery<Result>['execute'];
  /** The same for a statement that is run `aside`. */
  prepareAside<Result>(build: (queries: Queries) => PreparedQuery<Result>): PreparedQuery<Result>['execute'];
  /** Calls back with what a transaction of this process wrote down, once it is committed. Gives how to end that. */
  watchCommits(onConcerns: (concerns: readonly Concern[]) => void): () => void;
  /**
   * Calls back when something was notified on a channel: a hint, which may be lost, late, or never come. With a pooler none
   * ever comes. Gives how to end that.
   */
  listen(channel: string, onNotice: () => void): Promise<() => Promise<void>>;
  /** Runs SQL scripts of several statements in one transaction: for migrations. */
  runScripts<Result>(work: (scripts: ScriptRunner) => Promise<Result>): Promise<Result>;
  /** Asks the database for something small. */
  ping(): Promise<void>;
  /** The database's clock, in epoch milliseconds. */
  nowMs(): Promise<number>;
  /**
   * Brings what was committed down to the disk. Needed for the embedded engine, which leaves that to the operating
   * system: without it a power failure, not a crash of the process, can take the last changes. With PostgreSQL it does nothing.
   */
  flush(): Promise<void>;
  /** Waits up to 5 seconds for queries under way, and lets go of everything. A second time it does nothing. */
  close(): Promise<void>;
}

/** A query of drizzle's that is built and not yet run. */
interface PreparedQuery<Result> {
  execute(placeholders: Record<string, string | number>): Promise<Result>;
}

/** Plain SQL inside a transaction. */
export interface ScriptRunner {
  /** Runs a script of any number of statements, without parameters. */
  execute(script: string): Promise<void>;
  /** Runs one statement, and gives its rows as objects by column name. */
  query(statement: string, parameters?: readonly string[]): Promise<Record<string, unknown>[]>;
}

/** What the two engines do differently. */
export interface Engine {
  readonly name: DatabaseEngine;
  readonly queries: Queries;
  /** As `queries`, on connections of their own where the engine has several. */
  readonly asideQueries: Queries;
  listen(channel: string, onNotice: () => void): Promise<() => Promise<void>>;
  runScripts<Result>(work: (scripts: ScriptRunner) => Promise<Result>): Promise<Result>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The server's own limits (5 s for a statement, 2 s for connecting) come first and say more. This one is for what they do
 * not reach: a connection that fell silent, and a pooler, to which we cannot bring limits.
 */
const TIMEOUT_MS = 10_000;

/** Later than this, what is run aside has lost its use. */
const ASIDE_TIMEOUT_MS = 2_000;

/** Puts the error firewall, the time limit, and what is the same for both, around an engine. */
export function createDatabase(engine: Engine, timeoutMs = TIMEOUT_MS): Database {
  let closing: Promise<void> | undefined;
  const watchers = new Set<(concerns: readonly Concern[]) => void>();

  async function guard<Result>(work: () => Promise<Result>): Promise<Result> {
    if (closing !== undefined) throw new DatabaseError('DATABASE_CLOSED');
    try {
      return await work();
    } catch (error) {
      throw toDatabaseError(error);
    }
  }

  const guardInTime = <Result>(work: (isGivenUp: () => boolean) => Promise<Result>): Promise<Result> =>
    guard(() => withinTime(timeoutMs, work));

  const guardAside = <Result>(work: () => Promise<Result>): Promise<Result> =>
    guard(() => withinTime(Math.min(timeoutMs, ASIDE_TIMEOUT_MS), work));

  return {
    engine: engine.name,
    run: (work) => guardInTime(() => work(engine.queries)),
    transaction: (work) =>
      guardInTime(async (isGivenUp) => {
        let concerns: readonly Concern[] = [];
        const result = await engine.queries.transaction(async (queries) => {
          concerns = collectChanges(queries);
          const done = await work(queries);
          // Its caller was told that it failed, so it must not be committed after all.
          if (isGivenUp()) throw new DatabaseError('DATABASE_TIMEOUT');
          return done;
        });
        if (concerns.length > 0) for (const watcher of watchers) watcher(concerns);
        return result;
      }),
    aside: (work) => guardAside(() => work(engine.asideQueries)),
    prepare: (build) => {
      const query = build(engine.queries);
      return (placeholders) => guardInTime(() => query.execute(placeholders));
    },
    prepareAside: (build) => {
      const query = build(engine.asideQueries);
      return (placeholders) => guardAside(() => query.execute(placeholders));
    },
    watchCommits(onConcerns) {
      watchers.add(onConcerns);
      return () => void watchers.delete(onConcerns);
    },
    listen: (channel, onNotice) => guard(() => engine.listen(channel, onNotice)),
    runScripts: (work) => guard(() => engine.runScripts(work)),
    ping: () => guardInTime(async () => void (await engine.queries.execute(sql`select 1`))),
    nowMs: () => guardInTime(() => readClock(engine.queries)),
    flush: () => guard(() => engine.flush()),
    close: () => (closing ??= engine.close().catch((error: unknown) => Promise.reject(toDatabaseError(error)))),
  };
}

/** The database's clock in epoch milliseconds, to be selected beside anything else. */
export const databaseNowMs = sql`statement_timestamp()`.mapWith((text: string) => Date.parse(text));

/** One row, to select an expression from. */
export const oneRow = sql`(values (true)) as one_row`;

/** The database's clock, in epoch milliseconds. */
export async function readClock(queries: Queries): Promise<number> {
  const [row] = await queries.select({ nowMs: databaseNowMs }).from(oneRow);
  if (row === undefined) throw new DatabaseError('DATABASE_FAILED');
  return row.nowMs;
}
