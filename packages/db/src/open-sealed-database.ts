import { existsSync, rmSync } from 'node:fs';
import { timingSafeEqual } from 'node:crypto';
import {
  KeyFileError,
  type KeyFile,
  makeKeyFile,
  type RandomBytes,
  readKeyFile,
  systemRandomBytes,
} from '@immint/secrets';
import type { Database } from './database.ts';
import { KeyCheckError } from './key-check-error.ts';
import { createSealingKeyStore, type SealingKeyStore } from './sealing-key-store.ts';

/**
 * Proves that a key file belongs to a database, by the check value that the database holds. A database without sealed
 * values takes the key that is there, or one made now; several servers that start at once agree on one.
 *
 * Throws {@link KeyCheckError} `KEY_MISSING`, `KEY_WRONG` or `KEY_CHECK_LOST`, `KeyFileError` for a file that cannot be
 * used, and {@link DatabaseError}.
 */
export async function openSealedDatabase(
  database: Database,
  keyFilePath: string,
  randomBytes: RandomBytes = systemRandomBytes,
): Promise<KeyFile> {
  const store = createSealingKeyStore(database);
  if (await store.holdsCheckValue()) return checkKey(store, readOrMissing(keyFilePath, randomBytes), keyFilePath);
  if (await store.holdsSealedValues()) {
    throw new KeyCheckError(existsSync(keyFilePath) ? 'KEY_CHECK_LOST' : 'KEY_MISSING', keyFilePath);
  }

  const isMadeNow = makeIfMissing(keyFilePath, randomBytes);
  const keyFile = readKeyFile(keyFilePath, randomBytes);
  await store.addCheckValue(keyFile.keyRing.keyId, keyFile.keyRing.checkValue);
  try {
    return await checkKey(store, keyFile, keyFilePath);
  } catch (error) {
    // Another server was first, with a key of its own. Nothing was sealed with ours, and it must not look like the right one.
    if (isMadeNow && error instanceof KeyCheckError) rmSync(keyFilePath);
    throw error;
  }
}

async function checkKey(store: SealingKeyStore, keyFile: KeyFile, path: string): Promise<KeyFile> {
  const { keyId, checkValue } = keyFile.keyRing;
  const stored = await store.findCheckValue(keyId);
  const isRight = stored?.length === checkValue.length && timingSafeEqual(stored, checkValue);
  if (!isRight) throw new KeyCheckError('KEY_WRONG', path);
  return keyFile;
}

function readOrMissing(path: string, randomBytes: RandomBytes): KeyFile {
  try {
    return readKeyFile(path, randomBytes);
  } catch (error) {
    const isMissing = error instanceof KeyFileError && error.code === 'KEY_FILE_MISSING';
    throw isMissing ? new KeyCheckError('KEY_MISSING', path) : error;
  }
}

function makeIfMissing(path: string, randomBytes: RandomBytes): boolean {
  if (existsSync(path)) return false;
  try {
    makeKeyFile(path, randomBytes);
    return true;
  } catch (error) {
    // A server beside this one made it in the meantime: then that is the key.
    if (error instanceof KeyFileError && error.code === 'KEY_FILE_EXISTS') return false;
    throw error;
  }
}
