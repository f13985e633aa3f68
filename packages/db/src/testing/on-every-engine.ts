import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from '../database.ts';
import { openDatabase } from '../open-database.ts';
import { openEmbeddedForTests } from './open-embedded-for-tests.ts';
import { startPostgres, type TestPostgres } from './start-postgres.ts';

interface TestEngine {
  readonly name: string;
  readonly open: (postgres: TestPostgres) => Promise<Database>;
}

const ENGINES: readonly TestEngine[] = [
  { name: 'PGlite', open: () => openEmbeddedForTests() },
  {
    name: 'PostgreSQL',
    open: async (postgres) => openDatabase({ kind: 'postgres', url: await postgres.createDatabase() }),
  },
  {
    name: 'PostgreSQL without prepared statements',
    open: async (postgres) => openDatabase({ kind: 'postgres', url: await postgres.createDatabase(), prepare: false }),
  },
];

/**
 * Runs one suite on everything that a store can stand on, each time on a migrated database of its own, which the tests
 * of the suite share.
 */
export function onEveryEngine(suite: (database: () => Database) => void): void {
  let postgres: TestPostgres | undefined;
  const started = () => postgres ?? failNotReady();
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());

  describe.each(ENGINES)('on $name', ({ open }) => {
    let database: Database | undefined;
    beforeAll(async () => {
      database = await open(started());
    });
    afterAll(() => database?.close());
    suite(() => database ?? failNotReady());
  });
}

function failNotReady(): never {
  throw new Error('the database was asked for before it was opened');
}
