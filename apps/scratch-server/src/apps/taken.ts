import { APP_CONSTRAINTS, DatabaseError } from '@immint/db';
import { DomainError } from '../domain-error.ts';

/** Names which of an app's two unique names another app has; every other error stays what it is. */
export function orTaken(error: unknown): unknown {
  if (!(error instanceof DatabaseError) || error.code !== 'UNIQUE_VIOLATION') return error;
  return new DomainError(error.constraint === APP_CONSTRAINTS.appKey ? 'APP_KEY_TAKEN' : 'APP_NAME_TAKEN', {
    cause: error,
  });
}
