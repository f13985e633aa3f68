import { expect, it } from 'vitest';
import { renderDuration } from './duration.ts';

it.each([
  [0, '1 s'],
  [12_400, '12 s'],
  [60_000, '1 min'],
  [90_000, '1 min 30 s'],
  [6_010_000, '1 h 40 min'],
  [3_601_000, '1 h 1 s'],
])('%i ms are %s', (ms, text) => {
  expect(renderDuration(ms)).toBe(text);
});
