import { expect, test } from 'vitest';
import { DiscardTokensInput } from './discard.ts';

const app = 'rongcloud-demo';

test('what is discarded is named in one of three ways', () => {
  for (const what of [{ userIds: ['u1'] }, { all: true }, { issuedBeforeMs: 0 }]) {
    expect(DiscardTokensInput.safeParse({ app, ...what, dryRun: true }).success).toBe(true);
  }
});

test('none of the three, or two of them, is refused in words', () => {
  for (const what of [{}, { userIds: ['u1'], all: true }, { all: true, issuedBeforeMs: 1 }]) {
    expect(DiscardTokensInput.safeParse({ app, ...what }).error?.issues[0]?.message).toBe(
      'needs userIds, all: true, or issuedBeforeMs, and only one of them',
    );
  }
});

test('all is true or left out: nothing is discarded by a mistake of a flag', () => {
  for (const all of [false, 'true', 1]) expect(DiscardTokensInput.safeParse({ app, all }).success).toBe(false);
});

test('an instant that no clock can show is refused', () => {
  for (const issuedBeforeMs of [-1, 1.5, 1e16]) {
    expect(DiscardTokensInput.safeParse({ app, issuedBeforeMs }).success).toBe(false);
  }
});
