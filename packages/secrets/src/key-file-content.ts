import { Secret } from './secret.ts';
import type { RandomBytes } from './random-bytes.ts';

const KEY_BYTES = 32;
const FORMAT = /^immint-key-v1 ([A-Za-z0-9_-]{43})\r?\n?$/;

/** Makes the content of a new key file: one line, `immint-key-v1` and 32 random bytes as base64url (RFC 4648 §5). */
export function makeKeyFileContent(randomBytes: RandomBytes): Secret {
  return Secret.of(`immint-key-v1 ${Buffer.from(randomBytes(KEY_BYTES)).toString('base64url')}\n`);
}

/** Reads the 32 bytes out of a key file's content, or gives undefined where the content is anything else. */
export function parseKeyFileContent(content: Secret): Uint8Array | undefined {
  const encoded = FORMAT.exec(content.reveal())?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64url');
  // 43 characters hold 258 bits: a text that does not encode back to itself was mistyped in its last one.
  return bytes.length === KEY_BYTES && bytes.toString('base64url') === encoded ? bytes : undefined;
}
