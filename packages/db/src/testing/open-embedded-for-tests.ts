import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { createDatabase, type Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { createEmbeddedEngine } from '../open-embedded.ts';
import { readShippedMigrations } from '../shipped-migrations.ts';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/immint/', import.meta.url));

/**
 * Opens an embedded database in memory, migrated and empty. Making one takes PGlite seconds, loading one less than a
 * second; so the first is kept as a dump, under a name that changes with the migrations and with PGlite.
 */
export async function openEmbeddedForTests(): Promise<Database> {
  const path = `${CACHE}${dumpName()}`;
  const dump = existsSync(path) ? new Blob([readFileSync(path)]) : await makeDump(path);
  return createDatabase(createEmbeddedEngine(await PGlite.create({ loadDataDir: dump })));
}

async function makeDump(path: string): Promise<Blob> {
  const pglite = await PGlite.create();
  await migrate(createDatabase(createEmbeddedEngine(pglite)));
  const dump = await pglite.dumpDataDir('none');
  await pglite.close();
  keepDump(path, new Uint8Array(await dump.arrayBuffer()));
  return dump;
}

/** Keeps it for the next time, whole or not at all: test files run side by side. */
function keepDump(path: string, dump: Uint8Array): void {
  const unfinished = `${path}.${process.pid}`;
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(unfinished, dump);
    renameSync(unfinished, path);
  } catch {
    // A checkout that cannot be written to only makes the tests slower.
    rmSync(unfinished, { force: true });
  }
}

function dumpName(): string {
  const hash = createHash('sha256');
  // Its path holds PGlite's version.
  hash.update(import.meta.resolve('@electric-sql/pglite'));
  for (const { checksum } of readShippedMigrations()) hash.update(checksum);
  return `${hash.digest('hex').slice(0, 16)}.tar`;
}
