import { describe, expect, test } from 'vitest';
import { RevokeTokensInput, UnbarUsersInput } from './revoke.ts';
import { RegisterUsersInput, UpdateUserInput } from './user.ts';

describe('a revoke', () => {
  test('names its users, or all of the app, and never both or neither', () => {
    for (const input of [RevokeTokensInput, UnbarUsersInput]) {
      expect(input.safeParse({ app: 'rc', userIds: ['u1'] }).success).toBe(true);
      expect(input.safeParse({ app: 'rc', all: true }).success).toBe(true);
      for (const wrong of [{ userIds: ['u1'], all: true }, {}, { all: false }]) {
        expect(input.safeParse({ app: 'rc', ...wrong }).success).toBe(false);
      }
    }
  });

  test.each([[[]], [Array.from({ length: 501 }, (_, index) => `u${index}`)]])('takes 1 to 500 users', (userIds) => {
    expect(RevokeTokensInput.safeParse({ app: 'rc', userIds }).success).toBe(false);
  });

  test('takes no instant: nobody can type one', () => {
    expect(RevokeTokensInput.safeParse({ app: 'rc', userIds: ['u1'], revokedBeforeMs: 1 }).success).toBe(false);
  });
});

test('a profile changes in something', () => {
  expect(UpdateUserInput.safeParse({ app: 'rc', userId: 'u1' }).success).toBe(false);
  expect(UpdateUserInput.safeParse({ app: 'rc', userId: 'u1', name: 'Mei Lin' }).success).toBe(true);
});

test('sixty new users with everything that they may have fit into a body', () => {
  const user = (index: number) => ({
    userId: `${index}`.padEnd(64, 'a'),
    password: 'p'.repeat(64),
    nickname: '名'.repeat(100),
  });
  const input = { app: 'a'.repeat(63), users: Array.from({ length: 60 }, (_, index) => user(index)) };
  expect(RegisterUsersInput.safeParse(input).success).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(input))).toBeLessThan(64 * 1024);
});
