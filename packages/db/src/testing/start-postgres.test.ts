import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openDatabase } from '../open-database.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { startPostgres } from './start-postgres.ts';

test('a test’s server is a real PostgreSQL, gives databases of their own, and leaves nothing behind', async () => {
  const postgres = await startPostgres();
  const [url, otherUrl] = [await postgres.createDatabase(), await postgres.createDatabase()];
  const directory = new URL(url.reveal()).searchParams.get('host') ?? '';
  expect(url.equals(otherUrl)).toBe(false);
  const database = await openDatabase({ kind: 'postgres', url });
  const [row] = await database.runScripts((scripts) => scripts.query('select version() as version'));
  expect(row?.['version']).toMatch(/^PostgreSQL 1[5-9]\./);
  expect(existsSync(directory)).toBe(true);
  await database.close();
  await postgres.stop();
  expect(existsSync(directory)).toBe(false);
});

test.each(['fast', 'immediate'] as const)(
  'a durable test’s server that was halted %s has what was committed when it is resumed',
  async (how) => {
    const postgres = await startPostgres({ isDurable: true });
    const url = await postgres.createDatabase();
    const writer = await openDatabase({ kind: 'postgres', url });
    await writer.runScripts((scripts) =>
      scripts.execute('create table kept (id integer); insert into kept values (1)'),
    );
    await postgres.halt(how);
    await expect(writer.ping()).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    await postgres.resume();
    expect(await writer.runScripts((scripts) => scripts.query('select id from kept'))).toEqual([{ id: 1 }]);
    await writer.close();
    await postgres.halt('fast');
    await postgres.stop();
  },
);

test('a platform without a PostgreSQL is an error that says so, not a skipped test', () => {
  expect(() => findPostgresBinaries('sunos-sparc')).toThrow('none is packaged for sunos-sparc');
});

test('a PostgreSQL that was not installed is an error that says so', () => {
  const others = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'].filter(
    (platform) => platform !== `${process.platform}-${process.arch}`,
  );
  for (const platform of others) expect(() => findPostgresBinaries(platform)).toThrow('is not installed');
});
