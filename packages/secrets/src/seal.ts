import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject } from 'node:crypto';
import { encodeSealContext, type SealContext } from './seal-context.ts';
import { SealError } from './seal-error.ts';
import { Secret } from './secret.ts';
import type { RandomBytes } from './random-bytes.ts';

/** A data key of 32 bytes and the number that sealed values name it by (1 to 4294967295). */
export interface SealKey {
  readonly id: number;
  readonly key: KeyObject;
}

const VERSION = 1;
const KEY_ID_BYTES = 4;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const SALT_AT = 1 + KEY_ID_BYTES;
const NONCE_AT = SALT_AT + SALT_BYTES;
const CIPHERTEXT_AT = NONCE_AT + NONCE_BYTES;

/**
 * Seals a text for one place: `version (1) | key id (4) | salt (16) | nonce (12) | ciphertext | tag (16)`.
 *
 * AES-256-GCM (NIST SP 800-38D) under a key derived for this one value by HKDF-SHA-256 (RFC 5869) from the data key,
 * the salt and the context; the same context is GCM's additional data. 28 random bytes for each value mean that servers
 * need not count uses of a key together. Neither the algorithm nor the nonce is the caller's to choose.
 *
 * Throws a `TypeError` for text that UTF-8 cannot hold, and for a context as {@link encodeSealContext} says.
 */
export function seal(
  sealKey: SealKey,
  context: SealContext,
  plaintext: Secret,
  randomBytes: RandomBytes,
): Uint8Array<ArrayBuffer> {
  const text = plaintext.reveal();
  if (!text.isWellFormed()) throw new TypeError('only well-formed text can be sealed');
  const contextBytes = encodeSealContext(VERSION, sealKey.id, context);
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);

  const recordKey = deriveRecordKey(sealKey, salt, contextBytes);
  const cipher = createCipheriv('aes-256-gcm', recordKey, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(contextBytes);
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);

  const head = Buffer.alloc(SALT_AT);
  head.writeUInt8(VERSION, 0);
  head.writeUInt32BE(sealKey.id, 1);
  return new Uint8Array(Buffer.concat([head, salt, nonce, ciphertext, cipher.getAuthTag()]));
}

/**
 * Opens what {@link seal} made, with the key that the value names: no other key is tried.
 * Throws {@link SealError} for every value that does not open.
 */
export function open(sealKey: SealKey, context: SealContext, blob: Uint8Array): Secret {
  const contextBytes = encodeSealContext(VERSION, sealKey.id, context);
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (bytes.length < CIPHERTEXT_AT + TAG_BYTES) throw new SealError();
  if (bytes.readUInt8(0) !== VERSION || bytes.readUInt32BE(1) !== sealKey.id) throw new SealError();

  const recordKey = deriveRecordKey(sealKey, bytes.subarray(SALT_AT, NONCE_AT), contextBytes);
  const nonce = bytes.subarray(NONCE_AT, CIPHERTEXT_AT);
  const decipher = createDecipheriv('aes-256-gcm', recordKey, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(contextBytes);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(CIPHERTEXT_AT, -TAG_BYTES)), decipher.final()]);
    return Secret.of(text.toString('utf8'));
  } catch {
    throw new SealError();
  }
}

function deriveRecordKey(sealKey: SealKey, salt: Uint8Array, contextBytes: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', sealKey.key, salt, contextBytes, 32));
}
