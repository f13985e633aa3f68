import type { Secret } from '@immint/secrets';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Engine, ScriptRunner } from './database.ts';
import { parsePostgresUrl } from './postgres-url.ts';
import { createSocketSource } from './watched-socket.ts';

/** Where a PostgreSQL server is and how to use it. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; `?host=/directory` for a Unix socket, `?prepare=false` for a pooler. */
  readonly url: Secret;
  /** Whether statements may be prepared on the server (default true, unless the URL says otherwise). */
  readonly prepare?: boolean;
  /** How many connections at most (default 10), besides 2 for small statements that must not wait for these. */
  readonly maxConnections?: number;
}

/** What the server itself enforces. A pooler refuses settings that it does not know, so it has to bring its own. */
const SERVER_TIMEOUTS = { statement_timeout: 5000, lock_timeout: 2000, idle_in_transaction_session_timeout: 5000 };

/** How many small statements run beside the pool at once; more wait for each other, and not for the pool. */
const ASIDE_CONNECTIONS = 2;

/** When a connection is closed that has nothing to do, and when one is given up that waits for an answer. */
interface Patience {
  readonly idleSeconds: number;
  readonly silenceMs: number;
}

/** A little longer than a statement may take: until then every connection that an outage has silenced stands in the way of the next call. */
const PATIENCE: Patience = { idleSeconds: 4, silenceMs: 5_500 };
const ASIDE_PATIENCE: Patience = { idleSeconds: 1, silenceMs: 2_000 };

/** Prepares a pool of connections, and a small one beside it; the first query of each opens the first one. */
export function openPostgres(options: PostgresOptions): Engine {
  const client = openPool(options, { max: options.maxConnections ?? 10, patience: PATIENCE });
  const asideClient = openPool(options, { max: ASIDE_CONNECTIONS, patience: ASIDE_PATIENCE });
  const listening = new Set<postgres.Sql>();
  return {
    name: 'postgres',
    queries: drizzle(client, { casing: 'snake_case' }),
    asideQueries: drizzle(asideClient, { casing: 'snake_case' }),
    async listen(channel, onNotice) {
      // A pooler gives the connection to somebody else after each statement.
      if (!isPrepared(options)) return () => Promise.resolve();
      const listener = openPool(options, { max: 1 });
      listening.add(listener);
      const stop = async () => {
        listening.delete(listener);
        await listener.end({ timeout: 0 });
      };
      await listener.listen(channel, onNotice).catch(async (error: unknown) => {
        await stop();
        throw error;
      });
      return stop;
    },
    async runScripts(work) {
      // Migrations may wait for those of another server for longer than any connection of the pools may be silent.
      const own = openPool(options, { max: 1 });
      try {
        const { result } = await own.begin(async (connection) => ({ result: await work(toScriptRunner(connection)) }));
        return result;
      } finally {
        await own.end({ timeout: 5 });
      }
    },
    flush: () => Promise.resolve(),
    async close() {
      await Promise.all([client, asideClient, ...listening].map((pool) => pool.end({ timeout: 5 })));
    },
  };
}

function isPrepared({ url, prepare }: PostgresOptions): boolean {
  return prepare ?? parsePostgresUrl(url.reveal()).prepare;
}

function openPool(
  options: PostgresOptions,
  { max, patience }: { readonly max: number; readonly patience?: Patience },
): postgres.Sql {
  const { url, socketDirectory } = parsePostgresUrl(options.url.reveal());
  const prepare = isPrepared(options);
  const patient =
    patience === undefined
      ? {}
      : { idle_timeout: patience.idleSeconds, socket: createSocketSource(patience.silenceMs) };
  return postgres(url, {
    ...(socketDirectory === undefined ? {} : { host: socketDirectory }),
    ...patient,
    prepare,
    max,
    // One that began to connect during an outage never will.
    connect_timeout: 2,
    // The default waits up to 20 s after an outage, longer than any caller does.
    backoff: () => 0.2,
    // We read no array columns, so no connection needs to begin with a query for their types.
    fetch_types: false,
    onnotice: () => undefined,
    connection: {
      application_name: 'immint',
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      ...(prepare ? SERVER_TIMEOUTS : {}),
    },
  });
}

function toScriptRunner(connection: postgres.TransactionSql): ScriptRunner {
  return {
    execute: async (script) => void (await connection.unsafe(script).simple()),
    query: async (statement, parameters = []) => [...(await connection.unsafe(statement, [...parameters]))],
  };
}
