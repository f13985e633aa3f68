export { checkBaseUrl, isLoopbackUrl } from './base-url.ts';
export type { PlacePolicy } from './base-url.ts';
export { createCallContext } from './call-context.ts';
export type { CallContext, Urgency } from './call-context.ts';
export type {
  AppSettings,
  ChatProvider,
  IssuedToken,
  IssueTokenRequest,
  Profile,
  ProviderEntry,
  RevokeCalls,
  TokenLifetime,
} from './chat-provider.ts';
export type { Admission, CredentialGate } from './credential-gate.ts';
export type { AppTokenLedger, AppTokenState, AppTokenToSave } from './app-token-ledger.ts';
export { createAppTokenLedgerInMemory } from './app-token-ledger-in-memory.ts';
export { createAppTokenMemory } from './app-token-memory.ts';
export type { AppTokenMemory } from './app-token-memory.ts';
export { createAppTokenSource } from './easemob-app-token.ts';
export type { GivenAppToken } from './app-token-turn.ts';
export type { CheckedCredentials } from './checked-credentials.ts';
export { unpaced } from './pace.ts';
export type { Pace, RateGroup } from './pace.ts';
export { ProviderError } from './provider-error.ts';
export type { BlamedCredential, ProviderErrorKind } from './provider-error.ts';
export type { ObserveProvider, ProviderEvent } from './provider-event.ts';
export { providers } from './providers.ts';
export { wasHeldBackHere } from './retry-policy.ts';
export { createTransport } from './request.ts';
export type { Transport } from './request.ts';
export { NO_USER_CALLS } from './user-calls.ts';
export type {
  BannedUser,
  NewUser,
  ProviderUser,
  UserCalls,
  UserCursor,
  UserOperation,
  UserOutcome,
  UserPage,
} from './user-calls.ts';
