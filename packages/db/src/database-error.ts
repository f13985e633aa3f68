/** Every way in which the database can fail, with the sentence for whoever runs the server. */
const SENTENCES = {
  UNIQUE_VIOLATION: 'Another row has this value already.',
  FOREIGN_KEY_VIOLATION: 'A row that this one refers to is not there.',
  CHECK_VIOLATION: 'A value is not one that this column takes.',
  ROW_MISSING: 'The row is not there any more.',
  ROW_CHANGED: 'The row was changed meanwhile.',
  SEALED_VALUE_UNREADABLE:
    'A sealed value does not open: it was changed or moved outside of immint, or sealed with another key.',
  MIGRATIONS_DIFFER: 'The database was not made by this version of immint.',
  DATABASE_URL_INVALID: 'The database URL is not of the form postgres://user:password@host:port/database.',
  DATABASE_UNREACHABLE: 'The database cannot be reached.',
  DATABASE_REFUSED: 'The database refuses this user, this password, or has no database of this name.',
  DATABASE_TIMEOUT: 'The database did not answer in time.',
  DATABASE_CONFLICT: 'Two changes were in each other’s way: try again.',
  DATABASE_IN_USE: 'Another process uses this database directory.',
  DATABASE_UNWRITABLE: 'The database directory cannot be written.',
  DATABASE_FOREIGN: 'The database directory holds something else.',
  DATABASE_CLOSED: 'The database was closed.',
  DATABASE_FAILED: 'The database failed.',
} as const;

/** A code out of the closed list of what can go wrong with the database. */
export type DatabaseErrorCode = keyof typeof SENTENCES;

/** Every {@link DatabaseErrorCode}. */
export const DATABASE_ERROR_CODES: readonly DatabaseErrorCode[] = Object.keys(SENTENCES).filter(isDatabaseErrorCode);

function isDatabaseErrorCode(key: string): key is DatabaseErrorCode {
  return Object.hasOwn(SENTENCES, key);
}

interface DatabaseErrorFacts {
  /** PostgreSQL's code of five characters (PostgreSQL manual, appendix A). */
  readonly sqlState?: string | undefined;
  /** The name of the constraint or unique index that refused. */
  readonly constraint?: string | undefined;
  /** A sentence of ours instead of the code's own, when there is more to say: which file, which process, which fix. */
  readonly sentence?: string | undefined;
}

/**
 * Anything that went wrong with the database. It never carries the original error: drizzle's message holds the statement
 * with its bound parameters, PostgreSQL's `detail` the values of the row, and a URL error the URL.
 */
export class DatabaseError extends Error {
  readonly code: DatabaseErrorCode;
  declare readonly sqlState?: string;
  declare readonly constraint?: string;

  constructor(code: DatabaseErrorCode, { sqlState, constraint, sentence }: DatabaseErrorFacts = {}) {
    super(`${code}: ${sentence ?? SENTENCES[code]}`);
    this.name = 'DatabaseError';
    this.code = code;
    if (sqlState !== undefined) this.sqlState = sqlState;
    if (constraint !== undefined) this.constraint = constraint;
  }
}
