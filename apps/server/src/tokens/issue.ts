import { Reason } from '@immint/contracts';
import type { LeasedUser, LeaseState } from '@immint/db';
import { DatabaseError } from '@immint/db';
import { describeApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { LeaseLostError } from '../leases/lease-lost-error.ts';
import { refuseBarred } from './after-revoke.ts';
import { isHeldBackBehind, issueUnderLease } from './issue-under-lease.ts';
import type { ObtainedToken } from './token-answer.ts';
import { tokenState } from './token-state.ts';
import type { WantedToken } from './wanted-token.ts';

/** No caller may wait longer than this, so nothing goes on for longer. */
const LONGEST_MS = 60_000;

/** What changed under a call again and again is not waited for. */
const MOST_ROUNDS = 6;

/**
 * The work of one flight: takes the lease of the user and issues under it, or waits for whoever has it and shares what
 * that brings, be it a token or a failure. Its time is its own: a caller who stops waiting does not stop it, so a token
 * that the provider gave is not lost. All who share it want the same. Its place among the calls to the provider is a login's
 * from the moment at which `hurried` aborts.
 */
export async function issueToken(
  call: Call,
  described: DescribedApp,
  wanted: WantedToken,
  hurried: AbortSignal,
): Promise<ObtainedToken> {
  const { services } = call;
  const user = { appId: described.record.id, canonicalUserId: wanted.canonicalUserId };
  const untilMs = services.monotonicMs() + LONGEST_MS;
  const signal = services.abortAfter(LONGEST_MS);
  // Only a lease that is taken from now on was begun after everybody who joined this flight had arrived.
  const freshAfter = wanted.demand === 'fresh' ? await latestFence(call, user) : 0;
  let app = described;
  for (let round = 1; ; round += 1) {
    const held = await services.leases.take(user, hurried);
    if (held === undefined) {
      const state = await services.leaseWatch.ended(user, hurried, signal);
      const shared = await shareOutcome(call, app, wanted, { state, freshAfter });
      if (shared !== undefined) return shared;
      continue;
    }
    try {
      return await issueUnderLease(call, app, wanted, held, freshAfter);
    } catch (error) {
      const mayGoOn = round < MOST_ROUNDS && services.monotonicMs() < untilMs;
      // It waited behind logins until its time was over, and a login waits for it now.
      if (mayGoOn && isHeldBackBehind(held, error) && hurried.aborted) continue;
      const next = mayGoOn ? await startOver(call, app, error) : undefined;
      if (next === undefined) throw error;
      app = next;
    }
  }
}

async function latestFence({ services }: Call, user: LeasedUser): Promise<number> {
  const [state] = await services.leaseStore.look([user]);
  return state?.fence ?? 0;
}

/** What another server's lease brought, where it is what this caller wants. */
async function shareOutcome(
  { services }: Call,
  { record }: DescribedApp,
  wanted: WantedToken,
  { state, freshAfter }: { readonly state: LeaseState | undefined; readonly freshAfter: number },
): Promise<ObtainedToken | undefined> {
  const { stored, standing, nowMs } = await services.tokens.read(record.id, wanted.canonicalUserId);
  refuseBarred(standing);
  const isBegunAfter = (fence: number) => wanted.demand !== 'fresh' || fence > freshAfter;
  if (stored !== undefined && isBegunAfter(stored.fence)) {
    const tokenIs = tokenState(stored, { nowMs, record, ttlSeconds: wanted.ttlSeconds });
    const isKept = tokenIs === 'reported' && state?.failure !== null;
    if (tokenIs === 'good' || tokenIs === 'due' || isKept) return { token: stored, source: 'stored' };
  }
  if (state === undefined || state.failure === null || !isBegunAfter(state.fence)) return undefined;
  const { reason, sentence, retryAfterMs } = state.failure;
  throw new DomainError(Reason.parse(reason), {
    sentence,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** The app as it is now, where what went wrong is that something was changed under this call; otherwise undefined. */
async function startOver(
  { services }: Call,
  { record }: DescribedApp,
  error: unknown,
): Promise<DescribedApp | undefined> {
  const isChange =
    error instanceof LeaseLostError ||
    (error instanceof DomainError && error.reason === 'CHANGED_MEANWHILE') ||
    (error instanceof DatabaseError && error.code === 'ROW_CHANGED');
  if (!isChange) return undefined;
  const now = await describeApp(services, record.name);
  return now.record.id === record.id && now.record.appKey === record.appKey ? now : undefined;
}
