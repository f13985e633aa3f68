import type { Concern, KeyRecord } from '@immint/db';
import { expect, test } from 'vitest';
import type { ChangeFeed } from './change-feed.ts';
import { createKeyReader } from './key-reader.ts';

const KEY: KeyRecord = {
  id: 'k',
  kind: 'token',
  label: 'x',
  apps: ['rc'],
  secretHash: new Uint8Array(32),
  lastFour: 'abcd',
  createdAtMs: 0,
  createdBy: 'tests',
  revokedAtMs: null,
};

/** A reader on a store that holds one key, with a count of what it was asked. */
function open() {
  const state = { asked: 0, nowMs: 0, change: (_concerns: readonly Concern[]): void => {} };
  const keys = {
    find: async (id: string) => {
      state.asked += 1;
      return id === KEY.id ? KEY : undefined;
    },
  };
  const feed: ChangeFeed = {
    sight: () => 'clear',
    databaseNowMs: () => 0,
    watch: (onConcerns) => void (state.change = onConcerns),
    start: () => {},
    stop: async () => {},
  };
  return { state, reader: createKeyReader(keys, feed, { maxBytes: 100_000, monotonicMs: () => state.nowMs }) };
}

test('a key is looked up once', async () => {
  const { reader, state } = open();
  expect([await reader.find('k'), await reader.find('k')]).toEqual([KEY, KEY]);
  state.nowMs += 3_600_000;
  await reader.find('k');
  expect(state.asked).toBe(1);
});

test('that there is no key of an id is remembered for five seconds', async () => {
  const { reader, state } = open();
  for (const atMs of [0, 1, 4_999]) {
    state.nowMs = atMs;
    expect(await reader.find('unknown')).toBeUndefined();
  }
  expect(state.asked).toBe(1);
  state.nowMs = 5_000;
  await reader.find('unknown');
  expect(state.asked).toBe(2);
});

test.each<[string, Concern, number]>([
  ['the key', { about: 'key', keyId: 'k' }, 2],
  ['another key', { about: 'key', keyId: 'l' }, 1],
  ['an app, which it may name', { about: 'app', appId: 1 }, 2],
  ['anything', { about: 'everything' }, 2],
  ['a user', { about: 'user', appId: 1, canonicalUserId: 'u' }, 1],
])('after a change of %s', async (_what, concern, asked) => {
  const { reader, state } = open();
  await reader.find('k');
  state.change([concern]);
  await reader.find('k');
  expect(state.asked).toBe(asked);
});
