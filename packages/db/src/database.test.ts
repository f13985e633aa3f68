import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Secret } from '@immint/secrets';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from './open-database.ts';
import { createPaceStore } from './pace-store.ts';
import { createDatabase, type Database } from './database.ts';
import { createEmbeddedEngine } from './open-embedded.ts';
import { openPostgres } from './open-postgres.ts';
import { parsePostgresUrl } from './postgres-url.ts';
import { refusalOf } from './testing/refusal-of.ts';
import { startPostgres, type TestPostgres } from './testing/start-postgres.ts';

let postgres: TestPostgres;
const closings: (() => unknown)[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await Promise.all(closings.map((close) => close()));
  await postgres.stop();
});

/** A database that gives up soon, behind a pooler as it were: nothing on the server's side limits a query. */
function openImpatient(url: Secret, timeoutMs: number): Database {
  const database = createDatabase(openPostgres({ url, prepare: false, maxConnections: 1 }), timeoutMs);
  closings.push(() => database.close());
  return database;
}

/** On a busy machine the first answers may take longer than this test's patience. */
const untilAnswering = (database: Database) =>
  expect.poll(() => database.ping().then(() => 'answers'), { timeout: 5000 }).toBe('answers');

const askForSlot = (database: Database) =>
  createPaceStore(database).reserve(
    { provider: 'rongcloud', appKey: 'key', rateGroup: 'issueToken' },
    { spacingMs: 5, count: 1, weight: 1, aheadMs: 1_000, leadMs: 0 },
  );
const askAside = (database: Database) => database.aside((queries) => queries.execute(sql`select 1`));

describe('a connection that falls silent', () => {
  test.each<[string, (database: Database) => Promise<unknown>]>([
    ['a query', (database) => database.run((queries) => queries.execute(sql`select 1`))],
    ['a transaction', (database) => database.transaction((queries) => queries.execute(sql`select 1`))],
    ['a ping', (database) => database.ping()],
    ['what runs aside', (database) => askAside(database)],
    ['a look at the clock', (database) => database.nowMs()],
    [
      'a prepared query',
      (database) =>
        database.prepare((queries) =>
          queries
            .select({ one: sql`1` })
            .from(sql`pg_class`)
            .prepare('one'),
        )({}),
    ],
  ])('does not keep %s waiting', async (_what, ask) => {
    const proxy = await startProxy(await postgres.createDatabase());
    const database = openImpatient(proxy.url, 200);
    await untilAnswering(database);
    await expect.poll(() => askAside(database).then(() => 'answers'), { timeout: 5000 }).toBe('answers');
    proxy.fallSilent();
    expect(await refusalOf(ask(database))).toMatchObject({ code: 'DATABASE_TIMEOUT' });
  });
});

test.each([
  ['what runs aside', askAside],
  ['whoever asks for a slot', askForSlot],
])('%s does not wait for those who hold every connection', async (_what, ask) => {
  const url = await postgres.createDatabase();
  await (await openDatabase({ kind: 'postgres', url })).close();
  const database = openImpatient(url, 10_000);
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const crowd = [database.transaction(() => gate), ...Array.from({ length: 50 }, () => database.ping())];
  const aside = ask(database).then(() => 'aside');
  expect(await Promise.race([aside, Promise.all(crowd).then(() => 'crowd')])).toBe('aside');
  open();
  await Promise.all(crowd);
});

describe('a transaction that was given up', () => {
  test('takes back what it wrote, whenever it comes to its end', async () => {
    const url = await postgres.createDatabase();
    const patient = openImpatient(url, 10_000);
    await patient.runScripts((scripts) => scripts.execute('create table kept (id integer)'));
    const database = openImpatient(url, 200);
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const transaction = database.transaction(async (queries) => {
      await queries.execute(sql`insert into kept values (1)`);
      await gate;
    });
    expect(await refusalOf(transaction)).toMatchObject({ code: 'DATABASE_TIMEOUT' });
    open();
    // The one connection is free again when the transaction is over.
    await untilAnswering(database);
    expect(await patient.runScripts((scripts) => scripts.query('select * from kept'))).toEqual([]);
  });

  test('does no harm by failing later', async () => {
    const database = openImpatient(await postgres.createDatabase(), 200);
    const { promise: gate, reject: fail } = Promise.withResolvers<void>();
    expect(await refusalOf(database.run(() => gate))).toMatchObject({ code: 'DATABASE_TIMEOUT' });
    fail(new Error('too late'));
    await untilAnswering(database);
  });
});

test('an answer in time leaves no timer behind', async () => {
  const database = createDatabase(createEmbeddedEngine(await PGlite.create()));
  closings.push(() => database.close());
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const before = timers();
  await database.ping();
  expect(await refusalOf(database.run(() => Promise.reject(new Error('failed'))))).toMatchObject({
    code: 'DATABASE_FAILED',
  });
  expect(timers()).toBe(before);
});

/** Passes everything on to the server of this URL, until it falls silent: open, and without an answer. */
async function startProxy(target: Secret): Promise<{ url: Secret; fallSilent: () => void }> {
  const { url, socketDirectory = failNoSocket() } = parsePostgresUrl(target.reveal());
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const upstream = connect(join(socketDirectory, '.s.PGSQL.5432'));
    sockets.push(client, upstream);
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: Secret.of(Object.assign(new URL(url), { host: `127.0.0.1:${address.port}` }).href),
    fallSilent: () => {
      for (const socket of sockets) socket.unpipe();
    },
  };
}

function failNoSocket(): never {
  throw new Error('the test server listens on a Unix socket');
}
