import type { ProfileName } from './profile.ts';

/** What RongCloud and Nexconn check differently under different profiles. */
export interface SignedRules {
  /** Digits that a `Timestamp` may have: 10 are seconds, 13 milliseconds. */
  readonly timestampDigits: RegExp;
  /** How far a `Timestamp` may be from the sandbox clock, either way. */
  readonly maxClockSkewMs: number;
  readonly maxNonceCharacters: number;
  /** Whether one nonce signs one call only. */
  readonly nonceOnce: boolean;
  readonly signature: RegExp;
  readonly maxRequestIdCharacters: number;
  /** Whether a body must come under the `Content-Type` that its page names. */
  readonly contentTypeChecked: boolean;
  readonly userId: RegExp;
  readonly nameFits: (name: { readonly characters: number; readonly bytes: number }) => boolean;
  /** The rule that `nameFits` checks, for the refusal. */
  readonly nameLimit: string;
  /** RongCloud: whether ids may be joined by commas where pages and SDKs repeat the key. */
  readonly repeatedIdsMayBeJoined: boolean;
  /** RongCloud: whether the key may be repeated where pages and SDKs join ids by commas. */
  readonly joinedIdsMayBeRepeated: boolean;
  /** Whether a larger page than the documented maximum is refused; otherwise it is cut to the maximum. */
  readonly pageSizeChecked: boolean;
  /** How long after a deactivation a user cannot be reactivated. */
  readonly reactivationDelayMs: number;
  /** What goes back for an App Key that does not exist. Callers know it by this text. */
  readonly unknownAppKeyText: string;
  /** Whether a user who holds a good token can get no other one. */
  readonly registersOnce: boolean;
  /** Whether a second token call for a user is turned away while another one is under way. */
  readonly oneRegistrationAtATime: boolean;
}

/** As the pages and recorded answers have it, and as tolerant as the providers must be to serve their own SDKs. */
const LIVE: SignedRules = {
  timestampDigits: /^\d+$/,
  maxClockSkewMs: Infinity,
  maxNonceCharacters: 64,
  nonceOnce: false,
  signature: /^[0-9A-Fa-f]{40}$/,
  maxRequestIdCharacters: Infinity,
  contentTypeChecked: false,
  // Older pages and the Python SDK have + = - _ beside letters and digits.
  userId: /^[A-Za-z0-9+=_-]+$/,
  nameFits: ({ characters, bytes }) => characters <= 64 || bytes <= 128,
  nameLimit: '64 characters',
  repeatedIdsMayBeJoined: true,
  joinedIdsMayBeRepeated: true,
  pageSizeChecked: false,
  reactivationDelayMs: 0,
  unknownAppKeyText: 'invalid App-Key.',
  registersOnce: false,
  oneRegistrationAtATime: false,
};

/** As documented, to the letter. The five minutes are ours: no page names a window. */
const STRICT: SignedRules = {
  ...LIVE,
  timestampDigits: /^\d{13}$/,
  maxClockSkewMs: 300_000,
  maxNonceCharacters: 18,
  nonceOnce: true,
  signature: /^[0-9a-f]{40}$/,
  maxRequestIdCharacters: 36,
  contentTypeChecked: true,
  userId: /^[A-Za-z0-9]+$/,
  nameFits: ({ characters }) => characters <= 64,
  repeatedIdsMayBeJoined: false,
  joinedIdsMayBeRepeated: false,
  pageSizeChecked: true,
  reactivationDelayMs: 3_600_000,
};

/** As an older description of RongCloud's token call has it. */
const SEED_LEGACY: SignedRules = {
  ...LIVE,
  userId: /^[^]+$/,
  nameFits: ({ bytes }) => bytes <= 128,
  nameLimit: '128 bytes',
  // Here an id may hold a comma.
  repeatedIdsMayBeJoined: false,
  unknownAppKeyText: 'AppKey不存在',
  registersOnce: true,
  oneRegistrationAtATime: true,
};

/** The whole of what a profile changes at RongCloud and Nexconn, apart from the codes of refusals. */
export const SIGNED_RULES: Readonly<Record<'rongcloud' | 'nexconn', Readonly<Record<ProfileName, SignedRules>>>> = {
  rongcloud: { live: LIVE, strict: STRICT, 'seed-legacy': SEED_LEGACY, vip5: LIVE },
  nexconn: { live: LIVE, strict: STRICT, 'seed-legacy': LIVE, vip5: LIVE },
};
