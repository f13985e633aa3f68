import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { makeKeyFileContent } from './key-file-content.ts';
import { KeyFileError } from './key-file-error.ts';
import { type KeyRing, KeyMalformedError, openKeyRing } from './key-ring.ts';
import { type RandomBytes, systemRandomBytes } from './random-bytes.ts';
import { Secret } from './secret.ts';

/** The ring that a key file stands for, and whether somebody besides its owner can read or write the file. */
export interface KeyFile {
  readonly keyRing: KeyRing;
  /** True when the file's mode lets its group or everybody in: worth a warning. Always false on Windows. */
  readonly openToOthers: boolean;
}

/**
 * Makes a key file with a new key, mode 0600, synced to disk before this returns. Of several that make it at once one
 * succeeds, and nobody ever sees half a file: it gets its name only when it is whole.
 *
 * Throws {@link KeyFileError} `KEY_FILE_EXISTS` or `KEY_FILE_UNWRITABLE`.
 */
export function makeKeyFile(path: string, randomBytes: RandomBytes = systemRandomBytes): void {
  const unfinished = `${path}.${Buffer.from(randomBytes(6)).toString('hex')}.new`;
  try {
    try {
      writeWhole(unfinished, makeKeyFileContent(randomBytes));
      linkSync(unfinished, path);
    } finally {
      rmSync(unfinished, { force: true });
    }
    syncDirectory(dirname(path));
  } catch (error) {
    throw new KeyFileError(systemCode(error) === 'EEXIST' ? 'KEY_FILE_EXISTS' : 'KEY_FILE_UNWRITABLE', path);
  }
}

/**
 * Reads a key file.
 * Throws {@link KeyFileError} `KEY_FILE_MISSING`, `KEY_FILE_UNREADABLE` or `KEY_FILE_MALFORMED`.
 */
export function readKeyFile(path: string, randomBytes: RandomBytes = systemRandomBytes): KeyFile {
  const { content, mode } = readWhole(path);
  try {
    return { keyRing: openKeyRing(content, randomBytes), openToOthers: (mode & 0o077) !== 0 };
  } catch (error) {
    throw error instanceof KeyMalformedError ? new KeyFileError('KEY_FILE_MALFORMED', path) : error;
  }
}

function readWhole(path: string): { content: Secret; mode: number } {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { mode } = fstatSync(file);
    return { content: Secret.of(readFileSync(file, 'utf8')), mode: process.platform === 'win32' ? 0o600 : mode };
  } catch (error) {
    throw new KeyFileError(systemCode(error) === 'ENOENT' ? 'KEY_FILE_MISSING' : 'KEY_FILE_UNREADABLE', path);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function writeWhole(path: string, content: Secret): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    // The process's umask may have taken away even the owner's right to read.
    fchmodSync(file, 0o600);
    // Not writeSync, which may write a part and call that a success.
    writeFileSync(file, Buffer.from(content.reveal()));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Without this a power failure can take away the name of a file whose content is safe. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
