import { createHash } from 'node:crypto';

import { equalHex } from './equal-hex.ts';

/** The three texts that are hashed, exactly as they stand in the headers. */
export interface SignedTexts {
  readonly appSecret: string;
  readonly nonce: string;
  readonly timestamp: string;
}

/**
 * The signature of RongCloud and Nexconn: lower-case hexadecimal SHA-1 of secret, nonce and timestamp, joined without
 * separators, in UTF-8. It covers neither path nor body, so headers that leak sign any call: treat them as secrets.
 * Sources: docs.rongcloud.io/platform-chat-api/auth, docs.nexconn.ai/platform-chat-api/auth
 */
export const signAppSecret = ({ appSecret, nonce, timestamp }: SignedTexts): string =>
  createHash('sha1').update(`${appSecret}${nonce}${timestamp}`, 'utf8').digest('hex');

/**
 * Whether a received signature was made with this secret. Compares in constant time; upper-case hexadecimal counts too,
 * because the official .NET SDK sends it.
 */
export const verifyAppSecret = (texts: SignedTexts, signature: string): boolean =>
  equalHex(signAppSecret(texts), signature);
