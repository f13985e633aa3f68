import type { Token } from '@immint/contracts';
import { ProviderError } from '@immint/providers';
import type { Secret } from '@immint/secrets';
import type { ConnectedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { toTokenAnswer } from './token-answer.ts';
import type { WantedToken } from './wanted-token.ts';

/**
 * A call with a password goes to the provider by itself: it joins no flight, reads and writes no stored token, and a
 * wrong password changes nothing about app or user but a back-off for this user's password calls. Its token has
 * generation 0, because it is not one of those that we count.
 */
export async function obtainByPassword(
  call: Call,
  app: ConnectedApp,
  wanted: WantedToken,
  password: Secret,
): Promise<Token> {
  const { passwordBackOff, providerTimeoutMs, keyRing, nowMs } = call.services;
  const key = `${app.record.id}:${wanted.canonicalUserId}`;
  passwordBackOff.refuseTooSoon(key);
  const sentAtMs = nowMs();
  const name = wanted.name ?? wanted.userId;
  const { canonicalUserId: userId, ttlSeconds } = wanted;
  try {
    const issued = await app.chat.issueToken(
      { userId, name, password, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) },
      AbortSignal.timeout(providerTimeoutMs),
    );
    passwordBackOff.succeeded(key);
    const { lifetime, token } = issued;
    return toTokenAnswer(app, {
      source: 'issued',
      token: {
        userId: wanted.userId,
        canonicalUserId: userId,
        name,
        generation: 0,
        secretEpoch: app.record.secretEpoch,
        token,
        fingerprint: keyRing.fingerprint(token),
        issuedAtMs: sentAtMs,
        lifetime: lifetime.kind,
        expiresAtMs: lifetime.kind === 'known' ? sentAtMs + lifetime.ttlSeconds * 1000 : null,
        lastHandedOutOn: null,
        replacedAtMs: null,
      },
    });
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'password-refused') passwordBackOff.failed(key);
    throw error;
  }
}
