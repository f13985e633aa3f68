import { describe, expect, test } from 'vitest';
import { ListTokensInput, ObtainTokenInput, Token, UserId } from './token.ts';

const asked = { app: 'demo', userId: 'u7Qk29' };

describe('a user id', () => {
  test.each(['u', 'jlk456j5', 'Alice.B-1_x', '张三', 'a'.repeat(64)])('%j is well-formed', (userId) => {
    expect(UserId.parse(userId)).toBe(userId);
  });

  test.each([
    ['empty', ''],
    ['65 bytes', 'a'.repeat(65)],
    ['66 bytes in 22 characters', '三'.repeat(22)],
    ['a lone surrogate', 'a\uD800'],
    ['NUL', 'a\u0000b'],
    ['a line break', 'a\nb'],
  ])('%s is refused', (_what, userId) => {
    expect(UserId.safeParse(userId).success).toBe(false);
  });
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
