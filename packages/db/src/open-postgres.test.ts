import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { Secret } from '@immint/secrets';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from './database.ts';
import { openDatabase } from './open-database.ts';
import { openPostgres } from './open-postgres.ts';
import { refusalOf } from './testing/refusal-of.ts';
import { startPostgres, type TestPostgres } from './testing/start-postgres.ts';

let postgres: TestPostgres;
const opened: Database[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await Promise.all(opened.map((database) => database.close()));
  await postgres.stop();
});

async function open(options: { prepare?: boolean; maxConnections?: number } = {}): Promise<Database> {
  const database = createDatabase(openPostgres({ url: await postgres.createDatabase(), ...options }));
  opened.push(database);
  return database;
}

const setting = async (database: Database, name: string) => {
  const [row] = await database.runScripts((scripts) => scripts.query(`select current_setting('${name}') as value`));
  return row?.['value'];
};

describe('every connection', () => {
  test.each([
    ['statement_timeout', '5s'],
    ['lock_timeout', '2s'],
    ['idle_in_transaction_session_timeout', '5s'],
    ['TimeZone', 'UTC'],
    ['application_name', 'immint'],
  ])('has %s set to %s', async (name, value) => {
    expect(await setting(await open(), name)).toBe(value);
  });

  test('brings no settings that a pooler would refuse, when prepared statements are off', async () => {
    const database = await open({ prepare: false });
    expect(await setting(database, 'statement_timeout')).toBe('0');
    expect(await setting(database, 'application_name')).toBe('immint');
  });

  test('prepares statements on the server, unless that is turned off', async () => {
    const countPrepared = async (database: Database) => {
      const run = database.prepare((queries) =>
        queries
          .select({ one: sql`1` })
          .from(sql`pg_class`)
          .limit(1)
          .prepare('one'),
      );
      await run({});
      const [row] = await database.run((queries) =>
        queries.select({ count: sql`count(*)`.mapWith(Number) }).from(sql`pg_prepared_statements`),
      );
      return row?.count;
    };
    expect(await countPrepared(await open({ maxConnections: 1 }))).toBe(1);
    expect(await countPrepared(await open({ maxConnections: 1, prepare: false }))).toBe(0);
  });

  test('that the server has cut is replaced by the next query', async () => {
    const url = await postgres.createDatabase();
    const database = createDatabase(openPostgres({ url, maxConnections: 1 }));
    const other = createDatabase(openPostgres({ url, maxConnections: 1 }));
    opened.push(database, other);
    await database.ping();
    await other.runScripts((scripts) =>
      scripts.execute(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      ),
    );
    await expect
      .poll(() =>
        database.ping().then(
          () => 'answers',
          () => 'cut',
        ),
      )
      .toBe('answers');
  });
});

describe('opening', () => {
  test('a database that is not there is refused', async () => {
    const url = (await postgres.createDatabase()).reveal().replace(/test_\d+/, 'nowhere');
    const refusal = await refusalOf(openDatabase({ kind: 'postgres', url: Secret.of(url) }));
    expect(refusal).toMatchObject({ code: 'DATABASE_REFUSED', sqlState: '3D000' });
  });

  test('a user that is not there is refused', async () => {
    const url = (await postgres.createDatabase()).reveal().replace('//postgres@', '//nobody:marked-4c@');
    const refusal = await refusalOf(openDatabase({ kind: 'postgres', url: Secret.of(url) }));
    expect(refusal.code).toBe('DATABASE_REFUSED');
    expect(inspect(refusal, { depth: null })).not.toContain('marked-4c');
  });

  test('a port where nobody listens is named unreachable', async () => {
    const { server, port } = await listen();
    server.close();
    await once(server, 'close');
    const url = Secret.of(`postgres://user:marked-4c@127.0.0.1:${port}/immint`);
    const refusal = await refusalOf(openDatabase({ kind: 'postgres', url }));
    expect(refusal.code).toBe('DATABASE_UNREACHABLE');
    expect(inspect(refusal, { depth: null, showHidden: true })).not.toContain('marked-4c');
  });

  test('a socket that is not there is named unreachable', async () => {
    const url = Secret.of('postgres://user@localhost/immint?host=/nowhere');
    expect(await refusalOf(openDatabase({ kind: 'postgres', url }))).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  });

  test('a server that never answers is given up', async () => {
    const { server, port } = await listen();
    const url = Secret.of(`postgres://user@127.0.0.1:${port}/immint`);
    const refusal = await refusalOf(openDatabase({ kind: 'postgres', url }));
    server.close();
    expect(refusal.code).toBe('DATABASE_UNREACHABLE');
  });

  test('a URL that is none is refused before anything is tried', async () => {
    const refusal = await refusalOf(openDatabase({ kind: 'postgres', url: Secret.of('localhost') }));
    expect(refusal.code).toBe('DATABASE_URL_INVALID');
  });
});

describe('a query', () => {
  test('that takes too long is given up by the server', async () => {
    const database = await open();
    const slow = database.runScripts(async (scripts) => {
      await scripts.execute(`set local statement_timeout = '20ms'`);
      await scripts.execute('select pg_sleep(60)');
    });
    expect(await refusalOf(slow)).toMatchObject({ code: 'DATABASE_TIMEOUT', sqlState: '57014' });
  });

  test('after closing is refused, and closing twice does no harm', async () => {
    const database = await open();
    await database.ping();
    await database.close();
    await database.close();
    expect(await refusalOf(database.ping())).toMatchObject({ code: 'DATABASE_CLOSED' });
  });

  test('that fails takes back its whole transaction', async () => {
    const database = await open();
    await database.runScripts((scripts) => scripts.execute('create table kept (id integer)'));
    const failing = database.transaction(async (queries) => {
      await queries.execute(sql`insert into kept values (1)`);
      throw new TypeError('marked-message');
    });
    const refusal = await refusalOf(failing);
    expect(refusal.code).toBe('DATABASE_FAILED');
    expect(await database.runScripts((scripts) => scripts.query('select * from kept'))).toEqual([]);
  });
});

/** Takes connections and says nothing. */
async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port };
}
