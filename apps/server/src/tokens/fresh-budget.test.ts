import { expect, test } from 'vitest';
import { createFreshBudget, refuseTooSoon } from './fresh-budget.ts';

test('an app may replace a hundred tokens in ten seconds, and is then told when the next may come', () => {
  let nowMs = 0;
  const budget = createFreshBudget(() => nowMs);
  for (let taken = 0; taken < 100; taken += 1) budget.take(1);
  nowMs = 4_000;
  expect(() => budget.take(1)).toThrow(expect.objectContaining({ reason: 'FRESH_TOO_SOON', retryAfterMs: 6_000 }));
  expect(() => budget.take(2)).not.toThrow();
  nowMs = 10_000;
  expect(() => budget.take(1)).not.toThrow();
});

test('one user’s token is replaced at most every two seconds', () => {
  expect(() => refuseTooSoon(null, 5_000)).not.toThrow();
  expect(() => refuseTooSoon(3_000, 5_000)).not.toThrow();
  expect(() => refuseTooSoon(3_001, 5_000)).toThrow(
    expect.objectContaining({ reason: 'FRESH_TOO_SOON', retryAfterMs: 1 }),
  );
});
