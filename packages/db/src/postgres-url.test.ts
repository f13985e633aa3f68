import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { DatabaseError } from './database-error.ts';
import { parsePostgresUrl } from './postgres-url.ts';

test('an ordinary URL passes as it is', () => {
  const url = 'postgres://user:p%40ss@db.example.com:6432/immint?sslmode=verify-full';
  expect(parsePostgresUrl(url)).toEqual({ url, prepare: true });
});

test('the directory of a Unix socket is taken out', () => {
  expect(parsePostgresUrl('postgresql://user@localhost/immint?host=%2Frun%2Fpostgresql&sslmode=disable')).toEqual({
    url: 'postgresql://user@localhost/immint?sslmode=disable',
    socketDirectory: '/run/postgresql',
    prepare: true,
  });
});

test('prepared statements can be turned off in it', () => {
  expect(parsePostgresUrl('postgres://localhost/immint?prepare=false').prepare).toBe(false);
});

test.each([
  ['nothing', ''],
  ['no URL', 'marked-1b localhost'],
  ['a URL of something else', 'mysql://user:marked-1b@localhost/immint'],
  ['a URL without a database', 'postgres://user:marked-1b@localhost'],
  ['a port that is none', 'postgres://user:marked-1b@localhost:port/immint'],
  ['a host parameter that is no directory', 'postgres://user:marked-1b@localhost/immint?host=example.com'],
])('%s is refused without being quoted', (_what, text) => {
  let refusal: unknown;
  try {
    parsePostgresUrl(text);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(DatabaseError);
  expect(refusal).toMatchObject({ code: 'DATABASE_URL_INVALID' });
  expect(inspect(refusal, { depth: null, showHidden: true })).not.toContain('marked-1b');
});
