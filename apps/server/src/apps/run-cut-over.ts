import type { AppRecord, CutOverClaim } from '@immint/db';
import { createCallContext, ProviderError, wasHeldBackHere } from '@immint/providers';
import type { Secret } from '@immint/secrets';
import { fromProviderError } from '../from-provider-error.ts';
import type { Services } from '../services.ts';
import { describe } from './app-connections.ts';
import type { DescribedApp } from './app-connections.ts';
import { keepCutOverLease } from './cut-over-lease.ts';

/** What one attempt at a cut-over came to. */
export type CutOverEnd =
  | {
      readonly kind: 'done';
      readonly app: AppRecord;
      readonly endsTokens: boolean;
      readonly tokensOfEarlierSecrets: number;
      readonly reissueJob: number | undefined;
      readonly endedAtMs: number;
    }
  /** The app goes on with its old secret, and the new one is dropped. */
  | { readonly kind: 'undone'; readonly result: 'new-secret-refused' | 'no-secret-taken' }
  /** Nothing was sent, for a reason of ours: the new secret waits as before. */
  | { readonly kind: 'put-back'; readonly error: ProviderError }
  /** It is still in progress, and taken up again by whichever server comes first. */
  | { readonly kind: 'unanswered'; readonly error: ProviderError }
  /** Another server went on with it, or an operator overruled it, while this one waited for the provider. */
  | { readonly kind: 'overtaken' };

/** Logins wait for the answer, so it has less time than other calls. */
const CALL_MS = 5_000;

/** Whoever has not been here for longer is served when they come. */
const SEEN_WITHIN_DAYS = 30;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

/**
 * Carries out a cut-over that is written down as in progress: one harmless call signed with the new secret, which is what puts
 * it in force at a provider that takes the old one until then. It may be done twice, as when a server died after it. If the
 * new secret is refused, the old one is shown, and the cut-over undone; whatever is no answer about a secret leaves it open.
 */
export async function runCutOver(services: Services, claim: CutOverClaim): Promise<CutOverEnd> {
  const app = describe(claim.app);
  const verdict = await keepCutOverLease(services, claim, () => judge(services, app, claim));
  const end = await settle(services, app, claim, verdict);
  services.log.info('secret.cut-over', { app: app.record.name, outcome: end.kind, attempts: claim.attempts });
  return end;
}

/** What the provider said; `open` for whatever is no answer, with whether the new secret certainly did not leave this server. */
type Verdict =
  | 'taken'
  | 'new-secret-refused'
  | 'no-secret-taken'
  | { readonly open: ProviderError; readonly wasHeldBack: boolean };

async function judge(
  services: Services,
  app: DescribedApp,
  { staged, current }: Pick<CutOverClaim, 'staged' | 'current'>,
): Promise<Verdict> {
  const trouble = await show(services, app, staged);
  if (trouble === undefined) return 'taken';
  if (trouble.kind !== 'credentials-refused') return { open: trouble, wasHeldBack: wasHeldBackHere(trouble) };
  if (current === undefined) return 'no-secret-taken';
  const oldTrouble = await show(services, app, current);
  if (oldTrouble === undefined) return 'new-secret-refused';
  return oldTrouble.kind === 'credentials-refused' ? 'no-secret-taken' : { open: oldTrouble, wasHeldBack: false };
}

/** Shows a secret to the provider, and gives what was in the way of its being taken. */
async function show(services: Services, app: DescribedApp, secret: Secret): Promise<ProviderError | undefined> {
  const chat = services.openUnderSecret(app, secret);
  try {
    await chat.checkCredentials(createCallContext(Math.min(CALL_MS, services.providerTimeoutMs), services));
    return undefined;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  } finally {
    await chat.close();
  }
}

async function settle(
  services: Services,
  { entry, settings }: DescribedApp,
  claim: CutOverClaim,
  verdict: Verdict,
): Promise<CutOverEnd> {
  const { rotations, database } = services;
  if (verdict === 'taken') {
    const endsTokens = entry.capabilities(settings).secretRefreshKillsTokens;
    const finished = await rotations.finish(claim, { endsTokens, reissueForSeenWithinDays: SEEN_WITHIN_DAYS });
    await database.flush();
    return finished === undefined ? { kind: 'overtaken' } : { kind: 'done', endsTokens, ...finished };
  }
  if (typeof verdict === 'string') {
    const isUndone = await rotations.undo(claim, verdict);
    await database.flush();
    return isUndone ? { kind: 'undone', result: verdict } : { kind: 'overtaken' };
  }
  const { open: error, wasHeldBack } = verdict;
  if (wasHeldBack && claim.attempts === 1) {
    const isPutBack = await rotations.putBack(claim);
    await database.flush();
    return isPutBack ? { kind: 'put-back', error } : { kind: 'overtaken' };
  }
  const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (claim.attempts - 1));
  const afterMs = Math.max(waitMs, error.retryAfterMs ?? 0);
  await rotations.postpone(claim, { failure: fromProviderError(error).reason, afterMs });
  services.log.warn('secret.cut-over-unanswered', { app: claim.app.name, retryAfterMs: afterMs }, error);
  return { kind: 'unanswered', error };
}
