import { SealError } from '@immint/secrets';
import { DrizzleQueryError } from 'drizzle-orm';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { DATABASE_ERROR_CODES, DatabaseError } from './database-error.ts';
import { toDatabaseError } from './to-database-error.ts';

const failure = (facts: object) => Object.assign(new Error('marked-message'), facts);

describe('what a driver throws', () => {
  test.each([
    ['23505', 'UNIQUE_VIOLATION'],
    ['23503', 'FOREIGN_KEY_VIOLATION'],
    ['23514', 'CHECK_VIOLATION'],
    ['57014', 'DATABASE_TIMEOUT'],
    ['55P03', 'DATABASE_TIMEOUT'],
    ['40P01', 'DATABASE_CONFLICT'],
    ['08006', 'DATABASE_UNREACHABLE'],
    ['57P01', 'DATABASE_UNREACHABLE'],
    ['28P01', 'DATABASE_REFUSED'],
    ['3D000', 'DATABASE_REFUSED'],
    ['42P01', 'DATABASE_FAILED'],
    ['XX000', 'DATABASE_FAILED'],
  ])('with SQLSTATE %s becomes %s', (code, expected) => {
    expect(toDatabaseError(failure({ code }))).toMatchObject({ code: expected, sqlState: code });
  });

  test.each([
    ['ECONNREFUSED', 'DATABASE_UNREACHABLE'],
    ['EPIPE', 'DATABASE_UNREACHABLE'],
    ['CONNECT_TIMEOUT', 'DATABASE_UNREACHABLE'],
    ['CONNECTION_ENDED', 'DATABASE_CLOSED'],
    ['ERR_WHATEVER', 'DATABASE_FAILED'],
  ])('with code %s becomes %s, without an SQLSTATE', (code, expected) => {
    const error = toDatabaseError(failure({ code }));
    expect(error.code).toBe(expected);
    expect(error).not.toHaveProperty('sqlState');
  });

  test('keeps the name of the constraint, as either driver calls it', () => {
    expect(toDatabaseError(failure({ code: '23505', constraint_name: 'a' })).constraint).toBe('a');
    expect(toDatabaseError(failure({ code: '23505', constraint: 'b' })).constraint).toBe('b');
  });

  test('is found inside of what drizzle throws, and nothing else is kept', () => {
    const cause = failure({ code: '23505', constraint: 'a', detail: 'marked-detail', query: 'marked-query' });
    const error = toDatabaseError(new DrizzleQueryError('insert marked-sql', ['marked-parameter'], cause));
    expect(error).toMatchObject({ code: 'UNIQUE_VIOLATION', sqlState: '23505', constraint: 'a' });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('marked');
    expect(error).not.toHaveProperty('cause');
  });

  test.each([
    ['nothing', undefined],
    ['a text', 'marked-text'],
    ['an error without a code', new Error('marked-message')],
    ['a code that is no text', failure({ code: 7 })],
  ])('as %s becomes DATABASE_FAILED', (_what, thrown) => {
    const error = toDatabaseError(thrown);
    expect(error.code).toBe('DATABASE_FAILED');
    expect(inspect(error)).not.toContain('marked');
  });
});

test('an endless chain of causes comes to an end', () => {
  const error = new Error('marked');
  error.cause = error;
  expect(toDatabaseError(error).code).toBe('DATABASE_FAILED');
});

test('an error of ours stays what it is', () => {
  const error = new DatabaseError('ROW_MISSING');
  expect(toDatabaseError(error)).toBe(error);
});

test('a sealed value that does not open has a code of its own', () => {
  expect(toDatabaseError(new SealError()).code).toBe('SEALED_VALUE_UNREADABLE');
});

test.each(DATABASE_ERROR_CODES)('%s has a sentence behind it', (code) => {
  expect(new DatabaseError(code).message).toMatch(new RegExp(`^${code}: [A-Z].+\\.$`));
});
