import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { parseKeyFileContent } from './key-file-content.ts';
import { open, seal } from './seal.ts';
import { type RandomBytes, systemRandomBytes } from './random-bytes.ts';
import type { SealContext } from './seal-context.ts';
import type { Secret } from './secret.ts';

/**
 * Everything that is done with the installation's key. Sealing, fingerprints, API keys and the check value have keys of
 * their own, derived by HKDF-SHA-256 (RFC 5869) under labels of their own: no key serves two purposes.
 *
 * Its callers do not know how many keys there are. Today there is one; a ring of several, some only for opening, fits
 * behind the same interface, since every sealed value names its key.
 */
export interface KeyRing {
  /** The number of the key that new values are sealed with, as they name it. */
  readonly keyId: number;
  /** 16 bytes that tell whether this is the key that a database was sealed with, and nothing about the key. */
  readonly checkValue: Uint8Array<ArrayBuffer>;
  /** Seals a text for one place. No two results are the same. */
  seal(context: SealContext, plaintext: Secret): Uint8Array<ArrayBuffer>;
  /** Opens a value sealed for this place. Throws `SealError` (`CANNOT_OPEN`) for every value that does not open. */
  open(context: SealContext, blob: Uint8Array): Secret;
  /** Names a token without showing it: `fp_` and the first 16 bytes of HMAC-SHA-256 (RFC 2104) as base64url. */
  fingerprint(token: Secret): string;
  /** The 32 bytes of HMAC-SHA-256 by which the secret part of an API key is kept. Compare them in constant time. */
  hashApiKey(secret: Secret): Uint8Array<ArrayBuffer>;
}

/** The content of a key file is not one line of the documented form. It says no more, so as not to quote the key. */
export class KeyMalformedError extends Error {
  readonly code = 'KEY_MALFORMED';

  constructor() {
    super('KEY_MALFORMED: a key file holds one line of the form `immint-key-v1 …`.');
    this.name = 'KeyMalformedError';
  }
}

/** The only key there is. A ring of several will count on from here. */
const FIRST_KEY_ID = 1;

const FINGERPRINT_BYTES = 16;

/**
 * Opens the ring that a key file's content stands for.
 * Throws {@link KeyMalformedError} if the content is anything but the documented line.
 */
export function openKeyRing(keyFileContent: Secret, randomBytes: RandomBytes = systemRandomBytes): KeyRing {
  const rootKeyBytes = parseKeyFileContent(keyFileContent);
  if (rootKeyBytes === undefined) throw new KeyMalformedError();
  const rootKey = createSecretKey(rootKeyBytes);
  const sealKey = { id: FIRST_KEY_ID, key: createSecretKey(derive(rootKey, 'sealing', 32)) };
  const fingerprintKey = createSecretKey(derive(rootKey, 'token fingerprints', 32));
  const apiKeyPepper = createSecretKey(derive(rootKey, 'API key pepper', 32));

  return {
    keyId: sealKey.id,
    checkValue: derive(rootKey, 'check value', 16),
    seal: (context, plaintext) => seal(sealKey, context, plaintext, randomBytes),
    open: (context, blob) => open(sealKey, context, blob),
    fingerprint: (token) =>
      `fp_${Buffer.from(hmac(fingerprintKey, token).subarray(0, FINGERPRINT_BYTES)).toString('base64url')}`,
    hashApiKey: (secret) => hmac(apiKeyPepper, secret),
  };
}

function derive(rootKey: KeyObject, purpose: string, byteCount: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync('sha256', rootKey, new Uint8Array(0), `immint v1 ${purpose}`, byteCount));
}

function hmac(key: KeyObject, text: Secret): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac('sha256', key).update(text.reveal(), 'utf8').digest());
}
