import type { ObtainTokenInput, Token } from '@immint/contracts';
import type { StoredToken } from '@immint/db';
import { Secret } from '@immint/secrets';
import { connectApp } from '../apps/app-connections.ts';
import type { ConnectedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { isGood } from './good-token.ts';
import { issueToken } from './issue.ts';
import { obtainByPassword } from './obtain-by-password.ts';
import { sendChangedProfile } from './send-profile.ts';
import { toTokenAnswer } from './token-answer.ts';
import type { ObtainedToken } from './token-answer.ts';
import { checkWanted, refuseOtherSpelling } from './wanted-token.ts';
import type { WantedToken } from './wanted-token.ts';

/**
 * Hands out the user's stored token if it is good, and otherwise gets a new one: with one call to the provider, whoever
 * and however many are waiting.
 */
export async function obtainToken(call: Call, input: ObtainTokenInput): Promise<Token> {
  const app = await connectApp(call.services, input.app);
  const wanted = checkWanted(app, input);
  if (input.password !== undefined) return obtainByPassword(call, app, wanted, Secret.of(input.password));

  const obtained = await findOrIssue(call, app, wanted);
  await sendChangedProfile(call, app, wanted, obtained.token);
  await markHandedOut(call, app, obtained.token);
  call.log.info('token.handed-out', {
    app: app.record.name,
    userId: wanted.userId,
    source: obtained.source,
    generation: obtained.token.generation,
  });
  return toTokenAnswer(app, obtained);
}

async function findOrIssue(call: Call, app: ConnectedApp, wanted: WantedToken): Promise<ObtainedToken> {
  const { tokens, flights } = call.services;
  const key = `${app.record.id}:${wanted.canonicalUserId}`;
  const issue = () => issueToken(call, app, wanted);

  if (wanted.fresh) return flights.joinNext(key, issue);
  const { stored, nowMs } = await tokens.read(app.record.id, wanted.canonicalUserId);
  if (stored !== undefined) refuseOtherSpelling(stored, wanted);
  if (
    stored !== undefined &&
    isGood(stored, { nowMs, secretEpoch: app.record.secretEpoch, ttlSeconds: wanted.ttlSeconds })
  ) {
    return { token: stored, source: 'stored' };
  }
  const joined = await flights.join(key, issue);
  refuseOtherSpelling(joined.token, wanted);
  const secretEpoch = joined.token.secretEpoch;
  if (isGood(joined.token, { nowMs: joined.token.issuedAtMs, secretEpoch, ttlSeconds: wanted.ttlSeconds }))
    return joined;
  // The flight was somebody else's, who wanted a longer life: this caller's bound needs a call of its own.
  return flights.joinNext(key, issue);
}

/** Kept to the day, so that it costs one write a user and day. */
async function markHandedOut(call: Call, app: ConnectedApp, token: StoredToken): Promise<void> {
  const today = new Date(call.services.nowMs()).toISOString().slice(0, 10);
  if (token.lastHandedOutOn === today) return;
  await call.services.tokens.markHandedOut(app.record.id, token.canonicalUserId, today);
}
