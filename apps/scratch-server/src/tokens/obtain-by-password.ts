import type { Token } from '@immint/contracts';
import { createCallContext, ProviderError } from '@immint/providers';
import type { IssuedToken } from '@immint/providers';
import type { Secret } from '@immint/secrets';
import { connectApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { refuseBarred } from './after-revoke.ts';
import { toTokenAnswer } from './token-answer.ts';
import type { WantedToken } from './wanted-token.ts';

/**
 * A call with a password goes to the provider by itself: it shares nothing with any other call, reads and writes no
 * stored token (only whether the user is barred), and a wrong password changes nothing about app or user but a back-off for this user's password calls.
 * Those go one after the other, so that guesses side by side are slowed down too. Its token has generation 0, because it
 * is not one of those that we count.
 */
export async function obtainByPassword(
  call: Call,
  app: DescribedApp,
  wanted: WantedToken,
  password: Secret,
): Promise<Token> {
  const { passwordLine, keyRing, activity } = call.services;
  const key = `${app.record.id}:${wanted.canonicalUserId}`;
  const { issued, sentAtMs } = await passwordLine.joinNext(key, call.requestId, () =>
    askWithPassword(call, app, wanted, password),
  );
  const { lifetime, token } = issued;
  activity.handedOut(app.record.id);
  return toTokenAnswer(app, wanted, {
    source: 'issued',
    token: {
      userId: wanted.userId,
      canonicalUserId: wanted.canonicalUserId,
      name: wanted.name ?? wanted.userId,
      generation: 0,
      secretEpoch: app.record.secretEpoch,
      token,
      fingerprint: keyRing.fingerprint(token),
      issuedAtMs: sentAtMs,
      lifetime: lifetime.kind,
      expiresAtMs: lifetime.kind === 'known' ? sentAtMs + lifetime.ttlSeconds * 1000 : null,
      lastHandedOutOn: null,
      replacedAtMs: null,
      replacements: 0,
      fence: 0,
      reportedAtMs: null,
      isDiscarded: false,
      isRevoked: false,
    },
  });
}

/** What a password brought, and the moment before it was sent. */
export interface IssuedByPassword {
  readonly issued: IssuedToken;
  readonly sentAtMs: number;
}

async function askWithPassword(
  call: Call,
  app: DescribedApp,
  wanted: WantedToken,
  password: Secret,
): Promise<IssuedByPassword> {
  const { activity, passwordBackOff, database, tokens } = call.services;
  const key = `${app.record.id}:${wanted.canonicalUserId}`;
  refuseBarred((await tokens.inspect(app.record.id, wanted.canonicalUserId)).standing);
  passwordBackOff.refuseTooSoon(key);
  const { chat } = await connectApp(call.services, app);
  const sentAtMs = await database.nowMs();
  const { canonicalUserId: userId, ttlSeconds } = wanted;
  try {
    const issued = await chat.issueToken(
      { userId, name: wanted.name ?? wanted.userId, password, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) },
      createCallContext(call.services.providerTimeoutMs, call.services),
    );
    activity.issued(app.record.id);
    passwordBackOff.succeeded(key);
    return { issued, sentAtMs };
  } catch (error) {
    if (error instanceof ProviderError) {
      activity.failed(app.record.id, error);
      if (error.kind === 'password-refused') passwordBackOff.failed(key);
    }
    throw error;
  }
}
