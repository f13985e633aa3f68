import { ProviderName } from '@immint/contracts';
import { z } from 'zod';

import { ProfileName, settingsOfProfile } from './profile.ts';
import type { SocialRecord } from './social-record.ts';

const AgoraKey = z.string().regex(/^[0-9a-fA-F]{32}$/, 'must be 32 hex digits');

/** What the provider's console or plan decides about one account. `POST /_sandbox/settings` changes it. */
export const AccountSettings = z.strictObject({
  /** How the account behaves. A change also moves the settings that stand as the old profile set them. */
  profile: ProfileName,
  /** Life of tokens issued from now on, in seconds. RongCloud, Nexconn: null = permanent. Easemob: null = 60 days, used when a request carries no `ttl`; 0 = permanent. */
  tokenTtlSeconds: z.int().min(0).max(2_147_483_647).nullable(),
  /** How many users may exist; null = no limit. A development plan has 100. */
  maxUsers: z.int().min(0).nullable(),
  /** RongCloud, Nexconn: false sends errors with HTTP 200, as some proxies do; the body keeps its code. */
  httpStatusOnError: z.boolean(),
  /** Easemob: the unit of `ttl` and `expires_in`; the VIP 5 cluster counts milliseconds. */
  ttlUnit: z.enum(['seconds', 'milliseconds']),
  /** Whether refreshing the App Secret kills the tokens issued before. */
  secretRefreshKillsTokens: z.boolean(),
  /** RongCloud, Nexconn: true keeps the old secret and the old tokens alive until the first call signed with the new secret. */
  oldSecretUntilFirstUse: z.boolean(),
  /** Easemob: true lets anybody register single users without an app token. */
  openRegistration: z.boolean(),
  /** Easemob: names that exist already in a batch of new users: `listed` beside those that were made, or all of it `refused`. */
  existingUsersInBatch: z.enum(['listed', 'refused']),
  /** Easemob: for so long after a user token created a user, another call that would create it meets HTTP 409; 0 = never. */
  concurrentCreateMs: z.int().min(0).max(60_000),
  /** Easemob: the largest JSON body; null = whatever the sandbox reads. */
  maxJsonBytes: z.int().min(0).nullable(),
  /** Easemob: whether a new password ends the user's tokens. */
  passwordChangeKillsTokens: z.boolean(),
  /** Easemob: false switches user attributes off (HTTP 403). */
  userAttributes: z.boolean(),
  /** Easemob: the app's two halves at Agora, 32 hex digits each; with both, Agora's tokens are taken too. */
  agoraAppId: AgoraKey.nullable(),
  agoraAppCertificate: AgoraKey.nullable(),
});
export type AccountSettings = z.infer<typeof AccountSettings>;

const EASEMOB_SETTINGS = {
  openRegistration: false,
  existingUsersInBatch: 'listed',
  concurrentCreateMs: 0,
  maxJsonBytes: null,
  passwordChangeKillsTokens: true,
  userAttributes: true,
  agoraAppId: null,
  agoraAppCertificate: null,
} as const satisfies Partial<AccountSettings>;

/** The settings that Easemob alone has. */
export const EASEMOB_SETTING_NAMES = ['ttlUnit', ...Object.keys(EASEMOB_SETTINGS)];

/** Settings as they are written down; those of older versions lack a profile, and what came with Easemob's other calls. */
const StoredSettings = z.preprocess(
  (stored) => ({ profile: 'live', ...EASEMOB_SETTINGS, ...Object(stored) }),
  AccountSettings,
);

/** One account at one provider, without its users and tokens. */
export const AccountRecord = z.strictObject({
  provider: ProviderName,
  appKey: z.string(),
  secret: z.string(),
  /** The refreshed secret that waits for its first use; see `oldSecretUntilFirstUse`. */
  comingSecret: z.string().nullable(),
  /** Easemob only. */
  clientId: z.string().nullable(),
  /** Counts refreshed secrets. */
  secretEpoch: z.int(),
  settings: StoredSettings,
  /** What `POST /_sandbox/reset` goes back to. */
  original: z.strictObject({ secret: z.string(), settings: StoredSettings }),
});
export type AccountRecord = z.infer<typeof AccountRecord>;

export const UserRecord = z.strictObject({
  /** As the provider stores it: Easemob folds to lower case. */
  userId: z.string(),
  uuid: z.string(),
  name: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  /** Easemob: SHA-256 of uuid and password; null when the user was made without one. */
  passwordHash: z.string().nullable(),
  /** Easemob: false = banned until activated. */
  activated: z.boolean(),
  /** RongCloud, Nexconn: banned until then, by the sandbox clock. */
  bannedUntilMs: z.number().nullable(),
  /** Tokens issued before this instant are revoked. */
  revokedBeforeMs: z.number().nullable(),
  createdAtMs: z.number(),
  modifiedAtMs: z.number(),
  /** RongCloud, Nexconn: since when the user is deactivated (soft-deleted), by the sandbox clock. */
  deactivatedAtMs: z.number().nullable().optional(),
  /** Easemob: settings of the user's push notifications, by the wire's names. */
  push: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** Easemob: the user's attributes. */
  attributes: z.record(z.string(), z.string()).optional(),
  /** Easemob: until when the user may not write, by kind of conversation, by the sandbox clock; null = for ever. */
  mutedUntilMs: z.record(z.string(), z.number().nullable()).optional(),
});
export type UserRecord = z.infer<typeof UserRecord>;

export const TokenRecord = z.strictObject({
  token: z.string(),
  /** Whose it is; null for an Easemob app token. */
  userId: z.string().nullable(),
  issuedAtMs: z.number(),
  /** null = permanent. */
  expiresAtMs: z.number().nullable(),
  secretEpoch: z.int(),
  /** Ended for good by its user's deactivation. */
  revoked: z.boolean().optional(),
});
export type TokenRecord = z.infer<typeof TokenRecord>;

/** One account with everything that happened to it. */
export interface Account {
  readonly record: AccountRecord;
  readonly users: ReadonlyMap<string, UserRecord>;
  readonly tokens: ReadonlyMap<string, TokenRecord>;
  /** By user id, also of users who never registered. */
  readonly socials: ReadonlyMap<string, SocialRecord>;
}

/** Whether a refresh of the App Secret kills tokens: RongCloud and Nexconn say so, Easemob's pages say nothing. */
const SECRET_REFRESH_KILLS_TOKENS = {
  rongcloud: true,
  nexconn: true,
  easemob: false,
} as const satisfies Record<ProviderName, boolean>;

/** The settings of a fresh account. */
export function defaultSettings(provider: ProviderName, profile: ProfileName): AccountSettings {
  return {
    profile,
    tokenTtlSeconds: null,
    maxUsers: null,
    httpStatusOnError: true,
    ttlUnit: 'seconds',
    secretRefreshKillsTokens: SECRET_REFRESH_KILLS_TOKENS[provider],
    oldSecretUntilFirstUse: false,
    ...EASEMOB_SETTINGS,
    ...settingsOfProfile(profile, provider),
  };
}

/** A fresh account. `clientId` is for Easemob and null elsewhere. */
export function createAccountRecord(
  provider: ProviderName,
  appKey: string,
  secret: string,
  clientId: string | null,
  settings: AccountSettings,
): AccountRecord {
  const original = { secret, settings };
  return { provider, appKey, secret, comingSecret: null, clientId, secretEpoch: 0, settings, original };
}

export const DEFAULT_EASEMOB_CLIENT_ID = 'sandbox-client-id';

/** The accounts that always exist. */
export function defaultAccounts(profile: ProfileName): readonly AccountRecord[] {
  const settings = (provider: ProviderName): AccountSettings => defaultSettings(provider, profile);
  return [
    createAccountRecord('rongcloud', 'sandbox-rongcloud', 'sandbox-rongcloud-secret', null, settings('rongcloud')),
    createAccountRecord('nexconn', 'sandbox-nexconn', 'sandbox-nexconn-secret', null, settings('nexconn')),
    createAccountRecord(
      'easemob',
      'sandbox-org#sandbox-app',
      'sandbox-client-secret',
      DEFAULT_EASEMOB_CLIENT_ID,
      settings('easemob'),
    ),
  ];
}

/** The settings under another profile: whatever still stands as the old profile set it moves with it. */
export function changeProfile(
  provider: ProviderName,
  settings: AccountSettings,
  profile: ProfileName,
): AccountSettings {
  const [old, coming] = [defaultSettings(provider, settings.profile), defaultSettings(provider, profile)];
  const isOwn = ([name, value]: [string, unknown]): boolean =>
    !Object.entries(old).some(([oldName, oldValue]) => oldName === name && oldValue === value);
  return { ...coming, ...Object.fromEntries(Object.entries(settings).filter(isOwn)), profile };
}
