import { NexconnIssueTokenReply } from '@immint/contracts/nexconn';
import { describe, expect, test } from 'vitest';

import { type RunningSandbox, runSandbox } from './testing/running-sandbox.ts';

const issue = async ({ nexconn }: RunningSandbox, userId: string): Promise<string> => {
  const { body } = await nexconn('/v4/auth/access-token/issue', { userId, name: 'n' });
  return NexconnIssueTokenReply.parse(body).result.accessToken;
};

const bodyOf = async ({ nexconn }: RunningSandbox, path: string, fields: object): Promise<unknown> =>
  (await nexconn(path, fields)).body;

describe('soft-delete', () => {
  const operated = { code: 0, result: { operationId: expect.stringMatching(/^[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}$/) } };

  test('ends tokens, keeps new ones away until restore, and is listed', async () => {
    const sandbox = await runSandbox();
    const token = await issue(sandbox, 'u1');
    await issue(sandbox, 'u2');
    expect(await bodyOf(sandbox, '/v4/user/soft-delete', { userIds: ['u1'] })).toEqual(operated);
    expect(await sandbox.connect('nexconn', 'sandbox-nexconn', token)).toEqual({ ok: false, reason: 'revoked' });
    const refused = await sandbox.nexconn('/v4/auth/access-token/issue', { userId: 'u1', name: 'n' });
    expect([refused.status, refused.body]).toMatchObject([400, { code: 1002 }]);
    const list = { code: 0, result: { userIds: ['u1'] } };
    expect(await bodyOf(sandbox, '/v4/user/soft-deleted/list', {})).toEqual(list);
    expect(await bodyOf(sandbox, '/v4/user/restore', { userIds: ['u1', 'u2'] })).toEqual(operated);
    expect(await bodyOf(sandbox, '/v4/user/soft-deleted/list', { page: 1, pageSize: 50 })).toMatchObject({
      result: { userIds: [] },
    });
    const again = await issue(sandbox, 'u1');
    expect(await sandbox.connect('nexconn', 'sandbox-nexconn', again)).toEqual({ ok: true, userId: 'u1' });
  });

  test('the rate of restore counts users, 100 a second', async () => {
    const sandbox = await runSandbox({ monotonicNow: () => 0 });
    await issue(sandbox, 'u1');
    const restore = async (count: number): Promise<number> =>
      (await sandbox.nexconn('/v4/user/restore', { userIds: Array(count).fill('u1') })).status;
    expect([await restore(99), await restore(2), await restore(1), await restore(1)]).toEqual([200, 429, 200, 429]);
  });
});

test('the block list is paged by a token, either way round', async () => {
  const sandbox = await runSandbox();
  const blocked = ['a', 'b', 'c'];
  await bodyOf(sandbox, '/v4/user/blocklist/add', { userId: 'u1', targetUserIds: blocked });
  const page = async (fields: object): Promise<{ pageToken: string; blockedUserIds: string[] }> =>
    Object(await bodyOf(sandbox, '/v4/user/blocklist/get', { userId: 'u1', ...fields })).result;
  expect(await page({})).toEqual({ pageToken: '', blockedUserIds: blocked });
  const first = await page({ pageSize: 2 });
  expect(first).toEqual({ pageToken: expect.stringMatching(/./), blockedUserIds: ['a', 'b'] });
  expect(await page({ pageSize: 2, pageToken: first.pageToken })).toEqual({ pageToken: '', blockedUserIds: ['c'] });
  expect(await page({ pageSize: 1, order: 1 })).toMatchObject({ blockedUserIds: ['c'] });
  expect(await bodyOf(sandbox, '/v4/user/blocklist/get', { userId: 'u1', pageToken: 'x' })).toMatchObject({
    code: 1002,
  });
});

test('tags are replaced and read for many users at once, 10 calls a second', async () => {
  const sandbox = await runSandbox({ monotonicNow: () => 0 });
  const set = (tags: unknown): Promise<unknown> =>
    bodyOf(sandbox, '/v4/user/tag/batch/set', { userIds: ['u1', 'u2'], tags });
  expect(await set(['a', '大叔'])).toEqual({ code: 0 });
  expect(await bodyOf(sandbox, '/v4/user/tag/batch/get', { userIds: ['u1', 'u3'] })).toEqual({
    code: 0,
    result: {
      users: [
        { userId: 'u1', tags: ['a', '大叔'] },
        { userId: 'u3', tags: [] },
      ],
    },
  });
  expect(await set(['t'.repeat(41)])).toMatchObject({ code: 1005 });
  for (let calls = 2; calls < 10; calls += 1) await set([]);
  expect(await set([])).toMatchObject({ code: 1008 });
});

test('a hosted profile is set, changed, read, listed and deleted', async () => {
  const sandbox = await runSandbox();
  const set = (fields: object): Promise<unknown> =>
    bodyOf(sandbox, '/v4/user/profile/set', { userId: 'u1', ...fields });
  expect(await set({ userProfile: { name: 'Mei', age: 7 } })).toEqual({ code: 0 });
  expect(await set({ userProfile: { age: 8 }, userExtProfile: { ext_team: 'north' } })).toEqual({ code: 0 });
  const mei = {
    userId: 'u1',
    version: 2,
    userProfile: { name: 'Mei', age: 8 },
    userExtProfile: { ext_team: 'north' },
  };
  const found = { code: 0, result: { users: [mei] } };
  expect(await bodyOf(sandbox, '/v4/user/profile/batch/get', { userIds: ['u1', 'nobody'] })).toEqual(found);
  expect(await bodyOf(sandbox, '/v4/user/profile/list', {})).toEqual(found);
  for (const wrong of [{}, { userProfile: 'Mei' }, { userExtProfile: { ext_age: 7 } }]) {
    expect(await set(wrong)).toMatchObject({ code: 1002 });
  }
  expect(await bodyOf(sandbox, '/v4/user/profile/delete', { userIds: ['u1'] })).toEqual({ code: 0 });
  expect(await bodyOf(sandbox, '/v4/user/profile/list', {})).toEqual({ code: 0, result: { users: [] } });
});

test('users are muted in types of channels and listed by type', async () => {
  const sandbox = await runSandbox();
  const set = (muteState: unknown, channelTypes: unknown, userIds = ['u1', 'u2']): Promise<unknown> =>
    bodyOf(sandbox, '/v4/channel-type/mute/set', { userIds, muteState, channelTypes });
  const muted = async (channelType: string, fields: object = {}): Promise<unknown> =>
    Object(await bodyOf(sandbox, '/v4/channel-type/mute/list', { channelType, ...fields })).result;
  expect(await set(1, ['PERSON', 'GROUP'])).toEqual({ code: 0 });
  expect(await set(0, ['PERSON'], ['u1'])).toEqual({ code: 0 });
  expect(await muted('PERSON')).toEqual({ totalCount: 1, mutedUserIds: ['u2'] });
  expect(await muted('GROUP', { offset: 1, pageSize: 1 })).toEqual({ totalCount: 2, mutedUserIds: ['u2'] });
  expect(await set(2, ['PERSON'])).toMatchObject({ code: 1002 });
  expect(await set(1, [])).toMatchObject({ code: 1002 });
});
