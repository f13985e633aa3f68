export { checkBaseUrl, isLoopbackUrl } from './base-url.ts';
export type {
  AppSettings,
  ChatProvider,
  IssuedToken,
  IssueTokenRequest,
  Profile,
  ProviderEntry,
  TokenLifetime,
} from './chat-provider.ts';
export { createAppTokenMemory } from './easemob-app-token.ts';
export type { AppTokenMemory } from './easemob-app-token.ts';
export { ProviderError } from './provider-error.ts';
export type { ProviderErrorKind } from './provider-error.ts';
export { providers } from './providers.ts';
export { createTransport } from './request.ts';
export type { Transport } from './request.ts';
