export { openDatabase } from './open-database.ts';
export type { Database } from './database.ts';
export { DatabaseError } from './database-error.ts';
export type { DatabaseErrorCode } from './database-error.ts';

export { openSealedDatabase } from './open-sealed-database.ts';

export { APP_CONSTRAINTS, createAppStore } from './app-store.ts';
export type { AppStore } from './app-store.ts';
export type { AppRecord } from './app-record.ts';
export { createCredentialStore } from './credential-store.ts';
export type { CredentialState, CredentialStore, CredentialView } from './credential-store.ts';
export { createAppTokenStore } from './app-token-store.ts';
export type { AppTokenStore } from './app-token-store.ts';
export { createSecretRotationStore } from './secret-rotation-store.ts';
export type { CutOverClaim, SecretRotationState, SecretRotationStore } from './secret-rotation-store.ts';
export { createTokenStore } from './token-store.ts';
export { createTokenCensus } from './token-census.ts';
export type { TokenCensus, TokenCounts } from './token-census.ts';
export type { TokenStore, TokenToSave } from './token-store.ts';
export type { StoredToken, TokenMetadata } from './token-record.ts';
export { createLeaseStore } from './lease-store.ts';
export type { Lease, LeasedUser, LeaseFailure, LeaseState, LeaseStore } from './lease-store.ts';
export { createKeyStore } from './key-store.ts';
export type { KeyRecord, KeyStore } from './key-store.ts';
export { createPaceStore } from './pace-store.ts';
export type { PaceKey, PaceStore, PaceView, SlotsGranted, SlotsWanted } from './pace-store.ts';
export { createRevocationStore } from './revocation-store.ts';
export type { RevocationRecord, RevocationStore, Settlement } from './revocation-store.ts';
export type { UserStanding } from './user-standing.ts';
export { createChangeStore } from './change-store.ts';
export type { ChangePosition, ChangeStore } from './change-store.ts';
export type { Concern } from './change.ts';
export { createActivityStore } from './activity-store.ts';
export type {
  ActivityCounts,
  ActivityFailure,
  ActivityMinute,
  ActivityStore,
  AppOutcome,
  NewActivity,
} from './activity-store.ts';
export { createJobStore } from './job-store.ts';
export type {
  ClaimedItem,
  ItemResult,
  JobChange,
  JobItemRecord,
  JobRecord,
  JobStore,
  NamedJob,
  NewJobItem,
} from './job-store.ts';
export { createStoryStore } from './story-store.ts';
export type { StoryEnd, StoryStore, WrittenAct } from './story-store.ts';
export { createAuditStore } from './audit-store.ts';
export type { AuditStore } from './audit-store.ts';
export type { AuditEntry } from './audit.ts';
