import { expect, test } from 'vitest';
import { takeReplacement } from './replacement-allowance.ts';

const open = { takeReplacement: async () => 0 };
const NOW_MS = 1_760_000_000_000;

test('a token that was never replaced is replaced at once', async () => {
  await expect(takeReplacement(open, 1, { replacedAtMs: null, replacements: 0 }, NOW_MS)).resolves.toBeUndefined();
});

test.each([
  [1, 2_000],
  [2, 4_000],
  [5, 32_000],
  [6, 60_000],
  [40, 60_000],
])('after %i replacements in a row the next one is %i ms later', async (replacements, intervalMs) => {
  const replacedAtMs = NOW_MS - intervalMs;
  await expect(takeReplacement(open, 1, { replacedAtMs, replacements }, NOW_MS)).resolves.toBeUndefined();
  await expect(takeReplacement(open, 1, { replacedAtMs, replacements }, NOW_MS - 1)).rejects.toMatchObject({
    reason: 'FRESH_TOO_SOON',
    retryAfterMs: 1,
  });
});

test('after ten quiet minutes it begins anew', async () => {
  const quiet = { replacedAtMs: NOW_MS - 600_001, replacements: 40 };
  await expect(takeReplacement(open, 1, quiet, NOW_MS)).resolves.toBeUndefined();
});

test('an app whose allowance is used up says when there is more, and a user who may not asks for none', async () => {
  let asked = 0;
  const usedUp = {
    takeReplacement: async () => {
      asked += 1;
      return 70;
    },
  };
  await expect(takeReplacement(usedUp, 1, { replacedAtMs: null, replacements: 0 }, NOW_MS)).rejects.toMatchObject({
    retryAfterMs: 70,
  });
  await expect(takeReplacement(usedUp, 1, { replacedAtMs: NOW_MS, replacements: 1 }, NOW_MS)).rejects.toMatchObject({
    retryAfterMs: 2_000,
  });
  expect(asked).toBe(1);
});
