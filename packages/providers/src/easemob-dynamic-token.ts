import type { EasemobSettings } from '@immint/contracts';
import { EasemobUserId } from '@immint/contracts/easemob';
import { Secret } from '@immint/secrets';
import { makeDynamicToken, SignatureError } from '@immint/signer';

import type { IssuedToken, IssueTokenRequest } from './chat-provider.ts';
import { ProviderError } from './provider-error.ts';
import { brokenRule } from './strict-request.ts';

/** Whose token is signed, with what, when. */
export interface DynamicTokenAccount {
  readonly appKey: string;
  readonly clientId: string;
  readonly secret: Secret;
  readonly settings: Pick<EasemobSettings, 'defaultTtlSeconds'>;
  readonly nowMs: () => number;
}

/**
 * Signs a token here, without a call: Easemob looks at it when the device logs in. Its lifetime is counted in seconds on
 * every cluster, and is never without an end.
 * Source: doc.easemob.com/product/easemob_user_token.html
 * @throws ProviderError user-id-refused, bad-request
 */
export const signDynamicToken = (
  { userId, ttlSeconds: asked }: IssueTokenRequest,
  { appKey, clientId, secret, settings, nowMs }: DynamicTokenAccount,
): IssuedToken => {
  const rule = brokenRule(EasemobUserId, userId);
  if (rule !== undefined) throw new ProviderError('user-id-refused', { detail: rule });
  const ttlSeconds = asked ?? settings.defaultTtlSeconds;
  if (ttlSeconds === 0)
    throw new ProviderError('bad-request', {
      detail: 'A token that is signed here cannot be permanent: ask for a lifetime of at least a second.',
    });
  const content = { appKey, userId, issuedAtSeconds: Math.floor(nowMs() / 1000), ttlSeconds };
  try {
    const token = makeDynamicToken(content, { clientId, clientSecret: secret.reveal() });
    return { token: Secret.of(token), lifetime: { kind: 'known', ttlSeconds } };
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw new ProviderError('bad-request', { detail: 'The clock of this machine or the lifetime is out of range.' });
  }
};
