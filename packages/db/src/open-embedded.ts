import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  rmdirSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Transaction } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Engine, ScriptRunner } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { lockDirectory, unwritable } from './directory-lock.ts';
import { syncDirectory } from './sync-directory.ts';

/** Where the embedded database lives. */
export interface EmbeddedOptions {
  /** A directory of its own; it is made, for its owner alone, if it is not there. Not on a network file system. */
  readonly directory: string;
}

/**
 * Opens PGlite, which is PostgreSQL inside this process, on a directory. PGlite itself lets two processes open one
 * directory and lose each other's rows, so the directory is locked first.
 *
 * Throws {@link DatabaseError} `DATABASE_IN_USE`, `DATABASE_UNWRITABLE` or `DATABASE_FOREIGN`.
 */
export async function openEmbedded({ directory }: EmbeddedOptions): Promise<Engine> {
  const path = realPath(directory);
  const lock = lockDirectory(path);
  try {
    if (isEmpty(path)) await makeCluster(path);
    if (!existsSync(join(path, 'PG_VERSION'))) throw foreign(path);
    checkWritable(path);
    const engine = createEmbeddedEngine(await PGlite.create({ dataDir: path }), path);
    return {
      ...engine,
      async close() {
        try {
          await engine.close();
          await engine.flush();
        } finally {
          lock.release();
        }
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Puts PGlite behind what both engines have in common. Without a directory it lives in memory, and `flush` has nothing to do. */
export function createEmbeddedEngine(pglite: PGlite, directory?: string): Engine {
  let syncedAtMs = 0;
  const queries = drizzle(pglite, { casing: 'snake_case' });
  return {
    name: 'embedded',
    queries,
    // One process and one connection: nobody else can be ahead for long.
    asideQueries: queries,
    listen: (channel, onNotice) => pglite.listen(channel, onNotice),
    runScripts: (work) => pglite.transaction((transaction) => work(toScriptRunner(transaction))),
    async flush() {
      if (directory === undefined) return;
      const startedAtMs = Date.now();
      if (!pglite.closed) await pglite.exec('checkpoint');
      await syncDirectory(directory, syncedAtMs);
      syncedAtMs = startedAtMs;
    },
    close: () => pglite.close(),
  };
}

function toScriptRunner(transaction: Transaction): ScriptRunner {
  return {
    execute: async (script) => void (await transaction.exec(script)),
    query: async (statement, parameters = []) =>
      (await transaction.query<Record<string, unknown>>(statement, [...parameters])).rows,
  };
}

/** One name for one directory, whichever way it was written: two names would have two locks. */
function realPath(directory: string): string {
  const path = resolve(directory);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
  } catch {
    throw unwritable(path);
  }
}

function isEmpty(path: string): boolean {
  if (!existsSync(path)) return true;
  try {
    return readdirSync(path).length === 0;
  } catch {
    throw unwritable(path);
  }
}

function checkWritable(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw unwritable(path);
  }
}

/** Makes the files of an empty database under another name first: a process that dies meanwhile leaves nothing half made. */
async function makeCluster(path: string): Promise<void> {
  const unfinished = `${path}.new`;
  try {
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { mode: 0o700 });
  } catch {
    throw unwritable(path);
  }
  const pglite = await PGlite.create({ dataDir: unfinished });
  await pglite.close();
  await syncDirectory(unfinished, 0);
  if (existsSync(path)) rmdirSync(path);
  renameSync(unfinished, path);
}

function foreign(path: string): DatabaseError {
  const sentence = `The database directory ${path} holds something else: name another data directory.`;
  return new DatabaseError('DATABASE_FOREIGN', { sentence });
}
