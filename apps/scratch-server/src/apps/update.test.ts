import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { Secret } from '@immint/secrets';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

test('a secret that the provider refreshed drops the tokens that the refresh ended, for whoever says so', async () => {
  await add('refreshed');
  await obtainToken(house.call, { app: 'refreshed', userId: 'u1' });
  const change = { app: 'refreshed', secret: 'made-up-refreshed', dropTokens: true };
  expect(await updateApp(house.call, change)).toMatchObject({ tokens: 0, secretEpoch: 2 });
  expect(await obtainToken(house.call, { app: 'refreshed', userId: 'u1' })).toMatchObject({ source: 'issued' });
});

test('agreeing to a drop that no change asks for drops nothing', async () => {
  await add('agreed');
  await obtainToken(house.call, { app: 'agreed', userId: 'u1' });
  const change = { app: 'agreed', settings: { userIdCharset: 'legacy' }, dropTokens: true };
  expect(await updateApp(house.call, change)).toMatchObject({ tokens: 1, secretEpoch: 1 });
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

describe('a stored secret is never sent where it was not entered for', () => {
  const OWN = { baseUrl: 'https://one.example', backupBaseUrl: 'https://one-b.example' };

  const addAt = async (app: string, place: object, changes: object = {}) => {
    await addApp(house.call, {
      app,
      provider: 'rongcloud',
      appKey: `key-of-${app}`,
      secret: 'made-up-secret',
      settings: SETTINGS_BY_PROVIDER.rongcloud.parse(changes),
      ...place,
    });
    return house.services.apps.find(app);
  };

  test.each([
    ['another base URL', OWN, { baseUrl: 'https://attacker.example' }],
    ['another base URL beside the old backup', OWN, { ...OWN, baseUrl: 'https://attacker.example' }],
    ['another backup', OWN, { ...OWN, backupBaseUrl: 'https://attacker.example' }],
    ['a first backup', { baseUrl: OWN.baseUrl }, OWN],
    ['another port', OWN, { baseUrl: 'https://one.example:8443' }],
    ['another port on this machine', { baseUrl: 'http://127.0.0.1:7790' }, { baseUrl: 'http://127.0.0.1:7791' }],
    ['another name of this machine', { baseUrl: 'http://127.0.0.1:7790' }, { baseUrl: 'http://localhost:7790' }],
    ['a data centre', OWN, { dataCenter: 'beijing' }],
    ['another data centre', { dataCenter: 'beijing' }, { dataCenter: 'singapore' }],
    ['a host in place of a data centre', { dataCenter: 'beijing' }, { baseUrl: 'https://attacker.example' }],
    [
      'a backup of one’s own beside the data centre’s host',
      { dataCenter: 'beijing' },
      { baseUrl: 'https://api.rong-api.com', backupBaseUrl: 'https://attacker.example' },
    ],
    [
      'the same host over plain http, once that is allowed',
      OWN,
      { baseUrl: 'http://one.example', settings: { allowPlainHttp: true } },
    ],
    [
      'an address inside, once that is allowed',
      OWN,
      { baseUrl: 'https://10.0.0.1', settings: { allowPrivateAddresses: true } },
    ],
  ])('%s needs it again', async (what, place, change) => {
    const app = `again-${what.replaceAll(/[^a-z]+/g, '-')}`.slice(0, 40);
    const before = await addAt(app, place);
    await expect(updateApp(house.call, { app, ...change })).rejects.toMatchObject({
      reason: 'INPUT_INVALID',
      message: expect.stringContaining('give the secret again'),
    });
    expect(await house.services.apps.find(app)).toEqual(before);
    const { settings: _settings, ...wanted } = { settings: {}, ...change };
    expect(await updateApp(house.call, { app, ...change, secret: 'made-up-other' })).toMatchObject(wanted);
    expect(await secretOf(app)).toBe('made-up-other');
  });

  test('a smaller place does not need it, and keeps it', async () => {
    await addAt('smaller', OWN);
    expect(await updateApp(house.call, { app: 'smaller', baseUrl: OWN.baseUrl })).toMatchObject({
      baseUrl: OWN.baseUrl,
      backupBaseUrl: null,
    });
    expect(await secretOf('smaller')).toBe('made-up-secret');
  });

  test('the same data centre leads elsewhere when a later version knows it by other hosts: then it needs it', async () => {
    const record = await addAt('preset', { dataCenter: 'beijing' });
    // As an earlier version with another table would have stored it.
    const earlier = { baseUrl: 'https://earlier.example', dataCenter: 'beijing' };
    await house.services.apps.update(
      record?.id ?? 0,
      { place: earlier, secret: Secret.of('made-up-earlier') },
      { dropTokens: false, expectedUpdatedAtMs: record?.updatedAtMs ?? 0 },
      { actor: 'tests', action: 'app.update' },
    );
    expect(await updateApp(house.call, { app: 'preset', settings: { userIdCharset: 'legacy' } })).toMatchObject({
      ...earlier,
      backupBaseUrl: null,
    });
    await expect(updateApp(house.call, { app: 'preset', dataCenter: 'beijing' })).rejects.toMatchObject({
      message: expect.stringContaining('give the secret again'),
    });
    expect(await house.services.apps.find('preset')).toMatchObject(earlier);
  });

  test('Easemob’s second domain is another host: turning it on needs it, turning it off does not', async () => {
    await addApp(house.call, {
      app: 'second-domain',
      provider: 'easemob',
      appKey: 'made-up-org#second-domain',
      clientId: 'made-up-id',
      secret: 'made-up-secret',
      dataCenter: 'china-1',
      settings: SETTINGS_BY_PROVIDER.easemob.parse({}),
    });
    const turned = (useSecondDomain: boolean) => ({ app: 'second-domain', settings: { useSecondDomain } });
    await expect(updateApp(house.call, turned(true))).rejects.toMatchObject({
      message: expect.stringContaining('give the secret again'),
    });
    expect(await house.services.apps.find('second-domain')).not.toHaveProperty('backupBaseUrl');
    expect(await updateApp(house.call, { ...turned(true), secret: 'made-up-secret' })).toMatchObject({
      baseUrl: 'https://a1.easemob.com',
      backupBaseUrl: 'https://a1.easecdn.com',
      dataCenter: 'china-1',
    });
    expect(await updateApp(house.call, turned(false))).toMatchObject({
      baseUrl: 'https://a1.easemob.com',
      backupBaseUrl: null,
      dataCenter: 'china-1',
    });
    expect(await secretOf('second-domain')).toBe('made-up-secret');
  });

  test('a setting that a place depends on cannot be taken back while the place needs it', async () => {
    await addAt('plain', { baseUrl: 'http://one.example' }, { allowPlainHttp: true });
    await expect(updateApp(house.call, { app: 'plain', settings: { allowPlainHttp: false } })).rejects.toMatchObject({
      message: expect.stringContaining('The base URL must be https'),
    });
    await addAt(
      'inside',
      { baseUrl: 'https://one.example', backupBaseUrl: 'https://10.0.0.1' },
      { allowPrivateAddresses: true },
    );
    const closed = { allowPrivateAddresses: false };
    await expect(updateApp(house.call, { app: 'inside', settings: closed })).rejects.toMatchObject({
      message: expect.stringContaining('The backup base URL must not be a private address'),
    });
  });

  test('of two changes at once the second is refused, so that none mixes the secret of one with the place of the other', async () => {
    await addAt('raced', OWN);
    const outcomes = await Promise.allSettled([
      updateApp(house.call, { app: 'raced', secret: 'made-up-for-two', baseUrl: 'https://two.example' }),
      updateApp(house.call, { app: 'raced', secret: 'made-up-for-one' }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { baseUrl } = (await house.services.apps.find('raced')) ?? {};
    expect(await secretOf('raced')).toBe(baseUrl === 'https://two.example' ? 'made-up-for-two' : 'made-up-for-one');
  });

  test('another backup alone keeps the tokens: it is the same account', async () => {
    await addAt('backup', OWN);
    await obtainToken(house.call, { app: 'backup', userId: 'u1' });
    const change = { ...OWN, backupBaseUrl: 'https://one-c.example', secret: 'made-up-secret' };
    expect(await updateApp(house.call, { app: 'backup', ...change })).toMatchObject({ tokens: 1, secretEpoch: 1 });
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
