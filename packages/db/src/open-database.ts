import { createDatabase, type Database, type Engine } from './database.ts';
import { migrate } from './migrate.ts';
import { openEmbedded, type EmbeddedOptions } from './open-embedded.ts';
import { openPostgres, type PostgresOptions } from './open-postgres.ts';
import { toDatabaseError } from './to-database-error.ts';

/** Which database to open. */
export type DatabaseOptions =
  | ({ readonly kind: 'postgres' } & PostgresOptions)
  | ({ readonly kind: 'embedded' } & EmbeddedOptions);

/**
 * Opens a database and brings its schema to this version. Any number of servers may do so at once on one PostgreSQL.
 *
 * Throws {@link DatabaseError}: `DATABASE_URL_INVALID`, `DATABASE_UNREACHABLE`, `DATABASE_REFUSED`, `DATABASE_IN_USE`,
 * `DATABASE_UNWRITABLE`, `DATABASE_FOREIGN`, `MIGRATIONS_DIFFER`; nothing is left open then.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const database = createDatabase(await openEngine(options));
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openEngine(options: DatabaseOptions): Promise<Engine> {
  try {
    return options.kind === 'postgres' ? openPostgres(options) : await openEmbedded(options);
  } catch (error) {
    throw toDatabaseError(error);
  }
}
