import { DatabaseError } from './database-error.ts';

/** A PostgreSQL URL, taken apart as far as postgres.js does not do it by itself. */
export interface PostgresUrl {
  /** The URL for postgres.js. It holds the password. */
  readonly url: string;
  /** The directory of a Unix socket, where the URL names one as `?host=/directory` (libpq's form). */
  readonly socketDirectory?: string;
  /** False where the URL says `?prepare=false`, as a pooler in transaction mode needs. */
  readonly prepare: boolean;
}

/**
 * Reads `postgres://user:password@host:port/database` and `postgresql://…`, with postgres.js's parameters and with
 * libpq's `host` parameter for a Unix socket (PostgreSQL manual, section 34.1.1.2).
 *
 * Throws {@link DatabaseError} `DATABASE_URL_INVALID`, without the text, which may hold a password.
 */
export function parsePostgresUrl(text: string): PostgresUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['postgres:', 'postgresql:'].includes(url.protocol) || url.pathname.length < 2) {
    throw new DatabaseError('DATABASE_URL_INVALID');
  }
  const socketDirectory = url.searchParams.get('host');
  if (socketDirectory !== null && !socketDirectory.startsWith('/')) throw new DatabaseError('DATABASE_URL_INVALID');
  url.searchParams.delete('host');
  return {
    url: url.href,
    ...(socketDirectory === null ? {} : { socketDirectory }),
    prepare: url.searchParams.get('prepare') !== 'false',
  };
}
