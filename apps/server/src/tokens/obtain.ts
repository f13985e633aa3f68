import type { ObtainTokenInput, Token } from '@immint/contracts';
import type { UserStanding } from '@immint/db';
import { Secret } from '@immint/secrets';
import { describeApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import { followSecret } from '../apps/secret-moved.ts';
import type { Call } from '../context.ts';
import { keyOf } from '../leases/held-leases.ts';
import { refuseBarred, refuseImpatient } from './after-revoke.ts';
import { handOut } from './hand-out.ts';
import { issueToken } from './issue.ts';
import { obtainByPassword } from './obtain-by-password.ts';
import { sendChangedProfile } from './send-profile.ts';
import type { ObtainedToken } from './token-answer.ts';
import { tokenState } from './token-state.ts';
import type { TokenState } from './token-state.ts';
import { checkWanted, refuseOtherSpelling } from './wanted-token.ts';
import type { WantedToken } from './wanted-token.ts';

/**
 * Hands out the user's stored token if it is good, and otherwise gets a new one: with one call to the provider, whoever
 * and however many are waiting.
 */
export async function obtainToken(call: Call, input: ObtainTokenInput): Promise<Token> {
  const app = await call.services.memory.apps.describe(input.app);
  const wanted = checkWanted(app, input);
  if (input.password !== undefined) {
    return obtainByPassword(call, await describeApp(call.services, input.app), wanted, Secret.of(input.password));
  }

  const obtained = await findOrIssue(call, app, wanted);
  await sendChangedProfile(call, app, wanted, obtained.token);
  return handOut(call, app, wanted, obtained);
}

/** The stored token where that will do, otherwise what the flight for this user brings. */
export async function findOrIssue(call: Call, app: DescribedApp, wanted: WantedToken): Promise<ObtainedToken> {
  const { record } = app;
  const { memory, tokens } = call.services;
  const { stored, standing, nowMs } = wanted.mayBeRemembered
    ? await memory.tokens.read(app, wanted.canonicalUserId)
    : await tokens.read(record.id, wanted.canonicalUserId);
  refuseBarred(standing);
  if (stored !== undefined) refuseOtherSpelling(stored, wanted);
  const state = stored === undefined ? 'ended' : tokenState(stored, { nowMs, record, ttlSeconds: wanted.ttlSeconds });
  const known = { standing, generation: stored?.generation ?? 0, state };
  const mayBeStored = wanted.demand === 'good' || wanted.demand === 'replacement';
  if (stored !== undefined && mayBeStored && (state === 'good' || state === 'due')) {
    if (state === 'due') renewBehind(call, app, wanted, known, nowMs);
    return { token: stored, source: 'stored' };
  }
  if (wanted.urgency === 'login') refuseImpatient(call, standing, nowMs);
  return fly(call, app, wanted, known);
}

/** What a caller needs to be told that the secret is still being changed. */
const ANSWER_MS = 500;

/** What a caller saw of a user. */
interface Known {
  readonly standing: UserStanding;
  /** Of the stored token, which will not do; 0 if there is none. */
  readonly generation: number;
  readonly state: TokenState;
}

/** Joins the flight of those who want the same for this user and saw the same, or lines up. */
function fly(call: Call, app: DescribedApp, wanted: WantedToken, known: Known): Promise<ObtainedToken> {
  const { flights } = call.services;
  const user = { appId: app.record.id, canonicalUserId: wanted.canonicalUserId };
  const kind = kindOf(app, wanted, known);
  const waitsUntilMs = call.deadlineMs - ANSWER_MS;
  const work = async (hurried: AbortSignal) => {
    // This one may have come out of memory; what the provider is asked with must be as it is now.
    const now = await describeApp(call.services, app.record.name);
    return followSecret(call.services, now, waitsUntilMs, (current) => issueToken(call, current, wanted, hurried));
  };
  const join = wanted.demand === 'fresh' ? 'joinNext' : 'join';
  return flights[join](keyOf(user), kind, work, wanted.urgency);
}

/**
 * Who shares a flight. What was begun before a revoke, a discard or a cut-over brings nothing to whoever asks after it, and
 * neither does a token that a caller knows and cannot use. A fresh one is asked for after all that in any case.
 */
function kindOf({ record }: DescribedApp, wanted: WantedToken, { standing, generation, state }: Known): string {
  const { demand, ttlSeconds, userId } = wanted;
  const epochs = [standing.revocationEpoch, record.secretEpoch, record.discardedBeforeMs];
  const unusable = demand === 'fresh' ? [] : [generation, state];
  return JSON.stringify([demand, ttlSeconds ?? null, userId, ...epochs, ...unusable]);
}

/** How long after a failure a token that is due is left as it is. */
const RENEWAL_PAUSE_MS = 30_000;

/** One renewal for all who are handed a token that is due; none of them waits for it. */
function renewBehind(call: Call, app: DescribedApp, wanted: WantedToken, known: Known, nowMs: number): void {
  const { failedAtMs } = known.standing;
  if (failedAtMs !== null && nowMs - failedAtMs < RENEWAL_PAUSE_MS) return;
  const renewal = fly(call, app, { ...wanted, demand: 'renewal', urgency: 'background' }, known);
  renewal.catch((error: unknown) => {
    call.log.warn('token.not-renewed', { app: app.record.name, userId: wanted.userId }, error);
  });
}
