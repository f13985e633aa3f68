import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHouse } from './house.ts';
import type { House } from './house.ts';

const APP = 'em';
const APP_KEY = 'sandbox-org#sandbox-app';

let house: House;
beforeAll(async () => {
  house = await openHouse({ withApps: true });
  await house.call('app.update', { app: APP, settings: { tokenMode: 'dynamic' } });
});
afterAll(() => house.close());

const callsAbout = async (userId: string) =>
  (await house.sandbox.control.journal())
    .filter(({ userIds }) => userIds.includes(userId))
    .map(({ path, status }) => `${path} ${status}`);

test('the mode can be given on the command line', async () => {
  const updated = await house.run(['app', 'update', APP, '--token-mode', 'dynamic', '--json']);
  expect(JSON.parse(updated.stdout)).toMatchObject({ settings: { tokenMode: 'dynamic' } });
});

test('the first dynamic token makes the user and is taken at login; later ones are stored, then signed without a call', async () => {
  const first = await house.call('token.obtain', { app: APP, userId: 'dyn1', ttlSeconds: 3_600 });
  expect(first.data).toMatchObject({ source: 'issued', generation: 1, lifetime: 'known' });
  expect(await house.sandbox.control.connect('easemob', APP_KEY, String(first.data['token']))).toEqual({
    ok: true,
    userId: 'dyn1',
  });
  expect(await callsAbout('dyn1')).toEqual(['/sandbox-org/sandbox-app/users 200']);

  expect((await house.call('token.obtain', { app: APP, userId: 'dyn1' })).data).toMatchObject({ source: 'stored' });
  const fresh = await house.call('token.obtain', { app: APP, userId: 'dyn1', fresh: true });
  expect(fresh.data).toMatchObject({ source: 'issued', generation: 2 });
  expect(await house.sandbox.control.connect('easemob', APP_KEY, String(fresh.data['token']))).toMatchObject({
    ok: true,
  });
  expect(await callsAbout('dyn1')).toHaveLength(1);
});

test('a user who exists is not made again, and one who must not be made is not', async () => {
  expect((await house.run(['user', 'register', APP, 'dyn2'])).code).toBe(0);
  expect((await house.call('token.obtain', { app: APP, userId: 'dyn2' })).data).toMatchObject({ source: 'issued' });
  expect(await callsAbout('dyn2')).toEqual([
    '/sandbox-org/sandbox-app/users 200',
    '/sandbox-org/sandbox-app/users 400',
  ]);

  expect((await house.run(['app', 'update', APP, '--no-dynamic-token-ensures-user'])).code).toBe(0);
  const unmade = await house.call('token.obtain', { app: APP, userId: 'dyn3' });
  expect(unmade.data).toMatchObject({ source: 'issued' });
  expect(await callsAbout('dyn3')).toEqual([]);
  expect(await house.sandbox.control.connect('easemob', APP_KEY, String(unmade.data['token']))).toMatchObject({
    ok: false,
  });
});
