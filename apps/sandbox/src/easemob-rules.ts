import type { AccountSettings } from './account.ts';
import type { ProfileName } from './profile.ts';

/** Where the profiles of Easemob differ. What a setting of the account decides is not here. */
export interface EasemobRules {
  /** Whether a missing `Content-Type` or `Accept` that the call's page requires is refused. */
  readonly headersRequired: boolean;
  /** Whether GET ends one device's session too, as the Java SDK 1.x asks for it. */
  readonly getDisconnectsDevice: boolean;
  /** Whether a new user may be named with capitals, which are folded. */
  readonly capitalsFolded: boolean;
  /** Whether `ttl` may come as text, as in the printed example of the password grant. */
  readonly ttlInQuotes: boolean;
  /** Whether `inherit` needs a boolean `autoCreateUser`; otherwise a missing one is false. */
  readonly autoCreateUserRequired: boolean;
  /** The shortest password that a change may set. */
  readonly minNewPasswordCharacters: number;
  /** Texts and choices that differ between the editions of the pages. */
  readonly edition: '2023' | 'current';
}

const LIVE: EasemobRules = {
  headersRequired: false,
  getDisconnectsDevice: true,
  capitalsFolded: true,
  ttlInQuotes: true,
  autoCreateUserRequired: false,
  minNewPasswordCharacters: 1,
  edition: 'current',
};

/** The whole of what a profile changes at Easemob. */
const RULES: Readonly<Record<ProfileName, EasemobRules>> = {
  live: LIVE,
  strict: {
    ...LIVE,
    headersRequired: true,
    getDisconnectsDevice: false,
    capitalsFolded: false,
    ttlInQuotes: false,
    autoCreateUserRequired: true,
    minNewPasswordCharacters: 6,
  },
  'seed-legacy': { ...LIVE, edition: '2023' },
  // Its milliseconds are the setting `ttlUnit`, which the profile brings along.
  vip5: LIVE,
};

/** The rules that an account follows. */
export function easemobRules({ profile }: AccountSettings): EasemobRules {
  return RULES[profile];
}
