import { expect, test } from 'vitest';
import { ReportTokenInput } from './report.ts';

const about = { app: 'easemob-demo', userId: 'jlk456j5' };

test('a report carries the token or its fingerprint', () => {
  expect(ReportTokenInput.parse({ ...about, token: 'YWMt…' })).toEqual({ ...about, token: 'YWMt…' });
  expect(ReportTokenInput.parse({ ...about, fingerprint: 'fp_1', providerCode: 108 })).toEqual({
    ...about,
    fingerprint: 'fp_1',
    providerCode: 108,
  });
});

test('a report with neither of them, or with both, is refused in words', () => {
  for (const input of [about, { ...about, token: 'a', fingerprint: 'fp_1' }]) {
    expect(ReportTokenInput.safeParse(input).error?.issues[0]?.message).toBe(
      'needs the token or its fingerprint, and not both',
    );
  }
});

test('codes are whole numbers, and may be negative', () => {
  const codeOf = (providerCode: unknown) =>
    ReportTokenInput.safeParse({ ...about, fingerprint: 'f', providerCode }).success;
  expect([-1, 0, 31_004].map(codeOf)).toEqual([true, true, true]);
  expect([1.5, '31004', Number.NaN, 1e9].map(codeOf)).toEqual([false, false, false, false]);
});
