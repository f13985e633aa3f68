import { createCallContext, ProviderError } from '@immint/providers';
import type { CallContext, ChatProvider } from '@immint/providers';
import { DomainError } from '../domain-error.ts';
import type { Services } from '../services.ts';

/** An instant before which tokens end, by the provider's clock, and when it has passed, by the database's. */
export interface RevocationInstant {
  readonly revokedBeforeMs: number;
  readonly issueAfterMs: number;
}

/** What the provider gave up to the moment of the revoke must be before the instant, and its clock tells whole seconds. */
const AHEAD_MS = 2_000;
const WHOLE_SECOND_MS = 1_000;

/** Two clocks that are further apart are not about the same time. */
const MAX_SKEW_MS = 300_000;

const CLOCK_TIMEOUT_MS = 3_000;

/**
 * Fixes an instant for a revoke: what the provider's clock says now (the `Date` of one harmless call) and two seconds. A
 * new token is not one of those that end once the provider's clock shows a later second. Refuses with
 * `PROVIDER_CLOCK_DISAGREES` where that clock and the database's are more than 5 minutes apart.
 * @throws ProviderError where the provider does not tell its time
 */
export async function fixInstant(
  { database, ...clocks }: Pick<Services, 'database' | 'monotonicMs' | 'abortAfter'>,
  chat: ChatProvider,
  context: CallContext,
): Promise<RevocationInstant> {
  const { monotonicMs } = clocks;
  const serverDateMs = await readClock(chat, withinClockTimeout(context, clocks));
  const readAtMs = monotonicMs();
  const databaseNowMs = await database.nowMs();
  if (Math.abs(serverDateMs - databaseNowMs) > MAX_SKEW_MS) throw new DomainError('PROVIDER_CLOCK_DISAGREES');
  const agedMs = Math.floor((monotonicMs() - readAtMs) / WHOLE_SECOND_MS) * WHOLE_SECOND_MS;
  const aheadMs = agedMs + AHEAD_MS;
  return {
    revokedBeforeMs: serverDateMs + aheadMs,
    issueAfterMs: databaseNowMs + aheadMs + WHOLE_SECOND_MS,
  };
}

/** A refusal has a date too, and it is as good. */
async function readClock(chat: ChatProvider, context: CallContext): Promise<number> {
  try {
    const { serverDateMs } = await chat.checkCredentials(context);
    if (serverDateMs !== undefined) return serverDateMs;
  } catch (error) {
    if (!(error instanceof ProviderError) || error.serverDateMs === undefined) throw error;
    return error.serverDateMs;
  }
  throw new ProviderError('broke-contract', { detail: 'It has no Date.', mayHaveExecuted: false });
}

/** Most of the caller's time is for what comes after. */
function withinClockTimeout(
  context: CallContext,
  { monotonicMs, abortAfter }: Pick<Services, 'monotonicMs' | 'abortAfter'>,
): CallContext {
  const leftMs = context.deadlineMs - monotonicMs();
  const timeoutMs = Math.max(1, Math.floor(Math.min(CLOCK_TIMEOUT_MS, leftMs / 2)));
  const { signal, ...rest } = createCallContext(timeoutMs, { monotonicMs, abortAfter, urgency: context.urgency });
  return { ...rest, signal: AbortSignal.any([signal, context.signal]) };
}
