import { z } from 'zod';
import { AppName } from './app-name.ts';
import { ProviderCapabilities } from './capabilities.ts';
import { EasemobAppKey } from './easemob.ts';
import { ProviderName } from './provider-name.ts';
import { SecretRotation } from './secret-rotation.ts';

/**
 * Who keeps the users' names and avatars: `immint` (what callers of `token.obtain` give), or `elsewhere`: another
 * service changes them at the provider, so the provider's are read before a token is issued again.
 */
const ProfileOwner = z.enum(['immint', 'elsewhere']).default('immint');

/**
 * What the provider's console says about the life of tokens, for the providers that do not tell it in their answer:
 * `unknown`, `permanent`, or a number of seconds, from a minute to ten years.
 */
const TokenLifetime = z.union([z.enum(['unknown', 'permanent']), z.int().min(60).max(315_360_000)]).default('unknown');

/** Policy that every app has, whoever its provider is. */
const anyApp = {
  /** The part of the provider's rate that immint may use: other services of the product spend from the same account. */
  rateShare: z.number().min(0.01).max(1).default(0.8),
  /** Calls per second by endpoint group, where a paid plan has other rates than the documented ones. */
  ratesPerSecond: z.record(z.string().min(1).max(64), z.number().min(1).max(100_000)).default({}),
  /**
   * `cached`: a server may hand out stored tokens from memory, so a revoke, a report or a revoked API key counts within a
   * second, and within 5 s on a server that is cut off from the database. `strict`: every read asks the database.
   */
  readMode: z.enum(['cached', 'strict']).default('cached'),
  /** Lets a base URL be plain http although it is not on this machine: every call shows its signature to the network. */
  allowPlainHttp: z.boolean().default(false),
  /** Lets the provider be at a private or link-local address, such as a proxy of one's own. */
  allowPrivateAddresses: z.boolean().default(false),
};

/** Policy of an app whose calls are signed with an App Secret. */
const AppSecretSettings = z.strictObject({
  ...anyApp,
  /** `documented`: letters and digits; `legacy` also lets `+ = - _` through, which older documentation allowed. */
  userIdCharset: z.enum(['documented', 'legacy']).default('documented'),
  tokenLifetime: TokenLifetime,
  profileOwner: ProfileOwner,
});

/** Policy of a RongCloud app. */
export const RongCloudSettings = AppSecretSettings;
export type RongCloudSettings = z.infer<typeof RongCloudSettings>;

/** Policy of a Nexconn app. */
export const NexconnSettings = AppSecretSettings.extend({
  /** The path that answers whether a user is online: as every SDK calls it, or as the web pages name it. */
  onlineStatusPath: z.enum(['sdk', 'documented']).default('sdk'),
});
export type NexconnSettings = z.infer<typeof NexconnSettings>;

/** Policy of an Easemob app. */
export const EasemobSettings = z.strictObject({
  ...anyApp,
  /** `refuse`: an id that lower-casing would change is refused; `fold`: it is folded, and a second spelling is refused. */
  userIdCase: z.enum(['refuse', 'fold']).default('refuse'),
  /** Let the provider create a user that it does not know. */
  autoCreateUser: z.boolean().default(true),
  /** The unit in which this cluster reads `ttl` and writes `expires_in`: seconds, but milliseconds on VIP 5. */
  ttlUnit: z.enum(['seconds', 'milliseconds']).default('seconds'),
  /** The lifetime asked for when the caller names none; it is always sent. 60 days, as the provider's own default. */
  defaultTtlSeconds: z.int().min(60).max(315_360_000).default(5_184_000),
  /** Whether a caller may ask for a permanent token (`ttlSeconds: 0`). */
  allowPermanentTokens: z.boolean().default(false),
  /** `issued`: Easemob gives the tokens; `dynamic`: they are signed here, without a call, and checked at login. */
  tokenMode: z.enum(['issued', 'dynamic']).default('issued'),
  /** In `dynamic` mode: whether the first token of a user makes sure that the user exists. */
  dynamicTokenEnsuresUser: z.boolean().default(true),
  /**
   * What `token.revoke` may do at Easemob, which has no call for it: nothing; change the password, which destroys the
   * person's own; or ban, which lasts until `user unban`.
   */
  revokeBy: z.enum(['nothing', 'password-change', 'ban']).default('nothing'),
  /** Whether a refreshed client secret voids all tokens: no page says. */
  secretRefreshKillsTokens: z.boolean().default(false),
  /** Whether the data centre's second host is called when the first does not answer: no page has a rule for servers. */
  useSecondDomain: z.boolean().default(false),
});
export type EasemobSettings = z.infer<typeof EasemobSettings>;

/** The settings schema of each provider. */
export const SETTINGS_BY_PROVIDER = {
  rongcloud: RongCloudSettings,
  nexconn: NexconnSettings,
  easemob: EasemobSettings,
} as const satisfies Record<ProviderName, z.ZodType>;

/** Printable, no white space, 1 to 256 characters: what may stand in a header or a form as it is. */
const PlainText = z.string().regex(/^[\x21-\x7e]{1,256}$/, 'must be 1 to 256 printable characters without spaces');

/** RongCloud's and Nexconn's App Key. */
const AppKey = z.string().regex(/^[0-9A-Za-z-]{1,64}$/, 'must be 1 to 64 letters, digits and hyphens');

/**
 * Where the provider is called: one of its data centres by name, which has a backup domain too (at Easemob by the setting
 * `useSecondDomain`), or a base URL, perhaps with one for when that does not answer. Exactly one of the two.
 */
const Place = {
  dataCenter: z.string().min(1).max(64).optional(),
  /** `https://…`, or `http://` on a loopback address (the sandbox) or with `allowPlainHttp`; no path, no user name. */
  baseUrl: z.string().min(1).max(256).optional(),
  /** Another domain of the same account, under the same rules; only with `baseUrl`. */
  backupBaseUrl: z.string().min(1).max(256).optional(),
};

/** A provider's App Secret or client secret. It travels in this field of a POST body and nowhere else. */
const AppSecret = PlainText;

const signedApp = {
  app: AppName,
  appKey: AppKey,
  secret: AppSecret,
  ...Place,
};

/** Input of `app.add`: an account at a provider, with its policy, under our name. Settings that are left out have their defaults. */
export const AddAppInput = z.discriminatedUnion('provider', [
  z.strictObject({ ...signedApp, provider: z.literal('rongcloud'), settings: RongCloudSettings.prefault({}) }),
  z.strictObject({ ...signedApp, provider: z.literal('nexconn'), settings: NexconnSettings.prefault({}) }),
  z.strictObject({
    ...signedApp,
    provider: z.literal('easemob'),
    appKey: EasemobAppKey,
    clientId: PlainText,
    settings: EasemobSettings.prefault({}),
  }),
]);
export type AddAppInput = z.infer<typeof AddAppInput>;

/** {@link AddAppInput} before defaults are filled in: what a caller writes. */
export type AddAppRequest = z.input<typeof AddAppInput>;

/**
 * Input of `app.update`: what changes. `settings` holds only the settings that change. A place is changed as a whole, and
 * one with a host that the app did not have needs the secret again. A changed App Key, or another data centre or base URL,
 * drops the stored tokens, which must be agreed to with `dropTokens: true`. A changed secret keeps them, unless it comes with
 * `dropTokens: true`: that is for a secret which the provider refreshed, and so ended the tokens.
 */
export const UpdateAppInput = z.strictObject({
  app: AppName,
  appKey: z.union([AppKey, EasemobAppKey]).optional(),
  clientId: PlainText.optional(),
  secret: AppSecret.optional(),
  ...Place,
  settings: z.record(z.string().max(64), z.unknown()).optional(),
  dropTokens: z.boolean().optional(),
});
export type UpdateAppInput = z.infer<typeof UpdateAppInput>;

/** Input of `app.stageSecret` and `app.correctSecret`. */
export const GiveSecretInput = z.strictObject({ app: AppName, secret: AppSecret });
export type GiveSecretInput = z.infer<typeof GiveSecretInput>;

/** Input of `app.show`, `app.check`, `app.cutOverSecret` and `app.abortSecret`. */
export const NameAppInput = z.strictObject({ app: AppName });
export type NameAppInput = z.infer<typeof NameAppInput>;

/** Input of `app.remove`: `confirm` repeats the name. A sealed copy is kept for 7 days. */
export const RemoveAppInput = z.strictObject({ app: AppName, confirm: z.string().max(64) });
export type RemoveAppInput = z.infer<typeof RemoveAppInput>;

/** An app as the API shows it; never its secret. */
export const AppView = z.object({
  app: AppName,
  provider: ProviderName,
  appKey: z.string(),
  clientId: z.string().nullable(),
  dataCenter: z.string().nullable(),
  baseUrl: z.string(),
  backupBaseUrl: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  /** What the provider can do under these settings. */
  capabilities: ProviderCapabilities,
  secretEpoch: z.int().positive(),
  secretRotation: SecretRotation,
  tokens: z.int().nonnegative(),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
});
export type AppView = z.infer<typeof AppView>;

/** Output of `app.remove`: how many stored tokens went with the app, and until when the sealed copy is kept. */
export const RemovedApp = z.object({ app: AppName, tokens: z.int().nonnegative(), keptUntilMs: z.int() });
export type RemovedApp = z.infer<typeof RemovedApp>;
