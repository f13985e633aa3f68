import type { Database, ScriptRunner } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { type Migration, readShippedMigrations } from './shipped-migrations.ts';

/** "immint" in ASCII, as a number: nobody else in the same PostgreSQL database should take an advisory lock of this name. */
const LOCK = '115918707977844';

/** Waiting for another server's migrations may take longer than any query of ours; changing a table in use must not. */
const PATIENCE = `set local statement_timeout = '60s'; set local lock_timeout = '60s'`;
const IMPATIENCE = `set local lock_timeout = '5s'`;

const APPLIED_TABLE = `
  create schema if not exists immint;
  create table immint.migration (
    name text primary key,
    checksum text not null,
    applied_at timestamptz(3) not null default now()
  );`;

/**
 * Brings the schema `immint` to this version and gives the names of the migrations that it applied. All of them, and the
 * lock that keeps other servers out meanwhile, live in one transaction: it works through a pooler, and what fails leaves
 * no trace.
 *
 * Throws {@link DatabaseError} `MIGRATIONS_DIFFER` if what was applied before is not the beginning of what came with
 * this version.
 */
export function migrate(
  database: Database,
  shipped: readonly Migration[] = readShippedMigrations(),
): Promise<string[]> {
  return database.runScripts(async (scripts) => {
    await scripts.execute(PATIENCE);
    await scripts.execute(`select pg_advisory_xact_lock(${LOCK})`);
    await scripts.execute(IMPATIENCE);
    const missing = shipped.slice(checkApplied(await readApplied(scripts), shipped));
    for (const migration of missing) await apply(scripts, migration);
    return missing.map(({ name }) => name);
  });
}

async function apply(scripts: ScriptRunner, { name, script, checksum }: Migration): Promise<void> {
  await scripts.execute(script);
  await scripts.query('insert into immint.migration (name, checksum) values ($1, $2)', [name, checksum]);
}

async function readApplied(scripts: ScriptRunner): Promise<Record<string, unknown>[]> {
  const [found] = await scripts.query(`select to_regclass('immint.migration') is null as missing`);
  // Asked first, because making the schema takes a right that an ordinary start does not need.
  if (found?.['missing'] === true) await scripts.execute(APPLIED_TABLE);
  return scripts.query('select name, checksum from immint.migration order by name collate "C"');
}

/** How many of the shipped migrations were applied, if those are the first of them and unchanged. */
function checkApplied(applied: readonly Record<string, unknown>[], shipped: readonly Migration[]): number {
  for (const [index, row] of applied.entries()) {
    const expected = shipped[index];
    const name = String(row['name']);
    if (expected?.name !== name)
      throw differ(`has had ${name}, which this version lacks: run the newest one that used it`);
    if (expected.checksum !== row['checksum'])
      throw differ(`was made with another ${name}: restore that migration file`);
  }
  return applied.length;
}

function differ(what: string): DatabaseError {
  return new DatabaseError('MIGRATIONS_DIFFER', { sentence: `The database ${what}.` });
}
