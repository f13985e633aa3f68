import { expect, test } from 'vitest';

import { ProviderError } from './provider-error.ts';
import { callInBatches, toUserOutcomes } from './user-batches.ts';

const { signal } = new AbortController();
const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `u${index + 1}`);

/** A provider that refuses a whole call for one of its users, and what it was called for. */
const refusing = (refused: string, error = new ProviderError('bad-request')) => {
  const calls: (readonly string[])[] = [];
  const call = (userIds: readonly string[]): Promise<void> => {
    calls.push(userIds);
    return userIds.includes(refused) ? Promise.reject(error) : Promise.resolve();
  };
  return { calls, call };
};

test('one user whom the provider refuses keeps nobody else from being done', async () => {
  const { calls, call } = refusing('u7');
  const outcomes = toUserOutcomes(await callInBatches(ids(20), { maxItems: 20 }, { signal }, call));
  expect(outcomes.map(({ userId }) => userId)).toEqual(ids(20));
  expect(outcomes.filter(({ error }) => error !== undefined).map(({ userId }) => userId)).toEqual(['u7']);
  expect(calls.length).toBeLessThan(12);
  expect(calls.every((userIds) => userIds.length <= 20)).toBe(true);
});

test.each([
  ['says nothing about one user', new ProviderError('failed')],
  ['may have been done all the same', new ProviderError('bad-request', { mayHaveExecuted: true })],
  ['concerns the app', new ProviderError('credentials-refused')],
])('a call that failed by what %s is not made again for some of its users', async (_, error) => {
  const { calls, call } = refusing('u2', error);
  const outcomes = toUserOutcomes(await callInBatches(ids(4), { maxItems: 4 }, { signal }, call));
  expect(outcomes.every((outcome) => outcome.error?.kind === error.kind)).toBe(true);
  expect(calls).toHaveLength(1);
});
