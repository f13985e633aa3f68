import { setTimeout as pause } from 'node:timers/promises';

import { EASEMOB_APP_TOKEN_TIMES } from '@immint/contracts/easemob';
import type { Secret } from '@immint/secrets';

import { toKeptFailure } from './app-token-failure.ts';
import type { AppTokenLedger } from './app-token-ledger.ts';
import { ProviderError } from './provider-error.ts';
import { wasNeverSent } from './retry-policy.ts';

/** An app token as the provider just gave it. */
export interface GivenAppToken {
  readonly token: Secret;
  readonly ttlSeconds: number;
  readonly serverDateMs: number | undefined;
}

/**
 * Asks the provider for an app token. Before anything is sent `refuseIfLate` has to be asked: it throws if the right to ask
 * has run out meanwhile.
 */
export type AskForAppToken = (timeoutMs: number, refuseIfLate: () => void) => Promise<GivenAppToken>;

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
  readonly monotonicMs: () => number;
}

/**
 * Uses the right to ask that was just taken with this fence, at `takenAtMs` or later: asks, keeps the right while the
 * provider is slow, and writes down what became of it. Undefined if somebody else took the right meanwhile: what the
 * provider gave is not used then. What the ledger throws after the provider gave a token is not told: the token is good,
 * and others learn of it as soon as it can be written.
 * @throws ProviderError; what storage that was asked on the way throws
 */
export const askInTurn = async (
  { ask, ledger, monotonicMs }: TurnParts,
  fence: number,
  takenAtMs: number,
): Promise<GivenAppToken | undefined> => {
  const end = new AbortController();
  let rightUntilMs = takenAtMs + EASEMOB_APP_TOKEN_TIMES.leaseMs;

  const keepRight = async (): Promise<void> => {
    for (;;) {
      await pause(RENEW_EVERY_MS, undefined, { signal: end.signal });
      const renewedAtMs = monotonicMs();
      const isRenewed = await ledger.renew(fence).catch(() => undefined);
      if (isRenewed === true) rightUntilMs = renewedAtMs + EASEMOB_APP_TOKEN_TIMES.leaseMs;
      if (isRenewed === false) return;
    }
  };
  const refuseIfLate = (): void => {
    if (monotonicMs() >= rightUntilMs) throw new ProviderError('held-back');
  };

  // It ends by the signal.
  void keepRight().catch(() => undefined);
  try {
    const given = await ask(ASK_TIMEOUT_MS, refuseIfLate);
    return (await saveOrKeepTrying(ledger, fence, given)) ? given : undefined;
  } catch (error) {
    // What certainly did not arrive was not asked, so it does not use up the minute.
    const isCounted = error instanceof ProviderError && !wasNeverSent(error);
    const written = isCounted ? ledger.fail(fence, toKeptFailure(error)) : ledger.giveBack(fence);
    // Unwritten, it counts as an ask whose end nobody knows: the floor holds.
    await written.catch(() => undefined);
    throw error;
  } finally {
    end.abort();
  }
};

/** False only if somebody else took the right to ask. */
const saveOrKeepTrying = async (
  ledger: AppTokenLedger,
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
    void saveLater();
    return true;
  }
};
