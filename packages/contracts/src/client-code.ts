/**
 * What a code of a provider's client SDK says about the token that a device logged in with:
 * `token-refused` it is dead; `token-expired` its life is over; `token-expires-soon` it works, and will not for long;
 * `ambiguous` it is dead, or the App Key in the device's build is another one, and no code tells which; `not-the-token`
 * a new token would change nothing.
 */
export const CLIENT_VERDICTS = [
  'token-refused',
  'token-expired',
  'token-expires-soon',
  'ambiguous',
  'not-the-token',
] as const;

/** One of {@link CLIENT_VERDICTS}. */
export type ClientVerdict = (typeof CLIENT_VERDICTS)[number];

/** A code that an app meets when it logs in or is cut off. */
export type ClientCode = {
  /** The SDK's own names for it; several where its editions differ. */
  readonly names: readonly [string, ...string[]];
  /** What it says, as the end of "this code says that …". */
  readonly says: string;
} & (
  | { readonly verdict: Exclude<ClientVerdict, 'not-the-token'> }
  /** `instead` is what helps, as a request. */
  | { readonly verdict: 'not-the-token'; readonly instead: string }
);

/** The codes of one provider, by number. */
export type ClientCodes = Readonly<Record<number, ClientCode>>;
