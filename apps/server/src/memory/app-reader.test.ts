import type { Concern } from '@immint/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScriptedHouse } from '../testing/scripted-house.ts';
import { createAppReader } from './app-reader.ts';
import type { AppReader } from './app-reader.ts';
import type { ChangeFeed } from './change-feed.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
beforeAll(async () => {
  house = await openScriptedHouse();
  await house.addApp('cached', 'rongcloud');
  await house.addApp('strict', 'rongcloud', { readMode: 'strict' });
});
afterAll(() => house.close());

/** A reader on the house's apps, with a count of what they were asked. */
function open(): { reader: AppReader; state: { asked: number; change: (concerns: readonly Concern[]) => void } } {
  const state = { asked: 0, change: (_concerns: readonly Concern[]): void => {} };
  const feed: ChangeFeed = {
    sight: () => 'clear',
    databaseNowMs: () => 0,
    watch: (onConcerns) => void (state.change = onConcerns),
    start: () => {},
    stop: async () => {},
  };
  const apps = {
    ...house.services.apps,
    find: (name: string) => {
      state.asked += 1;
      return house.services.apps.find(name);
    },
  };
  return { state, reader: createAppReader(apps, feed, 100_000) };
}

test('an app is looked up once, and again after a change of any', async () => {
  const { reader, state } = open();
  await reader.describe('cached');
  expect((await reader.describe('cached')).record.name).toBe('cached');
  expect(state.asked).toBe(1);
  state.change([{ about: 'user', appId: 1, canonicalUserId: 'u' }]);
  await reader.describe('cached');
  expect(state.asked).toBe(1);
  state.change([{ about: 'app', appId: 1 }]);
  await reader.describe('cached');
  expect(state.asked).toBe(2);
});

test('a strict app is looked up each time, and known to be strict without', async () => {
  const { reader, state } = open();
  expect(await reader.isStrict('strict')).toBe(true);
  expect(await reader.isStrict('strict')).toBe(true);
  expect(state.asked).toBe(1);
  await reader.describe('strict');
  await reader.describe('strict');
  expect(state.asked).toBe(3);
});

test('an app that is not there is refused each time, and is not strict', async () => {
  const { reader, state } = open();
  await expect(reader.describe('nobody')).rejects.toMatchObject({ reason: 'APP_UNKNOWN' });
  expect(await reader.isStrict('nobody')).toBe(false);
  expect(state.asked).toBe(2);
});
