import { newNonce, signatureHeaders } from '@immint/signer';

import type { ProviderAccount, ProviderDependencies } from './chat-provider.ts';

/** A body with its content type. */
export interface TypedBody {
  readonly contentType: string;
  readonly text: string;
}

/** A body with the headers that sign the call, with a nonce and a time of its own. */
export type SignBody = (body: TypedBody) => {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** The way in which RongCloud and Nexconn are called: signed with the account's App Secret. */
export const createSignBody =
  (
    { appKey, secret }: Pick<ProviderAccount, 'appKey' | 'secret'>,
    { nowMs, randomBytes }: Pick<ProviderDependencies, 'nowMs' | 'randomBytes'>,
  ): SignBody =>
  ({ contentType, text }) => {
    const signature = signatureHeaders({
      appKey,
      appSecret: secret.reveal(),
      nonce: newNonce(randomBytes),
      timestampMs: nowMs(),
    });
    return { headers: { ...signature, 'Content-Type': contentType, Accept: 'application/json' }, body: text };
  };
