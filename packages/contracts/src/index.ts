export { PROVIDER_NAMES, ProviderName } from './provider-name.ts';

export { ProviderCapabilities, USER_CALLS, UserCallName } from './capabilities.ts';
export type { DataCenter } from './data-center.ts';

export {
  AddAppInput,
  AppView,
  EasemobSettings,
  GiveSecretInput,
  NameAppInput,
  NexconnSettings,
  RemoveAppInput,
  RemovedApp,
  RongCloudSettings,
  SETTINGS_BY_PROVIDER,
  UpdateAppInput,
} from './app.ts';
export type { AddAppRequest } from './app.ts';
export { AppCondition, ShownApp } from './app-condition.ts';
export { CUT_OVER_RESULTS, CutOver, SecretRotation } from './secret-rotation.ts';
export type { CutOverResult } from './secret-rotation.ts';
export { AppCheck, Finding, FindingCode, FindingSeverity } from './app-check.ts';

export {
  InspectTokenInput,
  LIFETIMES,
  Lifetime,
  ListTokensInput,
  ObtainTokenInput,
  Token,
  TokenMetadata,
  TokenPage,
} from './token.ts';

export { CLIENT_CODES, explainClientCode, findClientCode, verdictOf } from './client-codes.ts';
export { CLIENT_VERDICTS } from './client-code.ts';
export type { ClientCode, ClientVerdict } from './client-code.ts';

export { Timeline, TimelineEvent, TimelineInput } from './timeline.ts';
export { ReportTokenInput } from './report.ts';
export { DiscardedTokens, DiscardTokensInput } from './discard.ts';

export {
  InspectedToken,
  REVOCATION_STATES,
  RevocationState,
  RevokedTokens,
  RevokedUser,
  RevokeTokensInput,
  UnbarredUsers,
  UnbarUsersInput,
} from './revoke.ts';

export {
  BannedUsers,
  BanUsersInput,
  ChangedUser,
  ChangePasswordInput,
  DeactivatedUsers,
  DisconnectUserInput,
  ListedUsers,
  ListUsersInput,
  MAX_NEW_USERS_PER_CALL,
  MAX_USERS_PER_CALL,
  NameUserInput,
  NameUsersInput,
  OnlineUsers,
  RegisterUsersInput,
  ShownUser,
  UpdatedUser,
  UpdateUserInput,
  UserOperations,
  UserOutcome,
  UserOutcomes,
  UserPageInput,
  UserView,
} from './user.ts';

export {
  AddJobItemsInput,
  AddedJobItems,
  CreateJobInput,
  JOB_ITEM_STATES,
  JOB_KINDS,
  JOB_STATES,
  JobItem,
  JobItemPage,
  JobItemState,
  JobKind,
  JobPage,
  JobState,
  JobView,
  ListJobItemsInput,
  ListJobsInput,
  MAX_JOB_ITEMS,
  MAX_JOB_ITEMS_PER_CALL,
  NameJobInput,
  PauseCause,
  PreviewedJobItems,
  PreviewJobItemsInput,
  ResumeJobInput,
} from './job.ts';

export { ServerView } from './server.ts';

export { CreateKeyInput, CreatedKey, KeyId, KEY_KINDS, KeyKind, KeyView, RevokeKeyInput } from './key.ts';

export { ApiErrorData, HTTP_STATUS_BY_CODE, REASONS, Reason } from './api-error.ts';
export type { ApiErrorCode } from './api-error.ts';
