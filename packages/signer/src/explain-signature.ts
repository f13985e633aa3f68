import { type CallToSign, signatureHeaders } from './signature-headers.ts';

/** One step of how a signature comes about: what it is, its text (never the secret), and its length in bytes. */
export interface SignatureStep {
  readonly what: string;
  readonly text: string;
  readonly bytes: number;
}

const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

/**
 * The way from secret, nonce and timestamp to the signature, step by step, for a person who compares it with their own.
 * The secret shows as `[secret]`; its length is told, because a stray space or line break is what most often is wrong.
 * @throws SignatureError as {@link signatureHeaders} does
 */
export const explainSignature = (call: CallToSign): readonly SignatureStep[] => {
  const signature = Object.values(signatureHeaders(call)).at(-1) ?? '';
  const timestamp = String(call.timestampMs);
  const joinedBytes = bytesOf(call.appSecret) + bytesOf(call.nonce) + bytesOf(timestamp);
  return [
    { what: 'App Secret', text: '[secret]', bytes: bytesOf(call.appSecret) },
    { what: 'Nonce', text: call.nonce, bytes: bytesOf(call.nonce) },
    { what: 'Timestamp in milliseconds', text: timestamp, bytes: bytesOf(timestamp) },
    { what: 'Joined without separators', text: `[secret]${call.nonce}${timestamp}`, bytes: joinedBytes },
    { what: 'SHA-1 of that, in lower-case hexadecimal', text: signature, bytes: bytesOf(signature) },
  ];
};
