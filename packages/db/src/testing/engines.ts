import type { Database } from '../database.ts';
import { openDatabase } from '../open-database.ts';
import { openEmbeddedForTests } from './open-embedded-for-tests.ts';
import type { TestPostgres } from './start-postgres.ts';

/** A way to run the stores, for the suites that must hold on all of them. */
export interface TestEngine {
  readonly name: string;
  /** Opens a database of its own, migrated and empty. */
  open(postgres: TestPostgres): Promise<Database>;
}

/** Every way to run the stores. */
export const TEST_ENGINES: readonly TestEngine[] = [
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
