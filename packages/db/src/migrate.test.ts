import { Secret } from '@immint/secrets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from './database.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { openPostgres } from './open-postgres.ts';
import { type Migration, readShippedMigrations } from './shipped-migrations.ts';
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

/** A database that no migration has touched. */
async function openBare(): Promise<Database> {
  const database = createDatabase(openPostgres({ url: await postgres.createDatabase(), maxConnections: 5 }));
  opened.push(database);
  return database;
}

const namesIn = async (database: Database) => {
  const rows = await database.runScripts((scripts) => scripts.query('select name from immint.migration order by name'));
  return rows.map((row) => row['name']);
};

const shipped = readShippedMigrations();
const one: Migration = { name: '0001_one', script: 'create table immint.one (id integer)', checksum: 'a' };
const two: Migration = {
  name: '0002_two',
  script: 'create table immint.two (id integer); insert into immint.one values (2)',
  checksum: 'b',
};
const broken: Migration = {
  name: '0003_broken',
  script: 'create table immint.three (id integer); select 1 / 0',
  checksum: 'c',
};

describe('the shipped migrations', () => {
  test('are numbered without a gap, each with a name', () => {
    expect(shipped.length).toBeGreaterThan(0);
    expect(shipped.map(({ name }) => Number(/^(\d{4})_[a-z][a-z_]+$/.exec(name)?.[1]))).toEqual(
      shipped.map((_, index) => index + 1),
    );
  });

  test('are applied to an empty database in their order, and once', async () => {
    const database = await openBare();
    const names = shipped.map(({ name }) => name);
    expect(await migrate(database)).toEqual(names);
    expect(await migrate(database)).toEqual([]);
    expect(await namesIn(database)).toEqual(names);
  });
});

describe('migrating', () => {
  test('applies what came since', async () => {
    const database = await openBare();
    expect(await migrate(database, [one])).toEqual(['0001_one']);
    expect(await migrate(database, [one, two])).toEqual(['0002_two']);
  });

  test('leaves no trace of any when one of them fails', async () => {
    const database = await openBare();
    expect(await refusalOf(migrate(database, [one, two, broken]))).toMatchObject({
      code: 'DATABASE_FAILED',
      sqlState: '22012',
    });
    const [left] = await database.runScripts((scripts) =>
      scripts.query(`select count(*) from pg_namespace where nspname = 'immint'`),
    );
    expect(left).toEqual({ count: '0' });
    expect(await migrate(database, [one, two])).toHaveLength(2);
  });

  test.each([
    ['that a newer version has migrated', [one], '0002_two'],
    ['whose migrations came in another order', [two, one], '0001_one'],
    ['one of whose migrations was changed afterwards', [{ ...one, checksum: 'other' }, two], '0001_one'],
    ['of which this version knows nothing', [], '0001_one'],
  ])('refuses a database %s, and names the migration', async (_which, others, named) => {
    const database = await openBare();
    await migrate(database, [one, two]);
    const refusal = await refusalOf(migrate(database, others));
    expect(refusal.code).toBe('MIGRATIONS_DIFFER');
    expect(refusal.message).toContain(named);
    expect(await namesIn(database)).toEqual(['0001_one', '0002_two']);
  });

  test('by five servers at once, round after round, is done by one of them', async () => {
    for (let round = 0; round < 8; round += 1) {
      const url = await postgres.createDatabase();
      const servers = Array.from({ length: 5 }, () => createDatabase(openPostgres({ url, maxConnections: 1 })));
      opened.push(...servers);
      const applied = await Promise.all(servers.map((server) => migrate(server)));
      expect(applied.map((names) => names.length).toSorted((left, right) => right - left)).toEqual([
        shipped.length,
        0,
        0,
        0,
        0,
      ]);
    }
  });

  test('does not need the right to make a schema once there is one', async () => {
    const url = await postgres.createDatabase();
    const owner = await openDatabase({ kind: 'postgres', url });
    opened.push(owner);
    await owner.runScripts((scripts) =>
      scripts.execute(`
        create role server login;
        grant usage on schema immint to server;
        grant select on immint.migration to server`),
    );
    const asServer = Secret.of(url.reveal().replace('//postgres@', '//server@'));
    const database = createDatabase(openPostgres({ url: asServer }));
    opened.push(database);
    expect(await migrate(database)).toEqual([]);
  });

  test('happens whenever a database is opened', async () => {
    const database = await openDatabase({ kind: 'postgres', url: await postgres.createDatabase() });
    opened.push(database);
    expect(await namesIn(database)).toHaveLength(shipped.length);
  });
});
