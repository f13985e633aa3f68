/** A revoke of some users of an app, as it is accepted. */
export interface NewRevocation {
  readonly appId: number;
  /** The app's secret epoch when it was read: the account must still be that one. */
  readonly secretEpoch: number;
  /** Each at most once. */
  readonly canonicalUserIds: readonly string[];
  /** Whether nothing may be issued for them until they are unbarred. */
  readonly bar: boolean;
  /** Whether the provider has a call for it. */
  readonly isTold: boolean;
  /** The instant before which tokens end; undefined where the provider takes none, `missing` until its clock is known. */
  readonly instant: RevocationInstant | 'missing' | undefined;
}

/** One instant by two clocks. */
export interface RevocationInstant {
  /** By the provider's clock, whole seconds: tokens obtained before it end. */
  readonly revokedBeforeMs: number;
  /** By the database's clock: from then on a new token is not one of those. */
  readonly issueAfterMs: number;
}
