import type { ActivityStore, NewActivity } from '@immint/db';
import { ProviderError } from '@immint/providers';
import { expect, test, vi } from 'vitest';
import { openLog } from '../log.ts';
import { createActivity } from './activity.ts';

/** Activity on a store that only remembers, with a clock and a second that pass when the test says so. */
function watch() {
  const added: (readonly NewActivity[])[] = [];
  const lines: string[] = [];
  const sleepers: (() => void)[] = [];
  const clock = { ms: 0 };
  const store = { add: vi.fn<ActivityStore['add']>(async (activity) => void added.push(activity)) };
  const activity = createActivity({
    store,
    monotonicMs: () => clock.ms,
    sleep: () => new Promise((resolve) => sleepers.push(resolve)),
    log: openLog({ write: (line) => void lines.push(line) }, 'info'),
  });
  return {
    activity,
    added,
    clock,
    lines,
    sleepers,
    store,
    passSecond: async () => {
      for (const wake of sleepers.splice(0)) wake();
      await vi.waitFor(() => expect(sleepers.length + added.length + lines.length).toBeGreaterThan(0));
    },
  };
}

test('a thousand notes of a second are one statement, and a quiet second is none', async () => {
  const { activity, added, sleepers, passSecond } = watch();
  for (let call = 0; call < 1_000; call += 1) activity.handedOut(call % 2);
  activity.reported(1);
  expect(sleepers).toHaveLength(1);
  await passSecond();
  expect(added).toEqual([
    [
      { appId: 0, counts: { handedOut: 500, issued: 0, failed: 0, reported: 0 }, succeededMsAgo: null, failure: null },
      { appId: 1, counts: { handedOut: 500, issued: 0, failed: 0, reported: 1 }, succeededMsAgo: null, failure: null },
    ],
  ]);
  expect(sleepers).toHaveLength(0);
  await activity.flush();
  expect(added).toHaveLength(1);
});

test('success and failure are told by how long ago they were, the failure in the words that callers read', async () => {
  const { activity, added, clock } = watch();
  activity.issued(7);
  clock.ms = 300;
  activity.failed(7, new ProviderError('failed'));
  clock.ms = 800;
  await activity.flush();
  expect(added[0]?.[0]).toMatchObject({
    counts: { issued: 1, failed: 1 },
    succeededMsAgo: 800,
    failure: { kind: 'failed', reason: 'PROVIDER_FAILED', msAgo: 500, isMinor: false },
  });
});

test('what was held back here does not hide why, until the provider gave a token', async () => {
  const { activity, added, clock } = watch();
  activity.failed(7, new ProviderError('unreachable'));
  clock.ms = 10;
  activity.failed(7, new ProviderError('circuit-open'));
  await activity.flush();
  expect(added[0]?.[0]?.failure).toMatchObject({ kind: 'unreachable', msAgo: 10 });
  activity.failed(7, new ProviderError('unreachable'));
  activity.issued(7);
  clock.ms = 20;
  activity.failed(7, new ProviderError('user-banned'));
  await activity.flush();
  expect(added[1]?.[0]?.failure).toMatchObject({ kind: 'user-banned', msAgo: 0 });
});

test('what the database did not take is added with the next, and it is said once a second', async () => {
  const { activity, added, clock, lines, store, passSecond } = watch();
  store.add.mockRejectedValueOnce(new Error('the database is away'));
  activity.issued(7);
  activity.failed(7, new ProviderError('failed'));
  clock.ms = 1_000;
  await passSecond();
  await vi.waitFor(() => expect(lines.join('')).toContain('activity.not-added'));
  activity.issued(7);
  activity.failed(7, new ProviderError('circuit-open'));
  clock.ms = 1_500;
  await activity.flush();
  expect(added).toHaveLength(1);
  expect(added[0]?.[0]).toMatchObject({
    counts: { issued: 2, failed: 2 },
    succeededMsAgo: 500,
    failure: { kind: 'circuit-open' },
  });
});

test('whoever asks for a flush waits for the one that is under way', async () => {
  const { activity, added, store } = watch();
  let finish = () => {};
  store.add.mockImplementationOnce(
    (first) =>
      new Promise<void>((resolve) => {
        finish = () => {
          added.push(first);
          resolve();
        };
      }),
  );
  activity.issued(1);
  const first = activity.flush();
  activity.issued(2);
  const second = activity.flush();
  await vi.waitFor(() => expect(store.add).toHaveBeenCalledOnce());
  finish();
  await Promise.all([first, second]);
  expect(added.flat().map(({ appId }) => appId)).toEqual([1, 2]);
});
