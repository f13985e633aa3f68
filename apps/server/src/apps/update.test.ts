import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScriptedHouse } from '../testing/scripted-house.ts';
import { obtainToken } from '../tokens/obtain.ts';
import { addApp } from './add.ts';
import { updateApp } from './update.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
beforeAll(async () => {
  house = await openScriptedHouse();
});
afterAll(() => house.close());

const settings = SETTINGS_BY_PROVIDER.rongcloud.parse({});
const add = (app: string) =>
  addApp(house.call, {
    app,
    provider: 'rongcloud',
    appKey: `key-of-${app}`,
    secret: 'made-up-secret',
    baseUrl: 'https://one.example',
    settings,
  });
const secretOf = async (app: string) => {
  const record = await house.services.apps.find(app);
  return record === undefined ? undefined : (await house.services.apps.readSecret(record)).reveal();
};

test('one setting changes and the others stay', async () => {
  await add('settings');
  const updated = await updateApp(house.call, { app: 'settings', settings: { userIdCharset: 'legacy' } });
  expect(updated.settings).toEqual({ ...settings, userIdCharset: 'legacy' });
});

test('a setting of another provider, or of nobody, is refused and nothing changes', async () => {
  await add('strict');
  await expect(updateApp(house.call, { app: 'strict', settings: { autoCreateUser: true } })).rejects.toMatchObject({
    reason: 'INPUT_INVALID',
  });
  await expect(updateApp(house.call, { app: 'strict', clientId: 'x' })).rejects.toMatchObject({
    reason: 'INPUT_INVALID',
  });
  await expect(updateApp(house.call, { app: 'strict', appKey: 'org#app' })).rejects.toMatchObject({
    reason: 'INPUT_INVALID',
  });
});

test('a secret alone corrects a mistyped one and keeps the tokens', async () => {
  await add('mistyped');
  await obtainToken(house.call, { app: 'mistyped', userId: 'u1' });
  const updated = await updateApp(house.call, { app: 'mistyped', secret: 'made-up-right' });
  expect(updated).toMatchObject({ tokens: 1, secretEpoch: 1 });
  expect(await secretOf('mistyped')).toBe('made-up-right');
  expect(await obtainToken(house.call, { app: 'mistyped', userId: 'u1' })).toMatchObject({ source: 'stored' });
});

test('another App Key drops the stored tokens, after saying how many and being told to', async () => {
  await add('moved');
  await obtainToken(house.call, { app: 'moved', userId: 'u1' });
  await obtainToken(house.call, { app: 'moved', userId: 'u2' });
  const change = { app: 'moved', appKey: 'another-key' };
  await expect(updateApp(house.call, change)).rejects.toMatchObject({
    reason: 'APP_CHANGE_DROPS_TOKENS',
    message: expect.stringContaining('2 stored tokens'),
  });
  expect(await updateApp(house.call, { ...change, dropTokens: true })).toMatchObject({
    tokens: 0,
    appKey: 'another-key',
  });
  expect(await obtainToken(house.call, { app: 'moved', userId: 'u1' })).toMatchObject({ source: 'issued' });
});

test('another place needs the secret again: a stored one is never sent where it was not entered for', async () => {
  await add('place');
  const change = { app: 'place', baseUrl: 'https://attacker.example' };
  await expect(updateApp(house.call, change)).rejects.toMatchObject({ reason: 'INPUT_INVALID' });
  expect(await house.services.apps.find('place')).toMatchObject({ baseUrl: 'https://one.example' });
  expect(await updateApp(house.call, { ...change, secret: 'made-up-other' })).toMatchObject({
    baseUrl: 'https://attacker.example',
  });
});

test('an App Key that another app has is refused by name, in update and in add', async () => {
  await add('first');
  await add('second');
  await expect(updateApp(house.call, { app: 'second', appKey: 'key-of-first' })).rejects.toMatchObject({
    reason: 'APP_KEY_TAKEN',
  });
  await expect(add('first')).rejects.toMatchObject({ reason: 'APP_NAME_TAKEN' });
});

test('an app that is not there cannot be changed', async () => {
  await expect(updateApp(house.call, { app: 'nowhere' })).rejects.toMatchObject({ reason: 'APP_UNKNOWN' });
});
