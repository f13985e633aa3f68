import { SealError } from '@immint/secrets';
import { DatabaseError, type DatabaseErrorCode } from './database-error.ts';

/** What Node's sockets and postgres.js say when there is no connection, or no longer one. */
const CODE_BY_CONNECTION_FAILURE: Readonly<Record<string, DatabaseErrorCode>> = {
  ECONNREFUSED: 'DATABASE_UNREACHABLE',
  ECONNRESET: 'DATABASE_UNREACHABLE',
  EHOSTUNREACH: 'DATABASE_UNREACHABLE',
  ENETUNREACH: 'DATABASE_UNREACHABLE',
  ENOTFOUND: 'DATABASE_UNREACHABLE',
  EAI_AGAIN: 'DATABASE_UNREACHABLE',
  ENOENT: 'DATABASE_UNREACHABLE',
  EACCES: 'DATABASE_UNREACHABLE',
  EPIPE: 'DATABASE_UNREACHABLE',
  ETIMEDOUT: 'DATABASE_UNREACHABLE',
  CONNECT_TIMEOUT: 'DATABASE_UNREACHABLE',
  CONNECTION_CLOSED: 'DATABASE_UNREACHABLE',
  CONNECTION_DESTROYED: 'DATABASE_UNREACHABLE',
  CONNECTION_ENDED: 'DATABASE_CLOSED',
};

/** PostgreSQL manual, appendix A: single codes that mean something to us. */
const CODE_BY_SQL_STATE: Readonly<Record<string, DatabaseErrorCode>> = {
  '23503': 'FOREIGN_KEY_VIOLATION',
  '23505': 'UNIQUE_VIOLATION',
  '23514': 'CHECK_VIOLATION',
  '25P03': 'DATABASE_TIMEOUT',
  '3D000': 'DATABASE_REFUSED',
  '40001': 'DATABASE_CONFLICT',
  '40P01': 'DATABASE_CONFLICT',
  '55P03': 'DATABASE_TIMEOUT',
  '57014': 'DATABASE_TIMEOUT',
  '57P01': 'DATABASE_UNREACHABLE',
  '57P02': 'DATABASE_UNREACHABLE',
  '57P03': 'DATABASE_UNREACHABLE',
  '53300': 'DATABASE_UNREACHABLE',
};

/** The same for whole classes, by the first two characters. */
const CODE_BY_SQL_STATE_CLASS: Readonly<Record<string, DatabaseErrorCode>> = {
  '08': 'DATABASE_UNREACHABLE',
  '28': 'DATABASE_REFUSED',
};

const SQL_STATE = /^[0-9A-Z]{5}$/;

/**
 * Turns whatever a query threw into a {@link DatabaseError}, and drops the rest: message, parameters, statement, stack
 * and cause. What no table knows is `DATABASE_FAILED`, with its SQLSTATE if it had one.
 */
export function toDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  if (error instanceof SealError) return new DatabaseError('SEALED_VALUE_UNREADABLE');
  const { code, constraint } = factsOf(error);
  if (code === undefined) return new DatabaseError('DATABASE_FAILED');

  const failure = CODE_BY_CONNECTION_FAILURE[code];
  if (failure !== undefined) return new DatabaseError(failure);
  if (!SQL_STATE.test(code)) return new DatabaseError('DATABASE_FAILED');
  const known = CODE_BY_SQL_STATE[code] ?? CODE_BY_SQL_STATE_CLASS[code.slice(0, 2)] ?? 'DATABASE_FAILED';
  return new DatabaseError(known, { sqlState: code, constraint });
}

/** drizzle wraps what the driver threw; the driver's own error is the one that has a code. */
function factsOf(error: unknown, depth = 0): { code?: string; constraint?: string } {
  if (!(error instanceof Error) || depth > 5) return {};
  if (!('code' in error) || typeof error.code !== 'string') return factsOf(error.cause, depth + 1);
  // postgres.js calls it constraint_name, PGlite constraint.
  const constraint =
    'constraint_name' in error ? error.constraint_name : 'constraint' in error ? error.constraint : undefined;
  return { code: error.code, ...(typeof constraint === 'string' ? { constraint } : {}) };
}
