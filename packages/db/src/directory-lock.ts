import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DatabaseError } from './database-error.ts';

/** The right to use a directory, until it is released or the process ends. */
export interface DirectoryLock {
  release(): void;
}

/** SQLite's result code for a database that somebody else has locked (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;

/**
 * Takes a directory for this process alone. The lock is one of the operating system, held through an SQLite database
 * beside the directory (`<directory>.lock`): Node has no call of its own for it. The system lets go of it when the
 * process ends, however it ends, so it cannot be left behind. A note beside it says who holds it.
 *
 * Throws {@link DatabaseError} `DATABASE_IN_USE`, naming the process, or `DATABASE_UNWRITABLE`.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const notePath = `${directory}.lock.pid`;
  const file = openLockFile(directory);
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writeFileSync(notePath, `${process.pid}\n`);
  } catch (error) {
    file.close();
    throw isBusy(error) ? inUse(directory, notePath) : unwritable(directory);
  }
  return {
    release() {
      rmSync(notePath, { force: true });
      file.close();
    },
  };
}

/** The error for a directory that cannot be made, or not be written to. */
export function unwritable(directory: string): DatabaseError {
  const sentence = `The database directory ${directory} cannot be written: give its owner to this user, or name another data directory.`;
  return new DatabaseError('DATABASE_UNWRITABLE', { sentence });
}

function openLockFile(directory: string): DatabaseSync {
  try {
    return new DatabaseSync(`${directory}.lock`, { timeout: 0 });
  } catch {
    throw unwritable(directory);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

function inUse(directory: string, notePath: string): DatabaseError {
  const holder = readNote(notePath);
  const who = holder === undefined ? 'Another process' : `Process ${holder}`;
  const sentence = `${who} uses the database directory ${directory}: stop it, or name another data directory.`;
  return new DatabaseError('DATABASE_IN_USE', { sentence });
}

function readNote(path: string): string | undefined {
  try {
    return /^\d+$/m.exec(readFileSync(path, 'utf8'))?.[0];
  } catch {
    return undefined;
  }
}
