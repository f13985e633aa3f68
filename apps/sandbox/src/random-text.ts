/** A source of cryptographic randomness: `size` bytes. */
export type RandomBytes = (size: number) => Uint8Array;

/** Standard base64 of fresh random bytes. */
export function randomBase64(randomBytes: RandomBytes, size: number): string {
  return Buffer.from(randomBytes(size)).toString('base64');
}

/** Unpadded base64url of fresh random bytes. */
export function randomBase64Url(randomBytes: RandomBytes, size: number): string {
  return Buffer.from(randomBytes(size)).toString('base64url');
}

const OPERATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

/** An id of an operation as RongCloud and Nexconn print them, `C70B-B1D6-82E8-5SBO`. */
export function randomOperationId(randomBytes: RandomBytes): string {
  const letters = Array.from(randomBytes(16), (byte) => OPERATION_ALPHABET.charAt(byte % OPERATION_ALPHABET.length));
  return letters.join('').replace(/^(.{4})(.{4})(.{4})(.{4})$/, '$1-$2-$3-$4');
}

/** A version 4 UUID (RFC 9562 section 5.4). */
export function randomUuid(randomBytes: RandomBytes): string {
  const bytes = Buffer.from(randomBytes(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toUuid(bytes);
}

/** 16 bytes in the notation of a UUID. */
export function toUuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
