import type { Reason } from '@immint/contracts';

/** The exit codes, after sysexits.h; 130 is what a shell reports after Ctrl-C. */
export const EXIT = {
  done: 0,
  /** The question was understood and the answer is no. */
  no: 1,
  usage: 64,
  inputRefused: 65,
  unreachable: 69,
  ourBug: 70,
  tryLater: 75,
  brokeContract: 76,
  notAllowed: 77,
  configuration: 78,
  interrupted: 130,
} as const;

/** One of the exit codes of `immint`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * The exit code of every reason for which the server refuses. What would be refused again however often it is sent is
 * `inputRefused`, also when it is in conflict with something stored; `tryLater` is what can succeed unchanged.
 */
export const EXIT_CODE_BY_REASON = {
  INPUT_INVALID: EXIT.inputRefused,
  BODY_TOO_LARGE: EXIT.inputRefused,
  APP_UNKNOWN: EXIT.inputRefused,
  APP_NAME_TAKEN: EXIT.inputRefused,
  APP_KEY_TAKEN: EXIT.inputRefused,
  APP_CHANGE_DROPS_TOKENS: EXIT.inputRefused,
  APP_REMOVAL_UNCONFIRMED: EXIT.inputRefused,
  SECRET_NOT_STAGED: EXIT.inputRefused,
  KEY_UNKNOWN: EXIT.inputRefused,
  JOB_UNKNOWN: EXIT.inputRefused,
  JOB_STATE_REFUSED: EXIT.inputRefused,
  JOB_ITEMS_DIFFER: EXIT.inputRefused,
  USER_ID_REFUSED: EXIT.inputRefused,
  USER_ID_SPELLING_TAKEN: EXIT.inputRefused,
  NAME_REFUSED: EXIT.inputRefused,
  AVATAR_URL_REFUSED: EXIT.inputRefused,
  TTL_UNSUPPORTED: EXIT.inputRefused,
  TTL_REFUSED: EXIT.inputRefused,
  PASSWORD_UNSUPPORTED: EXIT.inputRefused,
  CALL_UNSUPPORTED: EXIT.inputRefused,

  // Asked about a person, the answer is no.
  TOKEN_UNKNOWN: EXIT.no,
  REPORT_NOT_ABOUT_TOKEN: EXIT.no,
  USER_UNKNOWN: EXIT.no,
  USER_BANNED: EXIT.no,
  USER_BARRED: EXIT.no,
  USER_EXISTS: EXIT.no,
  PASSWORD_REFUSED: EXIT.no,

  CREDENTIALS_MISSING: EXIT.notAllowed,
  CREDENTIALS_REFUSED: EXIT.notAllowed,
  NOT_ALLOWED: EXIT.notAllowed,

  REVOKED_JUST_NOW: EXIT.tryLater,
  FRESH_TOO_SOON: EXIT.tryLater,
  PASSWORD_TOO_SOON: EXIT.tryLater,
  PROVIDER_RATE_LIMITED: EXIT.tryLater,
  PROVIDER_BUSY_WITH_USER: EXIT.tryLater,
  RATE_USED_UP: EXIT.tryLater,
  PROVIDER_RESTING: EXIT.tryLater,
  CHANGED_MEANWHILE: EXIT.tryLater,
  CUT_OVER_IN_PROGRESS: EXIT.tryLater,
  CUT_OVER_UNANSWERED: EXIT.tryLater,
  SHUTTING_DOWN: EXIT.tryLater,

  PROVIDER_FAILED: EXIT.unreachable,
  PROVIDER_UNREACHABLE: EXIT.unreachable,
  PROVIDER_TIMEOUT: EXIT.unreachable,
  DEADLINE_EXCEEDED: EXIT.unreachable,
  DATABASE_UNAVAILABLE: EXIT.unreachable,

  // Somebody has to change the app, or the account in the provider's console.
  PROVIDER_CREDENTIALS_REFUSED: EXIT.configuration,
  PROVIDER_CLOCK_DISAGREES: EXIT.configuration,
  APP_PAUSED: EXIT.configuration,
  CUT_OVER_UNDONE: EXIT.configuration,
  PROVIDER_ADDRESS_REFUSED: EXIT.configuration,
  PROVIDER_APP_UNAVAILABLE: EXIT.configuration,
  PROVIDER_USER_LIMIT_REACHED: EXIT.configuration,
  PROVIDER_REFUSED: EXIT.configuration,

  PROVIDER_CODE_UNKNOWN: EXIT.brokeContract,
  PROVIDER_BROKE_CONTRACT: EXIT.brokeContract,
  // This program writes bodies, paths and methods itself, so the server must be of another version.
  BODY_NOT_JSON: EXIT.brokeContract,
  CONTENT_TYPE_UNSUPPORTED: EXIT.brokeContract,
  PROCEDURE_UNKNOWN: EXIT.brokeContract,
  METHOD_UNSUPPORTED: EXIT.brokeContract,

  INTERNAL: EXIT.ourBug,
} as const satisfies Record<Reason, ExitCode>;
