import { expect, test } from 'vitest';
import { parseTimeoutMs, withinDeadline } from './deadline.ts';

test('without the header a caller waits ten seconds', () => {
  expect(parseTimeoutMs(undefined)).toBe(10_000);
});

test.each([
  ['1', 1],
  ['250', 250],
  ['60000', 60_000],
])('Immint-Timeout-Ms: %s', (header, expected) => {
  expect(parseTimeoutMs(header)).toBe(expected);
});

test.each(['', '0', '60001', '-1', '1.5', '1e3', ' 10', '10,20', 'soon'])(
  'Immint-Timeout-Ms: %j is refused by name',
  (header) => {
    expect(() => parseTimeoutMs(header)).toThrow(/Immint-Timeout-Ms/);
  },
);

test('work that is ready in time is answered', async () => {
  await expect(withinDeadline(60_000, Promise.resolve('token'))).resolves.toBe('token');
});

test('work that fails in time fails as it did', async () => {
  await expect(withinDeadline(60_000, Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

test('when the time is over the caller is told, and the work may fail later without harm', async () => {
  const { promise, reject } = Promise.withResolvers<string>();
  await expect(withinDeadline(1, promise)).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
  reject(new Error('too late'));
  await new Promise(setImmediate);
});
