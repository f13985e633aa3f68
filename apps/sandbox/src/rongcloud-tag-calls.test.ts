import { expect, test } from 'vitest';

import { type Reply, RONGCLOUD_HEADERS, type RunningSandbox, runSandbox } from './testing/running-sandbox.ts';

const sendJson = ({ fetch }: RunningSandbox, path: string, body: unknown): Promise<Reply> =>
  fetch(path, {
    method: 'POST',
    headers: { ...RONGCLOUD_HEADERS, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

const tagsOf = async ({ rongcloud }: RunningSandbox, userIds: readonly string[]): Promise<unknown> => {
  const form = userIds.map((userId) => ['userIds', userId]);
  return (await rongcloud('/user/tags/get.json', form)).body;
};

test('set replaces the tags of one user, batch/set those of many, and an empty list takes them away', async () => {
  const sandbox = await runSandbox();
  expect((await sendJson(sandbox, '/user/tag/set.json', { userId: 'u1', tags: ['大叔', 'a'] })).body).toEqual({
    code: 200,
  });
  expect(await tagsOf(sandbox, ['u1', 'u2'])).toEqual({ code: 200, result: { u1: ['大叔', 'a'], u2: [] } });
  await sendJson(sandbox, '/user/tag/batch/set.json', { userIds: ['u1', 'u2'], tags: ['b'] });
  expect(await tagsOf(sandbox, ['u1', 'u2'])).toEqual({ code: 200, result: { u1: ['b'], u2: ['b'] } });
  await sendJson(sandbox, '/user/tag/set.json', { userId: 'u1', tags: [] });
  expect(await tagsOf(sandbox, ['u1'])).toEqual({ code: 200, result: { u1: [] } });
  const { entries } = await sandbox.journal();
  expect(entries.map(({ userIds }) => userIds)).toEqual([
    ['u1'],
    ['u1', 'u2'],
    ['u1', 'u2'],
    ['u1', 'u2'],
    ['u1'],
    ['u1'],
  ]);
});

test.each([
  ['a tag of 41 bytes', '/user/tag/set.json', { userId: 'u1', tags: ['t'.repeat(41)] }, 1005],
  ['21 tags', '/user/tag/set.json', { userId: 'u1', tags: Array.from({ length: 21 }, (_each, at) => `t${at}`) }, 1002],
  ['tags that are a text', '/user/tag/set.json', { userId: 'u1', tags: 'a' }, 1002],
  ['no user', '/user/tag/set.json', { tags: ['a'] }, 1002],
  ['no users', '/user/tag/batch/set.json', { userIds: [], tags: ['a'] }, 1002],
  ['1,001 users', '/user/tag/batch/set.json', { userIds: Array(1_001).fill('u1'), tags: ['a'] }, 1002],
  ['a list in place of an object', '/user/tag/set.json', ['u1'], 1002],
])('%s is refused', async (_what, path, body, code) => {
  expect((await sendJson(await runSandbox(), path, body)).body).toMatchObject({ code });
});

test('a form in place of JSON, and no body at all', async () => {
  const { rongcloud, fetch } = await runSandbox();
  expect((await rongcloud('/user/tag/set.json', { userId: 'u1', tags: 'a' })).body).toMatchObject({ code: 1002 });
  const bare = await fetch('/user/tag/set.json', { method: 'POST', headers: RONGCLOUD_HEADERS });
  expect(bare.body).toMatchObject({ code: 1003 });
});
