import { crc32 } from 'node:zlib';
import { Secret } from '@immint/secrets';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 12;
const SECRET_BYTES = 32;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const FORMAT = /^immint_(live|demo)_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;

/** An API key taken apart: the id is public, the secret is not. */
export interface ApiKey {
  readonly id: string;
  readonly secret: Secret;
}

/**
 * Makes an API key: `immint_<environment>_<id>_<secret>_<checksum>`. The id finds it, 32 random bytes prove it, and the
 * checksum (CRC-32 of everything before it) lets a scanner, or a server without looking anything up, tell a typing error.
 */
export function makeApiKey(
  environment: 'live' | 'demo',
  randomBytes: (length: number) => Uint8Array,
): ApiKey & { readonly text: Secret } {
  const id = toBase62(randomBytes(ID_LENGTH), ID_LENGTH);
  const secret = toBase62(randomBytes(SECRET_BYTES), SECRET_LENGTH);
  const body = `immint_${environment}_${id}_${secret}`;
  return { id, secret: Secret.of(secret), text: Secret.of(`${body}_${checksumOf(body)}`) };
}

/** Takes an API key apart; undefined if it is not one, or if its checksum shows that it was mistyped. */
export function parseApiKey(text: string): ApiKey | undefined {
  const match = FORMAT.exec(text);
  const [, , id, secret, checksum] = match ?? [];
  if (id === undefined || secret === undefined) return undefined;
  if (checksum !== checksumOf(text.slice(0, -CHECKSUM_LENGTH - 1))) return undefined;
  return { id, secret: Secret.of(secret) };
}

function checksumOf(body: string): string {
  return toBase62(Buffer.from(crc32(body).toString(16).padStart(8, '0'), 'hex'), CHECKSUM_LENGTH);
}

/** A big-endian number in base 62, padded or cut to a fixed length from its low end. */
function toBase62(bytes: Uint8Array, length: number): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text = (ALPHABET[Number(rest % 62n)] ?? '') + text;
    rest /= 62n;
  }
  return text;
}
