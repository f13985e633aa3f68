import type { Secret } from '@immint/secrets';

import type { AppTokenLedger } from './app-token-ledger.ts';

/**
 * What this process remembers of one account's app token, beside the ledger that it shares. It outlives a connection: whoever
 * connects again with the same credentials hands it on.
 */
export interface AppTokenMemory {
  readonly ledger: AppTokenLedger;
  held: HeldToken | undefined;
  flight: Flight | undefined;
  isRenewing: boolean;
  /** Everything that goes on whether or not somebody still waits for it. None of it rejects. */
  readonly underWay: Set<Promise<unknown>>;
}

/** Remembers nothing yet. */
export const createAppTokenMemory = (ledger: AppTokenLedger): AppTokenMemory => ({
  ledger,
  held: undefined,
  flight: undefined,
  isRenewing: false,
  underWay: new Set(),
});

/** Times are monotonic milliseconds. */
export interface HeldToken {
  readonly secret: Secret;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/** A token, and what the provider told beside it if it was asked just now. */
export interface Obtained {
  readonly secret: Secret;
  readonly asked: { readonly serverDateMs: number | undefined } | undefined;
}

/** What many callers wait for together. */
export interface Flight {
  readonly obtained: Promise<Obtained>;
  readonly mayGoOutOfTurn: boolean;
}
