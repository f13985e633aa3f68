import { describe, expect, test } from 'vitest';

import { EASEMOB_APP_KEY } from './testing/running-sandbox.ts';
import { refusal, runEasemob } from './testing/easemob-client.ts';

const USER = { username: 'u1', password: 'made-up' };
const TWO = [USER, { username: 'u2', password: 'made-up' }];

describe('open registration', () => {
  test('lets one user in without a token, but no batch', async () => {
    const { sandbox } = await runEasemob({}, { openRegistration: true });
    expect((await sandbox.easemob('/users', USER)).status).toBe(200);
    const needsToken = refusal(401, 'unauthorized', /^Open registration/);
    expect(await sandbox.easemob('/users', TWO)).toEqual(needsToken);
  });

  test('is off unless the account says otherwise', async () => {
    const { sandbox } = await runEasemob();
    expect((await sandbox.easemob('/users', USER)).status).toBe(401);
  });
});

test('a token of another app is illegal here', async () => {
  const { send, sandbox } = await runEasemob();
  await sandbox.control('POST', '/apps', { provider: 'easemob', appKey: 'o#a', secret: 's', clientId: 'c' });
  const other = await sandbox.fetch('/o/a/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', client_id: 'c', client_secret: 's' }),
  });
  const headers = { Authorization: `Bearer ${Object(other.body).access_token}` };
  expect(await send('POST', '/users', USER, headers)).toEqual(refusal(401, 'unauthorized', 'token is illegal.'));
});

test('up to 60 users are made at once, and not one of 61', async () => {
  const { register, send } = await runEasemob();
  const names = Array.from({ length: 61 }, (_each, at) => `u${at}`);
  const text = 'Request body array size[61] had almost reached or been greater than the upper range value[60]';
  expect(await register(...names)).toEqual(refusal(400, 'illegal_argument', text));
  expect((await send('GET', '/users')).body).toMatchObject({ count: 0 });
  expect((await register(...names.slice(1))).body).toMatchObject({ data: [] });
  expect((await send('GET', '/users?limit=100')).body).toMatchObject({ count: 60 });
});

test('a batch with one illegal name makes nobody, and names it in brackets', async () => {
  const { register, send } = await runEasemob();
  const reply = await register('u1', 'a b');
  expect(reply).toEqual(refusal(400, 'illegal_argument', 'username [a b] is not legal'));
  expect((await send('GET', '/users')).body).toMatchObject({ count: 0 });
});

test('the journal names the users of every call: of the path, of a list, of a batch', async () => {
  const { register, send, sandbox } = await runEasemob();
  await register('u1', 'u2');
  await send('PUT', '/users/u1/password', { newpassword: 'made-up-2' });
  await send('POST', '/users/batch/status', { usernames: ['u1', 'u3'] });
  await send('POST', '/metadata/user/get', { targets: ['u2'], properties: [] });
  await send('GET', '/mutes/u2');
  const { entries } = await sandbox.journal();
  const named = entries.filter(({ appKey, path }) => appKey === EASEMOB_APP_KEY && !path.endsWith('/token'));
  expect(named.map(({ method, userIds }) => [method, userIds])).toEqual([
    ['POST', ['u1', 'u2']],
    ['PUT', ['u1']],
    ['POST', ['u1', 'u3']],
    ['POST', ['u2']],
    ['GET', ['u2']],
  ]);
});
