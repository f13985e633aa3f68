import type { Reason } from '@immint/contracts';
import type { DatabaseError, DatabaseErrorCode } from '@immint/db';
import { DomainError } from './domain-error.ts';

/** What a caller learns of database trouble that no verb expected: whether to come back, and nothing else. Total. */
const REASON_BY_CODE = {
  UNIQUE_VIOLATION: 'INTERNAL',
  FOREIGN_KEY_VIOLATION: 'INTERNAL',
  CHECK_VIOLATION: 'INTERNAL',
  ROW_MISSING: 'CHANGED_MEANWHILE',
  ROW_CHANGED: 'CHANGED_MEANWHILE',
  SEALED_VALUE_UNREADABLE: 'INTERNAL',
  MIGRATIONS_DIFFER: 'INTERNAL',
  DATABASE_URL_INVALID: 'INTERNAL',
  DATABASE_UNREACHABLE: 'DATABASE_UNAVAILABLE',
  DATABASE_REFUSED: 'DATABASE_UNAVAILABLE',
  DATABASE_TIMEOUT: 'DATABASE_UNAVAILABLE',
  DATABASE_CONFLICT: 'DATABASE_UNAVAILABLE',
  DATABASE_IN_USE: 'INTERNAL',
  DATABASE_UNWRITABLE: 'INTERNAL',
  DATABASE_FOREIGN: 'INTERNAL',
  DATABASE_CLOSED: 'SHUTTING_DOWN',
  DATABASE_FAILED: 'INTERNAL',
} as const satisfies Record<DatabaseErrorCode, Reason>;

/** Turns database trouble into the refusal that the caller reads. */
export function fromDatabaseError(error: DatabaseError): DomainError {
  return new DomainError(REASON_BY_CODE[error.code], { cause: error });
}
