/**
 * The place that a sealed value belongs to: what it is for first, then table, column, app id, row id, generation and so
 * on. A value opens only under the very context that it was sealed for, so that it cannot be moved to another place.
 */
export type SealContext = readonly [purpose: string, ...place: string[]];

/** OpenSSL takes no more than this as the `info` of HKDF. */
const MAX_CONTEXT_BYTES = 1024;

/**
 * Writes a context as bytes of which no other context has the same: format version (1 byte), key id (4), the number of
 * parts (1), then each part as its length in bytes (2) and its UTF-8. Integers are big-endian.
 *
 * Throws a `TypeError` for a context that has no such form (over 1024 bytes, over 255 parts, or text that is not
 * well-formed); that is a mistake of the program, so it is not a {@link SealError}.
 */
export function encodeSealContext(version: number, keyId: number, context: SealContext): Uint8Array {
  if (context.length > 255) throw new TypeError('a seal context has at most 255 parts');
  const header = Buffer.alloc(6);
  header.writeUInt8(version, 0);
  header.writeUInt32BE(keyId, 1);
  header.writeUInt8(context.length, 5);
  const bytes = Buffer.concat([header, ...context.flatMap(encodePart)]);
  if (bytes.length > MAX_CONTEXT_BYTES) throw new TypeError(`a seal context takes at most ${MAX_CONTEXT_BYTES} bytes`);
  return bytes;
}

function encodePart(part: string): Uint8Array[] {
  // Lone surrogates would all become the same replacement character, and two places one.
  if (!part.isWellFormed()) throw new TypeError('a part of a seal context must be well-formed text');
  const text = Buffer.from(part, 'utf8');
  const length = Buffer.alloc(2);
  if (text.length > MAX_CONTEXT_BYTES) throw new TypeError(`a seal context takes at most ${MAX_CONTEXT_BYTES} bytes`);
  length.writeUInt16BE(text.length);
  return [length, text];
}
