import type { ObtainTokenInput, Token } from '@immint/contracts';
import type { StoredToken } from '@immint/db';
import { Secret } from '@immint/secrets';
import { describeApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { refuseBarred, refuseImpatient } from './after-revoke.ts';
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
  const app = await describeApp(call.services, input.app);
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
  return toTokenAnswer(app, wanted, obtained);
}

/** The stored token if it is good, otherwise a new one; who wants it in the background goes behind logins. */
export async function findOrIssue(call: Call, app: DescribedApp, wanted: WantedToken): Promise<ObtainedToken> {
  const { tokens, flights } = call.services;
  const { id, secretEpoch } = app.record;
  const { stored, standing, nowMs } = await tokens.read(id, wanted.canonicalUserId);
  refuseBarred(standing);
  if (stored !== undefined) refuseOtherSpelling(stored, wanted);
  const isStoredGood = stored !== undefined && isGood(stored, { nowMs, secretEpoch, ttlSeconds: wanted.ttlSeconds });
  if (isStoredGood && !wanted.fresh) return { token: stored, source: 'stored' };

  refuseImpatient(call, standing, nowMs);
  const key = `${id}:${wanted.canonicalUserId}`;
  // What was begun before a revoke brings nothing to whoever asks after it.
  const what = `${wanted.fresh ? 'fresh' : 'good'}:${standing.revocationEpoch}:${wanted.ttlSeconds ?? 'any'}`;
  const kind = `${what}:${wanted.userId}`;
  const work = () => issueToken(call, app, wanted);
  return wanted.fresh ? flights.joinNext(key, kind, work) : flights.join(key, kind, work);
}

/** Kept to the day, so that it costs one write a user and day. */
async function markHandedOut(call: Call, app: DescribedApp, token: StoredToken): Promise<void> {
  const today = new Date(call.services.nowMs()).toISOString().slice(0, 10);
  if (token.lastHandedOutOn === today) return;
  await call.services.tokens.markHandedOut(app.record.id, token.canonicalUserId, today);
}
