import { sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from './database.ts';
import { openDatabase } from './open-database.ts';
import * as schema from './schema.ts';
import { startPostgres, type TestPostgres } from './testing/start-postgres.ts';

// The schema that code compiles against and the one that migrations build are two texts about one thing.

const tables = Object.values(schema).filter((value) => value instanceof PgTable);

let postgres: TestPostgres | undefined;
let database: Database | undefined;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await openDatabase({ kind: 'postgres', url: await postgres.createDatabase() });
});
afterAll(async () => {
  await database?.close();
  await postgres?.stop();
});

async function query(statement: string): Promise<Record<string, unknown>[]> {
  return (await database?.runScripts((scripts) => scripts.query(statement))) ?? [];
}

test('code knows every table but the one of the migrations', async () => {
  const built = await query(`select tablename from pg_tables where schemaname = 'immint' order by tablename`);
  const known = tables.map((table) => getTableConfig(table).name);
  expect(built.map((row) => row['tablename'])).toEqual([...known, 'migration'].toSorted());
});

describe.each(tables.map((table) => getTableConfig(table)))(
  'the table $name',
  ({ name, columns, foreignKeys, ...config }) => {
    test('has the columns that code knows, of the same types, null and default in the same places', async () => {
      const built = await query(`
      select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as not_null,
        atthasdef or attidentity <> '' as has_default
      from pg_attribute where attrelid = 'immint.${name}'::regclass and attnum > 0 and not attisdropped`);
      const known = columns.map((column) => ({
        name: toSnakeCase(column.name),
        type: column.getSQLType(),
        not_null: column.notNull,
        has_default: column.hasDefault || column.generatedIdentity !== undefined,
      }));
      expect(byName(built)).toEqual(byName(known));
    });

    test('has the primary key that code knows', async () => {
      const built = await query(`
      select attname as name from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey)
      where indrelid = 'immint.${name}'::regclass and indisprimary`);
      const known = [
        ...columns.filter((column) => column.primary),
        ...config.primaryKeys.flatMap((key) => key.columns),
      ];
      expect(byName(built)).toEqual(byName(known.map((column) => ({ name: toSnakeCase(column.name) }))));
    });

    test('refers to the tables that code knows', async () => {
      const built = await query(`
      select confrelid::regclass::text as name, confdeltype as on_delete
      from pg_constraint where conrelid = 'immint.${name}'::regclass and contype = 'f'`);
      const known = foreignKeys.map((key) => {
        const { name: target, schema: inSchema } = getTableConfig(key.reference().foreignTable);
        return { name: `${inSchema}.${target}`, on_delete: key.onDelete === 'cascade' ? 'c' : 'a' };
      });
      expect(byName(built)).toEqual(byName(known));
    });
  },
);

test('ids are compared byte by byte, whatever the language of the database', async () => {
  const [column] = await query(
    `select collation_name from information_schema.columns where table_name = 'token' and column_name = 'canonical_user_id'`,
  );
  expect(column?.['collation_name']).toBe('C');
});

test('nothing is indexed but what is searched by, or must be there once', async () => {
  const built = await query(`select indexname as name from pg_indexes where schemaname = 'immint' order by 1`);
  const searched = built.map(({ name }) => name).filter((name) => !String(name).endsWith('_pkey'));
  expect(searched).toEqual([
    'api_key_app_app_id',
    'app_app_key_unique',
    'app_name_unique',
    'audit_app_event',
    'audit_app_id',
    'audit_subject',
    'change_xact',
    'job_app',
    'job_item_due',
    'job_item_state',
    'job_item_user',
    'job_running',
    'revocation_job',
    'revocation_next_attempt',
    'revocation_user',
    'secret_rotation_lease',
  ]);
});

test('a time is kept to the millisecond', async () => {
  const nowMs = 1_795_000_000_987;
  const { app } = schema;
  const read = await database?.run(async (queries) => {
    const [row] = await queries
      .select({
        at: sql`${nowMs}::double precision * interval '1 millisecond' + timestamptz 'epoch'`.mapWith(app.createdAt),
      })
      .from(sql`(values (true)) as one`);
    return row?.at;
  });
  expect(read).toBe(nowMs);
});

function byName(rows: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  return rows.toSorted((left, right) => String(left['name']).localeCompare(String(right['name'])));
}
