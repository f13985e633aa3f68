import type { Secret } from '@immint/secrets';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Engine, ScriptRunner } from './database.ts';
import { parsePostgresUrl } from './postgres-url.ts';

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

/** Prepares a pool of connections, and a small one beside it; the first query of each opens the first one. */
export function openPostgres(options: PostgresOptions): Engine {
  const client = openPool(options, options.maxConnections ?? 10);
  const asideClient = openPool(options, ASIDE_CONNECTIONS);
  return {
    name: 'postgres',
    queries: drizzle(client, { casing: 'snake_case' }),
    asideQueries: drizzle(asideClient, { casing: 'snake_case' }),
    async runScripts(work) {
      const { result } = await client.begin(async (connection) => ({ result: await work(toScriptRunner(connection)) }));
      return result;
    },
    flush: () => Promise.resolve(),
    close: async () => void (await Promise.all([client.end({ timeout: 5 }), asideClient.end({ timeout: 5 })])),
  };
}

function openPool(options: PostgresOptions, max: number): postgres.Sql {
  const { url, socketDirectory, prepare: prepareByUrl } = parsePostgresUrl(options.url.reveal());
  const prepare = options.prepare ?? prepareByUrl;
  return postgres(url, {
    ...(socketDirectory === undefined ? {} : { host: socketDirectory }),
    prepare,
    max,
    connect_timeout: 3,
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
