import { createHmac, timingSafeEqual } from 'node:crypto';
import { inflateSync } from 'node:zlib';

/** The app's two halves at Agora, 32 hex digits each. */
interface AgoraApp {
  readonly appId: string;
  readonly appCertificate: string;
}

/** What an Agora token says about chat, its signature checked. */
export interface AgoraToken {
  /** Whether it opens the calls that need an app token. */
  readonly isAppToken: boolean;
  /** The UUID of the user whose token it is; null when it is no user's. */
  readonly userUuid: string | null;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

const VERSION = '007';
/** The longest that anybody makes is far below; a small text may inflate to much more. */
const MAX_PACKED_CHARACTERS = 4_096;
const MAX_BYTES = 16_384;
const CHAT_SERVICE = 5;
const USER_PRIVILEGE = 1;
const APP_PRIVILEGE = 2;

/** Whether a text claims to be a token of this kind. */
export function isAgoraToken(token: string): boolean {
  return token.startsWith(VERSION);
}

/**
 * Takes an Agora token ("AccessToken2") apart and checks its signature; null for one that is malformed, of another app,
 * signed with another certificate, or not for chat alone. Whether it has expired is for the caller to see.
 * Sources: Easemob's Java SDK 1.x, `api/token/agora/AccessToken2.java`; github.com/AgoraIO/Tools, DynamicKey
 */
export function readAgoraToken(token: string, app: AgoraApp): AgoraToken | null {
  if (!isAgoraToken(token) || token.length > MAX_PACKED_CHARACTERS) return null;
  try {
    return readPacked(
      inflateSync(Buffer.from(token.slice(VERSION.length), 'base64'), { maxOutputLength: MAX_BYTES }),
      app,
    );
  } catch (error) {
    // Neither zlib's errors nor the end of the bytes in the middle of a field say more than "malformed".
    if (error instanceof RangeError || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}

function readPacked(bytes: Buffer, { appId, appCertificate }: AgoraApp): AgoraToken | null {
  const reader = new LittleEndianReader(bytes);
  const signature = reader.text();
  const signed = bytes.subarray(reader.offset);
  if (reader.text().toString('latin1').toLowerCase() !== appId.toLowerCase()) return null;
  const [issuedAt, life, salt] = [reader.uint32(), reader.uint32(), reader.uint32()];
  if (!isEqual(signature, sign(signed, appCertificate, issuedAt, salt))) return null;
  // The services come in the order of their types and each has fields of its own, so only a first one can be read.
  if (reader.uint16() !== 1 || reader.uint16() !== CHAT_SERVICE) return null;
  const privileges = new Set<number>();
  for (let left = reader.uint16(); left > 0; left -= 1) {
    privileges.add(reader.uint16());
    reader.uint32();
  }
  const userUuid = reader.text().toString('utf8');
  return {
    isAppToken: privileges.has(APP_PRIVILEGE),
    userUuid: privileges.has(USER_PRIVILEGE) ? userUuid : null,
    issuedAtMs: issuedAt * 1_000,
    expiresAtMs: (issuedAt + life) * 1_000,
  };
}

function sign(signed: Buffer, appCertificate: string, issuedAt: number, salt: number): Buffer {
  const byTime = hmac(toUint32(issuedAt), appCertificate);
  return hmac(hmac(toUint32(salt), byTime), signed);
}

function hmac(key: Buffer, content: string | Buffer): Buffer {
  return createHmac('sha256', key).update(content).digest();
}

function toUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Reads fields one after another. @throws RangeError where the bytes end */
class LittleEndianReader {
  readonly #bytes: Buffer;
  offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  uint16(): number {
    this.offset += 2;
    return this.#bytes.readUInt16LE(this.offset - 2);
  }

  uint32(): number {
    this.offset += 4;
    return this.#bytes.readUInt32LE(this.offset - 4);
  }

  /** A length of 16 bits and as many bytes. */
  text(): Buffer {
    const length = this.uint16();
    const text = this.#bytes.subarray(this.offset, this.offset + length);
    if (text.length < length) throw new RangeError('the bytes end inside a text');
    this.offset += length;
    return text;
  }
}
