import { beforeEach, expect, test } from 'vitest';

import { createRetryBudget, type RetryBudget } from './retry-budget.ts';

let nowMs: number;
let budget: RetryBudget;
beforeEach(() => {
  nowMs = 5_000_000;
  budget = createRetryBudget(() => nowMs);
});

const call = (times: number): void => {
  for (let done = 0; done < times; done += 1) budget.called();
};
const taken = (tries: number): number => Array.from({ length: tries }, () => budget.take()).filter(Boolean).length;

test('three repeats are free, however few calls there are', () => {
  call(1);
  expect(taken(10)).toBe(3);
});

test('of many calls a tenth may be repeated', () => {
  call(1_000);
  expect(taken(1_000)).toBe(100);
  call(100);
  expect(taken(1_000)).toBe(10);
});

test('calls and repeats of more than ten seconds ago count no more', () => {
  call(1_000);
  expect(taken(50)).toBe(50);
  nowMs += 9_000;
  expect(taken(1_000)).toBe(50);
  nowMs += 1_000;
  expect(taken(1_000)).toBe(0);
  nowMs += 10_000;
  expect(taken(1_000)).toBe(3);
});
