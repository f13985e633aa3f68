export { checkBaseUrl, isLoopbackUrl } from './base-url.ts';
export type { CheckedBaseUrl } from './base-url.ts';
export type {
  AppSettings,
  CanonicalUserId,
  ChatProvider,
  IssuedToken,
  IssueTokenRequest,
  Profile,
  ProfileCalls,
  ProviderAccount,
  ProviderCapabilities,
  ProviderDependencies,
  ProviderEntry,
  TokenLifetime,
} from './chat-provider.ts';
export { createAppTokenMemory } from './easemob-app-token.ts';
export type { AppTokenMemory } from './easemob-app-token.ts';
export { PROVIDER_ERROR_KINDS, ProviderError } from './provider-error.ts';
export type { ProviderErrorFacts, ProviderErrorKind } from './provider-error.ts';
export { providers } from './providers.ts';
export { createTransport } from './request.ts';
export type { ProviderReply, ProviderRequest, Transport } from './request.ts';
