import { describe, expect, test } from 'vitest';
import { ListTokensInput, ObtainTokenInput, Token, UserId } from './token.ts';

const asked = { app: 'demo', userId: 'u7Qk29' };

test('a user id is any text here: what a provider takes of it is that provider’s rule', () => {
  for (const userId of ['u', 'Alice.B-1_x', '张三', 'a'.repeat(65), 'a\uD800', 'a\u0000b']) {
    expect(UserId.safeParse(userId).success).toBe(true);
  }
  expect(UserId.safeParse('').success).toBe(false);
  expect(UserId.safeParse('a'.repeat(1025)).success).toBe(false);
});

describe('the input of token.obtain', () => {
  test('needs an app and a user id, and nothing else', () => {
    expect(ObtainTokenInput.parse(asked)).toEqual(asked);
  });

  test.each([
    ['an unknown field', { ...asked, user_id: 'x' }],
    ['a prototype', JSON.parse('{"app":"demo","userId":"u","__proto__":{"fresh":true}}')],
    ['a negative lifetime', { ...asked, ttlSeconds: -1 }],
    ['half a second of life', { ...asked, ttlSeconds: 0.5 }],
    ['a lifetime as text', { ...asked, ttlSeconds: '600' }],
    ['more than ten years of life', { ...asked, ttlSeconds: 315_360_001 }],
    ['fresh as text', { ...asked, fresh: 'true' }],
    ['an app name in upper case', { ...asked, app: 'Demo' }],
    ['an empty password', { ...asked, password: '' }],
    ['no object', 'demo'],
  ])('refuses %s', (_what, input) => {
    expect(ObtainTokenInput.safeParse(input).success).toBe(false);
  });
});

test('the pages of token.list have a hundred rows unless told otherwise, and at most five hundred', () => {
  expect(ListTokensInput.parse({ app: 'demo' }).limit).toBe(100);
  expect(ListTokensInput.safeParse({ app: 'demo', limit: 501 }).success).toBe(false);
});

test.each(['a\u0000b', 'a\ud83d', 'a'.repeat(1025), ''])('a cursor that no user id can be is refused: %j', (cursor) => {
  expect(ListTokensInput.safeParse({ app: 'demo', cursor }).success).toBe(false);
});

test('a password is counted in characters, as the provider counts it', () => {
  expect(ObtainTokenInput.safeParse({ ...asked, password: '🔑'.repeat(64) }).success).toBe(true);
  expect(ObtainTokenInput.safeParse({ ...asked, password: '🔑'.repeat(65) }).success).toBe(false);
});

test('a token whose lifetime is unknown has no end, and says so with null', () => {
  const token = {
    app: 'demo',
    provider: 'rongcloud',
    userId: 'u',
    token: 'sfd9823ihufi',
    fingerprint: 'fp_x',
    source: 'issued',
    generation: 1,
    issuedAtMs: 1_760_000_000_000,
    lifetime: 'unknown',
    expiresAtMs: null,
  };
  expect(Token.parse(token)).toEqual(token);
  expect(Token.safeParse({ ...token, expiresAtMs: undefined }).success).toBe(false);
});
