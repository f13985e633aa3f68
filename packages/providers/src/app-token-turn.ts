import { setTimeout as pause } from 'node:timers/promises';

import { EASEMOB_APP_TOKEN_TIMES } from '@immint/contracts/easemob';
import type { Secret } from '@immint/secrets';

import { toKeptFailure } from './app-token-failure.ts';
import type { AppTokenLedger } from './app-token-ledger.ts';
import type { CallContext } from './call-context.ts';
import type { DomainName } from './domain-name.ts';
import { ProviderError } from './provider-error.ts';
import type { ObserveProvider } from './provider-event.ts';
import { wasNeverSent } from './retry-policy.ts';

/** An app token as the provider just gave it. */
export interface GivenAppToken {
  readonly token: Secret;
  readonly ttlSeconds: number;
  readonly serverDateMs: number | undefined;
}

/**
 * Asks the provider for an app token. Before anything is sent `beforeSend` has to be called: it throws if the right to ask
 * has run out meanwhile.
 */
export type AskForAppToken = (
  how: Required<Pick<CallContext, 'timeoutMs' | 'beforeSend' | 'avoidedDomain'>>,
) => Promise<GivenAppToken>;

/** An ask outlives the caller who began it, because others wait for it too. */
const ASK_TIMEOUT_MS = 10_000;

/** So often that a renewal or two may get lost. */
const RENEW_EVERY_MS = EASEMOB_APP_TOKEN_TIMES.leaseMs / 4;

/** When a token that could not be written down is tried again, and how often the wait may double. */
const SAVE_AGAIN_MS = 500;
const MOST_SAVES = 6;

interface TurnParts {
  readonly ask: AskForAppToken;
  readonly ledger: AppTokenLedger;
  /** The domain that failed the ask before. */
  readonly avoidedDomain: DomainName | undefined;
  /** Where the account is asked, to tell the failures of another place from those of this one. */
  readonly place: string;
  readonly monotonicMs: () => number;
  readonly observe: ObserveProvider;
}

/**
 * Uses the right to ask that was just taken with this fence, at `takenAtMs` or later: asks, keeps the right while the
 * provider is slow, and writes down what became of it. Undefined if the right was lost: nothing was sent if that was before,
 * and what the provider gave is not used if somebody else had taken it meanwhile. What the ledger throws after the provider
 * gave a token is not told: the token is good, and others learn of it as soon as it can be written.
 * @throws ProviderError; what storage that was asked on the way throws
 */
export const askInTurn = async (
  { ask, ledger, place, avoidedDomain, monotonicMs, observe }: TurnParts,
  fence: number,
  takenAtMs: number,
): Promise<GivenAppToken | undefined> => {
  const end = new AbortController();
  let rightUntilMs = takenAtMs + EASEMOB_APP_TOKEN_TIMES.leaseMs;
  let isLost = false;

  const keepRight = async (): Promise<void> => {
    for (;;) {
      await pause(RENEW_EVERY_MS, undefined, { signal: end.signal });
      const renewedAtMs = monotonicMs();
      const isRenewed = await ledger.renew(fence).catch(() => undefined);
      if (isRenewed === true) rightUntilMs = renewedAtMs + EASEMOB_APP_TOKEN_TIMES.leaseMs;
      if (isRenewed === false) return;
    }
  };
  const beforeSend = (): void => {
    isLost = monotonicMs() >= rightUntilMs;
    if (isLost) throw new ProviderError('held-back');
  };

  // It ends by the signal.
  void keepRight().catch(() => undefined);
  try {
    const given = await ask({ timeoutMs: ASK_TIMEOUT_MS, beforeSend, avoidedDomain });
    const isSaved = await saveOrKeepTrying({ ledger, observe }, fence, given);
    if (!isSaved) observe({ kind: 'app-token-late' });
    return isSaved ? given : undefined;
  } catch (error) {
    // What certainly did not arrive was not asked, so it does not use up the minute.
    const isCounted = error instanceof ProviderError && !wasNeverSent(error);
    const written = isCounted ? ledger.fail(fence, toKeptFailure(error, place)) : ledger.giveBack(fence);
    // Unwritten, it counts as an ask whose end nobody knows: the floor holds.
    await written.catch(() => undefined);
    if (isLost && !isCounted) return undefined;
    throw error;
  } finally {
    end.abort();
  }
};

/** False only if somebody else took the right to ask. */
const saveOrKeepTrying = async (
  { ledger, observe }: Pick<TurnParts, 'ledger' | 'observe'>,
  fence: number,
  { token, ttlSeconds }: GivenAppToken,
): Promise<boolean> => {
  const save = () => ledger.save(fence, { token, ttlMs: ttlSeconds * 1000 });
  const saveLater = async (): Promise<void> => {
    for (let doubled = 0; doubled < MOST_SAVES; doubled += 1) {
      await pause(SAVE_AGAIN_MS * 2 ** doubled, undefined, { ref: false });
      const isAnswered = await save().then(
        () => true,
        () => false,
      );
      if (isAnswered) return;
    }
  };
  try {
    return await save();
  } catch {
    observe({ kind: 'app-token-unsaved' });
    void saveLater();
    return true;
  }
};
