import { expect, test } from 'vitest';
import { skewOf } from './find-clock.ts';

test.each([
  ['within the second of the answer', 10_000, 10_400, 10_500, 0],
  ['at any moment of an answer that took its time', 10_000, 9_900, 14_000, 0],
  ['in the second before the question, whose end may be after it', 10_000, 10_999, 11_100, 0],
  ['a second and more before the question', 10_000, 11_050, 11_100, -51],
  ['after the answer', 10_000, 9_000, 9_700, 300],
])('a clock that shows a time %s', (_when, serverDateMs, askedAtMs, answeredAtMs, skewMs) => {
  expect(skewOf(serverDateMs, askedAtMs, answeredAtMs)).toBe(skewMs);
});
