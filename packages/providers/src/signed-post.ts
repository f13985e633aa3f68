import { newNonce, signatureHeaders } from '@immint/signer';

import { readBaseUrl } from './base-url.ts';
import type { ProviderAccount, ProviderDependencies } from './chat-provider.ts';
import type { ProviderReply } from './request.ts';

/** A body with its content type. */
export interface TypedBody {
  readonly contentType: string;
  readonly text: string;
}

/** Sends a body to a path, signed with the account's App Secret, with a nonce and a time of its own. */
export type SignedPost = (path: string, body: TypedBody, signal: AbortSignal) => Promise<ProviderReply>;

/** The way in which RongCloud and Nexconn are called; what they answer is read apart. */
export const createSignedPost = (
  account: Omit<ProviderAccount, 'settings'>,
  { nowMs, randomBytes, transport }: ProviderDependencies,
): SignedPost => {
  const origin = readBaseUrl(account.baseUrl);
  return (path, body, signal) => {
    const signature = signatureHeaders({
      appKey: account.appKey,
      appSecret: account.secret.reveal(),
      nonce: newNonce(randomBytes),
      timestampMs: nowMs(),
    });
    const headers = { ...signature, 'Content-Type': body.contentType, Accept: 'application/json' };
    return transport.post({ origin, path, headers, body: body.text }, signal);
  };
};
