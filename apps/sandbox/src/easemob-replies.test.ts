import { EASEMOB_PATHS } from '@immint/contracts/easemob';
import { describe, expect, test } from 'vitest';

import { EASEMOB_CALLS } from './easemob-calls.ts';
import { type EasemobClient, refusal, runEasemob } from './testing/easemob-client.ts';

// What follows has the fields, and only those, that doc.easemob.com prints: document/server-side/account_system.html,
// push.html, userprofile.html and error.html, edition of October 2024.

const UUID = expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
const moment = { timestamp: expect.any(Number), duration: 0 };
const app = { application: UUID, organization: 'sandbox-org', applicationName: 'sandbox-app' };
const entity = (username: string, more: object = {}): object => ({
  uuid: UUID,
  type: 'user',
  created: expect.any(Number),
  modified: expect.any(Number),
  username,
  activated: true,
  ...more,
});
const uri = ({ sandbox }: EasemobClient, path: string): string => `${sandbox.url}/sandbox-org/sandbox-app${path}`;
const bodyOf = async (reply: Promise<{ status: number; body: unknown }>): Promise<unknown> => {
  const { status, body } = await reply;
  expect(status).toBe(200);
  return body;
};

test('every call of the client has a row here', () => {
  const served = EASEMOB_CALLS.map(({ path }) => path);
  expect(served).toEqual(expect.arrayContaining(Object.values(EASEMOB_PATHS)));
});

describe('the printed answers, field for field', () => {
  test('registering one user, as an object or as a list of one', async () => {
    const easemob = await runEasemob();
    const printed = (username: string): object => ({
      action: 'post',
      ...app,
      path: '/users',
      uri: uri(easemob, '/users'),
      entities: [entity(username)],
      ...moment,
    });
    const fields = { username: 'user1', password: '123', nickname: 'testuser' };
    expect(await bodyOf(easemob.send('POST', '/users', fields))).toEqual(printed('user1'));
    expect(await bodyOf(easemob.register('user2'))).toEqual(printed('user2'));
  });

  test('registering two users, and a third that exists', async () => {
    const easemob = await runEasemob();
    const printed = (usernames: string[], data: object[]): object => ({
      action: 'post',
      ...app,
      path: '/users',
      uri: uri(easemob, '/users'),
      entities: usernames.map((username) => entity(username)),
      ...moment,
      data,
    });
    expect(await bodyOf(easemob.register('user3', 'user4'))).toEqual(printed(['user3', 'user4'], []));
    expect(await bodyOf(easemob.register('user1', 'user2', 'user3'))).toEqual(
      printed(['user1', 'user2'], [{ username: 'user3', registerUserFailReason: 'the user3 already exists' }]),
    );
  });

  test('one user, with the nickname once there is one', async () => {
    const easemob = await runEasemob();
    await easemob.send('POST', '/users', { username: 'user1', password: '123', nickname: 'testuser' });
    expect(await bodyOf(easemob.send('GET', '/users/user1'))).toEqual({
      action: 'get',
      path: '/users',
      uri: uri(easemob, '/users/user1'),
      entities: [entity('user1', { nickname: 'testuser' })],
      ...moment,
      count: 1,
    });
  });

  test('two pages of users, the last without a cursor', async () => {
    const easemob = await runEasemob();
    await easemob.register('user1', 'user2', 'user3');
    const first = await bodyOf(easemob.send('GET', '/users?limit=2'));
    expect(first).toEqual({
      action: 'get',
      params: { limit: ['2'] },
      path: '/users',
      uri: uri(easemob, '/users'),
      entities: [entity('user1'), entity('user2')],
      ...moment,
      cursor: expect.stringMatching(/^[\w-]+$/),
      count: 2,
    });
    const cursor = String(Object(first).cursor);
    expect(await bodyOf(easemob.send('GET', `/users?limit=2&cursor=${cursor}`))).toEqual({
      action: 'get',
      params: { limit: ['2'], cursor: [cursor] },
      path: '/users',
      uri: uri(easemob, '/users'),
      entities: [entity('user3')],
      ...moment,
      count: 1,
    });
  });

  test('deleting one user, whose address is that of all', async () => {
    const easemob = await runEasemob();
    await easemob.register('user1');
    expect(await bodyOf(easemob.send('DELETE', '/users/user1'))).toEqual({
      action: 'delete',
      ...app,
      path: '/users',
      uri: uri(easemob, '/users'),
      entities: [entity('user1')],
      ...moment,
    });
  });

  test('deleting the two oldest', async () => {
    const easemob = await runEasemob();
    await easemob.register('user2', 'user3', 'user1');
    expect(await bodyOf(easemob.send('DELETE', '/users?limit=2'))).toEqual({
      action: 'delete',
      ...app,
      params: { limit: ['2'] },
      path: '/users',
      uri: uri(easemob, '/users'),
      entities: [entity('user2'), entity('user3')],
      ...moment,
      cursor: expect.any(String),
    });
  });

  test('a new password, and a lifted ban', async () => {
    const easemob = await runEasemob();
    await easemob.register('user1');
    const changed = easemob.send('PUT', '/users/user1/password', { newpassword: 'made-up-1' });
    expect(await bodyOf(changed)).toEqual({ action: 'set user password', ...moment });
    const activated = easemob.send('POST', '/users/user1/activate');
    expect(await bodyOf(activated)).toEqual({ action: 'activate user', ...moment });
  });

  test('a ban', async () => {
    const easemob = await runEasemob();
    await easemob.register('user1');
    expect(await bodyOf(easemob.send('POST', '/users/user1/deactivate'))).toEqual({
      action: 'Deactivate user',
      entities: [entity('user1', { activated: false })],
      ...moment,
    });
  });

  test('a nickname for push notifications, and how they are shown', async () => {
    const easemob = await runEasemob();
    await easemob.register('user1');
    const printed = (more: object): object => ({
      action: 'put',
      ...app,
      path: '/users',
      uri: uri(easemob, '/users/user1'),
      entities: [entity('user1', more)],
      ...moment,
    });
    const named = easemob.send('PUT', '/users/user1', { nickname: 'testuser' });
    expect(await bodyOf(named)).toEqual(printed({ nickname: 'testuser' }));
    const shown = easemob.send('PUT', '/users/user1', { notification_display_style: 1 });
    expect(await bodyOf(shown)).toEqual(printed({ nickname: 'testuser', notification_display_style: 1 }));
  });

  test('who is online: one user, many, and a forced logout', async () => {
    const easemob = await runEasemob();
    await easemob.register('user1', 'user2');
    await easemob.setOnline('user1');
    const printed = (path: string, data: object): object => ({
      action: 'get',
      uri: uri(easemob, path),
      entities: [],
      data,
      ...moment,
      count: 0,
    });
    const online = await bodyOf(easemob.send('GET', '/users/user1/status'));
    expect(online).toEqual(printed('/users/user1/status', { user1: 'online' }));
    const many = await bodyOf(easemob.send('POST', '/users/batch/status', { usernames: ['user1', 'user2', 'who'] }));
    const data = [{ user1: 'online' }, { user2: 'offline' }, { who: 'offline' }];
    expect(many).toEqual({ action: 'get batch user status', data, ...moment });
    const loggedOut = await bodyOf(easemob.send('GET', '/users/user1/disconnect'));
    expect(loggedOut).toEqual(printed('/users/user1/disconnect', { result: true }));
    const offline = await bodyOf(easemob.send('GET', '/users/user1/status'));
    expect(offline).toEqual(printed('/users/user1/status', { user1: 'offline' }));
  });

  test('the devices of a user, and one of them logged out', async () => {
    const easemob = await runEasemob();
    await easemob.register('user1');
    await easemob.setOnline('user1');
    const devices = await bodyOf(easemob.send('GET', '/users/user1/resources'));
    expect(devices).toEqual({
      path: '/users/user1/resources',
      uri: uri(easemob, '/users/user1/resources'),
      ...app,
      entities: [],
      action: 'get',
      data: [
        {
          res: expect.stringMatching(/^android_\d+$/),
          device_uuid: expect.any(String),
          device_name: expect.any(String),
        },
      ],
      ...moment,
    });
    const { res } = Object(devices).data[0];
    const printed = {
      uri: uri(easemob, ''),
      ...app,
      entities: [],
      action: 'delete',
      data: { result: true },
      ...moment,
    };
    const logOut = (device: string): Promise<unknown> =>
      bodyOf(easemob.send('DELETE', `/users/user1/disconnect/${device}`));
    expect(await logOut('ios_1')).toEqual(printed);
    expect((await easemob.send('GET', '/users/user1/resources')).body).toMatchObject({ data: [{ res }] });
    expect(await logOut(res)).toEqual(printed);
    expect(await bodyOf(easemob.send('GET', '/users/user1/resources'))).toMatchObject({ data: [] });
  });

  test('a mute, and what is left of it 4 seconds later', async () => {
    let nowMs = 1_631_609_827_000;
    const easemob = await runEasemob({ now: () => nowMs });
    await easemob.register('zs1');
    const printed = (action: string, data: object): object => ({
      path: '/mutes',
      uri: uri(easemob, '/mutes'),
      ...app,
      action,
      data,
      ...moment,
    });
    const mute = { username: 'zs1', chat: 100, groupchat: -1 };
    expect(await bodyOf(easemob.send('POST', '/mutes', mute))).toEqual(printed('post', { result: 'ok' }));
    nowMs += 4_000;
    const left = {
      userid: 'sandbox-org#sandbox-app_zs1',
      chat: 96,
      groupchat: -1,
      chatroom: 0,
      unixtime: 1_631_609_831,
    };
    expect(await bodyOf(easemob.send('GET', '/mutes/zs1'))).toEqual(printed('get', left));
    const all = {
      data: [
        { username: 'zs1', groupchat: -1 },
        { username: 'zs1', chat: 96 },
      ],
      unixtime: 1_631_609_831,
    };
    expect(await bodyOf(easemob.send('GET', '/mutes'))).toEqual(printed('get', all));
    const second = { ...all, data: all.data.slice(1) };
    expect(await bodyOf(easemob.send('GET', '/mutes?pageNum=2&pageSize=1'))).toEqual(printed('get', second));
    await easemob.send('POST', '/mutes', { username: 'zs1', groupchat: 0 });
    nowMs += 96_000;
    expect(await bodyOf(easemob.send('GET', '/mutes/zs1'))).toMatchObject({ data: { chat: 0, groupchat: 0 } });
  });

  test('user attributes: set by form, read one by one and together', async () => {
    const easemob = await runEasemob();
    await easemob.register('user1', 'user2');
    const form = 'avatarurl=https%3A%2F%2Fexample.com%2Fa.png&ext=a+b&nickname=nickname';
    const data = { avatarurl: 'https://example.com/a.png', ext: 'a b', nickname: 'nickname' };
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(await bodyOf(easemob.send('PUT', '/metadata/user/user1', form, headers))).toEqual({ data, ...moment });
    expect(await bodyOf(easemob.send('GET', '/metadata/user/User1'))).toEqual({ data, ...moment });
    expect(await bodyOf(easemob.send('GET', '/metadata/user/nobody'))).toEqual({ data: {}, ...moment });
    const ask = { properties: ['ext', 'phone'], targets: ['user1', 'user2'] };
    const many = await bodyOf(easemob.send('POST', '/metadata/user/get', ask));
    expect(many).toEqual({ data: { user1: { ext: 'a b' }, user2: {} }, ...moment });
    const bytes = Object.entries(data).flat().join('').length;
    expect(await bodyOf(easemob.send('GET', '/metadata/user/capacity'))).toEqual({ data: bytes, ...moment });
    for (const username of ['user1', 'nobody']) {
      expect(await bodyOf(easemob.send('DELETE', `/metadata/user/${username}`))).toEqual({ data: true, ...moment });
    }
    expect(await bodyOf(easemob.send('GET', '/metadata/user/user1'))).toEqual({ data: {}, ...moment });
  });

  test('an unknown user in the path', async () => {
    const easemob = await runEasemob();
    const { status, body } = await easemob.send('DELETE', '/users/nobody/disconnect/android_123423453246');
    expect([status, body]).toEqual([
      404,
      {
        error: 'service_resource_not_found',
        exception: 'UserNotFoundException',
        timestamp: expect.any(Number),
        duration: 0,
        error_description: 'Service resource not found',
      },
    ]);
  });
});

describe('pages of users', () => {
  const names = (body: unknown): string[] =>
    Object(body).entities.map(({ username }: { username: string }) => username);
  const many = Array.from({ length: 12 }, (_each, at) => `user${at}`);

  test('hold 10 unless told otherwise, at most 100, and come in the order of creation', async () => {
    const { send, register } = await runEasemob();
    await register(...many);
    expect(names((await send('GET', '/users')).body)).toEqual(many.slice(0, 10));
    expect(names((await send('GET', '/users?limit=500')).body)).toEqual(many);
    expect((await send('GET', '/users?limit=12')).body).not.toHaveProperty('cursor');
  });

  test.each(['limit=0', 'limit=-1', 'limit=x', 'cursor=x'])('are refused for %s', async (query) => {
    const { send } = await runEasemob();
    expect(await send('GET', `/users?${query}`)).toEqual(
      refusal(400, 'illegal_argument', 'this is an invalid request.'),
    );
  });

  test('go on where they were, although the user that a cursor names was deleted', async () => {
    let nowMs = 1_000;
    const { send, register } = await runEasemob({ now: () => nowMs });
    for (const username of ['a1', 'a2', 'a3', 'a4']) {
      nowMs += 1;
      await register(username);
    }
    const { body } = await send('GET', '/users?limit=2');
    await send('DELETE', '/users/a3');
    const next = await send('GET', `/users?limit=2&cursor=${Object(body).cursor}`);
    expect(names(next.body)).toEqual(['a4']);
  });

  test('deleted one after the other by their cursors leave nobody', async () => {
    const { send, register } = await runEasemob();
    await register(...many);
    const { body } = await send('DELETE', '/users?limit=7');
    const rest = await send('DELETE', `/users?limit=7&cursor=${Object(body).cursor}`);
    expect(names(rest.body)).toEqual(many.slice(7));
    expect(rest.body).not.toHaveProperty('cursor');
    expect((await send('GET', '/users')).body).toMatchObject({ entities: [], count: 0 });
  });
});

test('a deleted user’s tokens are not good for the next one of that name', async () => {
  const { send, issue, judge } = await runEasemob();
  const old = await issue('user1');
  await send('DELETE', '/users/user1');
  expect(await judge(old)).toEqual({ ok: false, reason: 'invalid' });
  const fresh = await issue('user1');
  expect([await judge(old), await judge(fresh)]).toEqual([
    { ok: false, reason: 'invalid' },
    { ok: true, userId: 'user1' },
  ]);
});

describe('user attributes', () => {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };

  test.each([
    ['a nickname of 65 characters', `nickname=${'n'.repeat(65)}`],
    ['more than 2 KB in all', `ext=${'x'.repeat(2_049)}`],
  ])('%s are 403', async (_what, form) => {
    const { send, register } = await runEasemob();
    await register('user1');
    const reply = await send('PUT', '/metadata/user/user1', form, headers);
    expect(reply).toEqual(refusal(403, 'FORBIDDEN', /^size of metadata for this single user exceeds/));
  });

  test('are switched off by a setting, with 403', async () => {
    const { send } = await runEasemob({}, { userAttributes: false });
    const text = 'sandbox-org#sandbox-app user metadata service not allow';
    expect(await send('GET', '/metadata/user/user1')).toEqual(refusal(403, 'FORBIDDEN', text));
  });

  test('of 101 users at once are refused', async () => {
    const { send } = await runEasemob();
    const targets = Array.from({ length: 101 }, (_each, at) => `user${at}`);
    const reply = await send('POST', '/metadata/user/get', { targets, properties: ['ext'] });
    expect(reply).toEqual(refusal(400, 'BAD_REQUEST', 'exceed allowed batch size 100'));
  });

  test('need a form: JSON is 415', async () => {
    const { send, register } = await runEasemob();
    await register('user1');
    expect(await send('PUT', '/metadata/user/user1', { ext: 'x' })).toEqual(refusal(415, 'web_application'));
  });
});

describe('mutes', () => {
  test.each([-2, 1.5, '60', 2_147_483_648])('of %j seconds are refused', async (chat) => {
    const { send, register } = await runEasemob();
    await register('user1');
    expect(await send('POST', '/mutes', { username: 'user1', chat })).toEqual(refusal(400, 'illegal_argument'));
  });
});
