import type { Reason } from '@immint/contracts';
import type { ItemResult } from '@immint/db';
import { toDomainError } from '../to-domain-error.ts';

/**
 * What a refusal means for the item that met it: `final` it would be refused again; `again` it is tried again, some times;
 * `not-now` it says nothing about the item, which is tried again as often as it takes; `pause` every other item would be
 * refused too, and somebody has to do something. Total.
 */
const FATE_BY_REASON = {
  PROVIDER_USER_LIMIT_REACHED: 'pause',
  PROVIDER_APP_UNAVAILABLE: 'pause',
  PROVIDER_CREDENTIALS_REFUSED: 'pause',
  PROVIDER_ADDRESS_REFUSED: 'pause',
  APP_PAUSED: 'pause',
  APP_UNKNOWN: 'pause',

  PROVIDER_RATE_LIMITED: 'not-now',
  RATE_USED_UP: 'not-now',
  PROVIDER_RESTING: 'not-now',
  REVOKED_JUST_NOW: 'not-now',
  FRESH_TOO_SOON: 'not-now',
  DATABASE_UNAVAILABLE: 'not-now',
  SHUTTING_DOWN: 'not-now',
  CUT_OVER_IN_PROGRESS: 'not-now',

  CHANGED_MEANWHILE: 'again',
  PROVIDER_BUSY_WITH_USER: 'again',
  PROVIDER_FAILED: 'again',
  PROVIDER_UNREACHABLE: 'again',
  PROVIDER_TIMEOUT: 'again',
  PROVIDER_BROKE_CONTRACT: 'again',
  PROVIDER_CODE_UNKNOWN: 'again',
  DEADLINE_EXCEEDED: 'again',
  INTERNAL: 'again',

  USER_ID_REFUSED: 'final',
  USER_ID_SPELLING_TAKEN: 'final',
  NAME_REFUSED: 'final',
  AVATAR_URL_REFUSED: 'final',
  USER_BARRED: 'final',
  USER_UNKNOWN: 'final',
  USER_BANNED: 'final',
  USER_EXISTS: 'final',
  PROVIDER_REFUSED: 'final',

  // Nothing of this comes of obtaining a token by name; should it, then trying again mends nothing.
  INPUT_INVALID: 'final',
  BODY_NOT_JSON: 'final',
  BODY_TOO_LARGE: 'final',
  CONTENT_TYPE_UNSUPPORTED: 'final',
  PROCEDURE_UNKNOWN: 'final',
  METHOD_UNSUPPORTED: 'final',
  CREDENTIALS_MISSING: 'final',
  CREDENTIALS_REFUSED: 'final',
  NOT_ALLOWED: 'final',
  APP_NAME_TAKEN: 'final',
  APP_KEY_TAKEN: 'final',
  APP_CHANGE_DROPS_TOKENS: 'final',
  APP_REMOVAL_UNCONFIRMED: 'final',
  SECRET_NOT_STAGED: 'final',
  CUT_OVER_UNDONE: 'final',
  CUT_OVER_UNANSWERED: 'final',
  KEY_UNKNOWN: 'final',
  JOB_UNKNOWN: 'final',
  JOB_STATE_REFUSED: 'final',
  JOB_ITEMS_DIFFER: 'final',
  TTL_UNSUPPORTED: 'final',
  TTL_REFUSED: 'final',
  PASSWORD_UNSUPPORTED: 'final',
  PASSWORD_REFUSED: 'final',
  PASSWORD_TOO_SOON: 'final',
  TOKEN_UNKNOWN: 'final',
  REPORT_NOT_ABOUT_TOKEN: 'final',
  CALL_UNSUPPORTED: 'final',
  PROVIDER_CLOCK_DISAGREES: 'final',
} as const satisfies Record<Reason, 'final' | 'again' | 'not-now' | 'pause'>;

/** Reasons for which the provider was certainly not asked for a token; of the others somebody may have been asked. */
const WITHOUT_A_CALL: ReadonlySet<Reason> = new Set([
  'APP_PAUSED',
  'APP_UNKNOWN',
  'AVATAR_URL_REFUSED',
  'NAME_REFUSED',
  'PROVIDER_RESTING',
  'RATE_USED_UP',
  'REVOKED_JUST_NOW',
  'USER_BARRED',
  'USER_ID_SPELLING_TAKEN',
]);

/** How often an item is begun, crashes of whoever worked on it included. */
export const MAX_ATTEMPTS = 6;

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** What becomes of an item, and of its job. */
export interface ItemFate {
  readonly result: ItemResult;
  /** Why the whole job stops. */
  readonly pause?: Reason;
  /** How long nothing more of the job needs to be tried, in milliseconds. */
  readonly restMs?: number;
}

/** What a failure comes to. `random` is from 0 to 1. */
export function fateOfFailure(
  { number, attempts }: { readonly number: number; readonly attempts: number },
  error: unknown,
  random: number,
): ItemFate {
  const { reason, retryAfterMs } = toDomainError(error);
  const fate = FATE_BY_REASON[reason];
  const base = { number, reason, mayHaveCalled: !WITHOUT_A_CALL.has(reason) };
  if (fate === 'pause') return { result: { ...base, state: 'waiting', waitMs: 0, counts: false }, pause: reason };
  if (fate === 'final' || (fate === 'again' && attempts >= MAX_ATTEMPTS)) {
    return { result: { ...base, state: 'failed' } };
  }
  const backOffMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1)) * ((1 + random) / 2);
  const waitMs = Math.ceil(Math.max(backOffMs, retryAfterMs ?? 0));
  const result = { ...base, state: 'waiting', waitMs, counts: fate === 'again' } as const;
  return fate === 'not-now' ? { result, restMs: retryAfterMs ?? FIRST_WAIT_MS } : { result };
}
