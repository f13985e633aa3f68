import { randomBytes } from 'node:crypto';

/** The longest nonce that may be sent, in characters. Source: docs.rongcloud.io/platform-chat-api/auth */
export const MAX_NONCE_LENGTH = 18;

/** The longest nonce that a check reads: official SDKs send more than the documented 18 characters. */
export const MAX_RECEIVED_NONCE_LENGTH = 64;

/** A new nonce: 18 hexadecimal characters, from the operating system's random source unless another is given. */
export const newNonce = (random: (bytes: number) => Uint8Array = randomBytes): string =>
  Buffer.from(random(MAX_NONCE_LENGTH / 2)).toString('hex');
