import type { Secret } from '@immint/secrets';

/** What is known of one account's app token. Durations are in milliseconds, by the ledger's own clock. */
export interface AppTokenState {
  /** Changes with whatever is written; 0 while nothing is. */
  readonly fence: number;
  /** The last app token that was saved, while it lives and was not refused. */
  readonly token:
    | {
        readonly secret: Secret;
        readonly livesMs: number;
        /** Until it should be renewed; 0 or less when that time has come. */
        readonly renewInMs: number;
      }
    | undefined;
  /** Whether somebody asks the provider now, or did when it died: then nobody knows what became of the ask. */
  readonly asking: 'nobody' | 'somebody' | 'died';
  /** Why the last ask brought nothing, as it was given to {@link AppTokenLedger.fail}; null if it did, or there was none. */
  readonly failure: unknown;
  /** How long nobody may ask, because somebody did. */
  readonly floorLeftMs: number;
  /** Whether one ask inside the floor is allowed, to replace a token that the provider refused. */
  readonly mayGoOutOfTurn: boolean;
}

/** An app token as the provider gave it. */
export interface AppTokenToSave {
  readonly token: Secret;
  /** Counted from the moment at which the right to ask was taken. */
  readonly ttlMs: number;
}

/**
 * The app token of one account, and who asks for it: one for all who share the account. Whoever wants to ask takes the
 * right to, for a short time that it renews, and whoever takes it later makes what the earlier one writes void. What may
 * have reached the provider keeps everybody from asking for 60 s (the floor): counted from when its end was written, or
 * else from when the right to ask had run out.
 */
export interface AppTokenLedger {
  read(): Promise<AppTokenState>;
  /**
   * Takes the right to ask: if nothing was written since `knownFence` was read, nobody asks now, and the floor is over or
   * `outOfTurn` is wanted and allowed. Gives the fence to write with; undefined for whoever may not. `refused`, if it is the
   * stored one, is forgotten with it.
   */
  take(
    knownFence: number,
    wanted: { readonly outOfTurn: boolean; readonly refused?: Secret },
  ): Promise<number | undefined>;
  /** Keeps the right to ask for another while. False if somebody else took it. */
  renew(fence: number): Promise<boolean>;
  /** The ask brought a token. False, and nothing is written, if somebody else took the right to ask meanwhile. */
  save(fence: number, given: AppTokenToSave): Promise<boolean>;
  /** The ask failed, and may have reached the provider: JSON, kept until an ask succeeds. False as for `save`. */
  fail(fence: number, failure: unknown): Promise<boolean>;
  /** The ask certainly did not reach the provider, so the floor is what it was. False as for `save`. */
  giveBack(fence: number): Promise<boolean>;
  /** Forgets a token that the provider refused, if it is the stored one. */
  forget(refused: Secret): Promise<void>;
}
