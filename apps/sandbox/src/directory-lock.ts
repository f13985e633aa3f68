import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

import { SandboxError } from './sandbox-error.ts';
import { isSystemError } from './system-error.ts';

/** The right to write in a data directory; the kernel takes it back when the process dies, however it dies. */
export interface DirectoryLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes the data directory for this process alone.
 * @throws SandboxError `DIRECTORY_IN_USE` when another sandbox has it, `DIRECTORY_UNWRITABLE` when it cannot be written
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const file = join(directory, 'sandbox.lock');
  createPrivately(file);
  // Node has no call for a file lock; SQLite's is one that the kernel keeps and frees.
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new SandboxError(
      'DIRECTORY_IN_USE',
      `another sandbox is using the directory ${directory}: stop it, or choose another directory with --data-dir`,
      { cause: error },
    );
  }
  return { release: () => database.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

// Closing any descriptor of a file drops the locks this process holds on it; so an existing file is never opened here.
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
}
