import type { DataCenter, ProviderCapabilities, ProviderName, SETTINGS_BY_PROVIDER } from '@immint/contracts';
import type { Secret } from '@immint/secrets';
import type { z } from 'zod';

import type { AppTokenMemory } from './app-token-memory.ts';
import type { CallContext } from './call-context.ts';
import type { CheckedCredentials } from './checked-credentials.ts';
import type { CredentialGate } from './credential-gate.ts';
import type { Pace } from './pace.ts';
import type { ObserveProvider } from './provider-event.ts';
import type { Transport } from './request.ts';
import type { UserCalls, UserOutcome } from './user-calls.ts';

/** The policy of an app, as `@immint/contracts` parses it for the app's provider. */
export type AppSettings = z.infer<(typeof SETTINGS_BY_PROVIDER)[ProviderName]>;

/** What a user token is asked for with. */
export interface IssueTokenRequest {
  /** The canonical user id, from {@link ProviderEntry.canonicalUserId}. */
  readonly userId: string;
  readonly name: string;
  readonly avatarUrl?: string;
  /** Only where the provider takes a lifetime; 0 asks for a permanent token and must be allowed by the app. */
  readonly ttlSeconds?: number;
  /** Only where the provider knows passwords: the user's own, in place of the app's credentials. */
  readonly password?: Secret;
  /** Whether no token of this user is known; then the user may have to be made first. */
  readonly isFirst?: boolean;
}

/** How long a token lives, counted from the moment before the call was sent: the caller takes that moment. */
export type TokenLifetime =
  | { readonly kind: 'known'; readonly ttlSeconds: number }
  | { readonly kind: 'permanent' }
  | { readonly kind: 'unknown' };

export interface IssuedToken {
  readonly token: Secret;
  readonly lifetime: TokenLifetime;
}

/** What push notifications show of a user. */
export interface Profile {
  readonly name: string;
  readonly avatarUrl?: string;
}

/** The provider's copy of a user's profile. All throw {@link ProviderError}. */
interface ProfileCalls {
  /** A user without a name reads as one whose name is the user id, since a token cannot be issued without a name. */
  read(userId: string, context: CallContext): Promise<Profile>;
  /** What is left out stays as it was. */
  update(userId: string, profile: Partial<Profile>, context: CallContext): Promise<void>;
}

/** What ends tokens that were issued before an instant. Splits at the provider's limit; never throws for one user. */
export interface RevokeCalls {
  /** What the provider is really asked to do, in words for an operator. */
  readonly effect: string;
  /** Whether the documentation promises that the tokens end, or it is only known to help. */
  readonly isVerified: boolean;
  /** Whether the instant counts, or everything that there is ends whenever the call arrives. */
  readonly takesInstant: boolean;
  /** One outcome a user, in their order. `beforeMs` is an instant by the provider's clock. */
  revoke(userIds: readonly string[], beforeMs: number, context: CallContext): Promise<readonly UserOutcome[]>;
}

/** One account at a provider, connected. Every call is under the deadline of its context, and throws ProviderError only. */
export interface ChatProvider {
  /** One call to the provider that registers the user where needed and gives a token of exactly the user asked for. */
  issueToken(request: IssueTokenRequest, context: CallContext): Promise<IssuedToken>;
  /** Undefined where the provider is not told profiles. */
  readonly profiles: ProfileCalls | undefined;
  /** Undefined where there is no such call, or the app's settings do not allow what would stand in for it. */
  readonly revocation: RevokeCalls | undefined;
  readonly users: UserCalls;
  /**
   * One call that registers nobody and shows whether the credentials are taken. `serverDateMs` is the provider's clock,
   * where its answer told; whole seconds.
   */
  checkCredentials(context: CallContext): Promise<CheckedCredentials>;
  /** Waits for what is under way and closes the connections. */
  close(): Promise<void>;
}

/** Which account is called, where, with what. */
export interface ProviderAccount<Settings = AppSettings> {
  readonly appKey: string;
  /** Easemob only. */
  readonly clientId?: string | undefined;
  readonly secret: Secret;
  /** Scheme, host and port: https, or http on a loopback address. */
  readonly baseUrl: string;
  /** The other domain of the same account, called when the first does not answer. */
  readonly backupBaseUrl?: string | undefined;
  readonly settings: Settings;
}

/** What an adapter takes from outside itself. */
export interface ProviderDependencies {
  /** The wall clock, in milliseconds since 1970: it is signed. */
  readonly nowMs: () => number;
  /** A clock that never jumps, in milliseconds: it measures lifetimes. */
  readonly monotonicMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** The connection's own: closing the connection closes it. */
  readonly transport: Transport;
  readonly pace: Pace;
  /** Asked before calls that show the app's secret; without it all go out. */
  readonly credentialGate?: CredentialGate;
  /** Is told what happens on the way to the provider. */
  readonly observe?: ObserveProvider;
  /** Easemob: the account's app token, shared with whoever shares the account; without it the connection is alone. */
  readonly appTokenMemory?: AppTokenMemory;
}

/** The id as the provider compares it, or the sentence of the rule that refuses it. */
type CanonicalUserId =
  | { readonly ok: true; readonly canonicalUserId: string }
  | { readonly ok: false; readonly rule: string };

/** One provider: what is known of it without a connection, and how to make one. */
export interface ProviderAdapter<Settings> {
  readonly name: ProviderName;
  /** As its makers write it. */
  readonly displayName: string;
  /** What providers differ in, so that nobody has to ask which one it is. */
  capabilities(settings: Settings): ProviderCapabilities;
  /** By name. */
  readonly dataCenters: Readonly<Record<string, DataCenter>>;
  canonicalUserId(userId: string, settings: Settings): CanonicalUserId;
  /** The sentence of the limit that a name breaks. */
  checkName(name: string): string | undefined;
  /** The sentence of the limit that an avatar's address breaks. */
  checkAvatarUrl(avatarUrl: string): string | undefined;
  /** Makes no call. Throws ProviderError `bad-request` for a base URL or an account that can never work. */
  connect(account: ProviderAccount<Settings>, dependencies: ProviderDependencies): ChatProvider;
}

/** An adapter that takes the settings of any provider and refuses those of another. */
export type ProviderEntry = ProviderAdapter<AppSettings>;
