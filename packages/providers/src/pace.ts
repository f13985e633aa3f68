import type { CallContext } from './call-context.ts';

/** The calls of one account that share one rate. */
export interface RateGroup {
  readonly name: string;
  /** As documented, or as the app's settings raise it; the share that may be used is not yet taken off. */
  readonly perSecond: number;
}

/** When the calls of one account may go out. All servers on one database share one schedule. */
export interface Pace {
  /**
   * Waits for the instant at which a call of this group may be sent; the caller sends at once. Takes `slots` of them for a
   * call that counts several times. Every attempt takes its own.
   * @throws ProviderError held-back, with the time until there would have been one; timed-out when the signal aborts
   */
  take(group: RateGroup, slots: number, context: CallContext): Promise<void>;
  /** The provider said that calls come too often: the pace shrinks for a while. */
  tooOften(group: RateGroup, retryAfterMs: number | undefined): void;
}

/** Sends everything at once: for tests, and where somebody else keeps the pace. */
export const unpaced: Pace = { take: () => Promise.resolve(), tooOften: () => {} };
