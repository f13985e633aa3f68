import { expect, test } from 'vitest';

import { runSandbox } from './testing/running-sandbox.ts';

test.each([
  ['blacklist', 'blackUserId'],
  ['whitelist', 'whiteUserId'],
])('the %s keeps whom %s names, each once, in the order in which they came', async (list, parameter) => {
  const { rongcloud } = await runSandbox();
  const users = async (): Promise<unknown> => (await rongcloud(`/user/${list}/query.json`, { userId: 'u1' })).body;
  const change = async (verb: string, ids: readonly string[]): Promise<unknown> => {
    const form = [['userId', 'u1'], ...ids.map((id) => [parameter, id])];
    return (await rongcloud(`/user/${list}/${verb}.json`, form)).body;
  };
  expect(await users()).toEqual({ code: 200, users: [] });
  expect(await change('add', ['u3', 'u2'])).toEqual({ code: 200 });
  expect(await change('add', ['u2', 'u4'])).toEqual({ code: 200 });
  expect(await users()).toEqual({ code: 200, users: ['u3', 'u2', 'u4'] });
  expect(await change('remove', ['u2', 'nobody'])).toEqual({ code: 200 });
  expect(await users()).toEqual({ code: 200, users: ['u3', 'u4'] });
  const [twenty, oneMore] = [20, 21].map((count) => Array.from({ length: count }, (_each, at) => `v${at}`));
  expect(await change('add', twenty ?? [])).toEqual({ code: 200 });
  expect(await change('add', oneMore ?? [])).toMatchObject({ code: 1002 });
  expect(await change('add', [])).toMatchObject({ code: 1002, errorMessage: `${parameter} is required.` });
});

test('the two lists are kept apart, and so are users', async () => {
  const { rongcloud } = await runSandbox();
  await rongcloud('/user/blacklist/add.json', { userId: 'u1', blackUserId: 'u2' });
  await rongcloud('/user/whitelist/add.json', { userId: 'u1', whiteUserId: 'u3,u4' });
  expect((await rongcloud('/user/blacklist/query.json', { userId: 'u1' })).body).toMatchObject({ users: ['u2'] });
  expect((await rongcloud('/user/whitelist/query.json', { userId: 'u1' })).body).toMatchObject({ users: ['u3', 'u4'] });
  expect((await rongcloud('/user/blacklist/query.json', { userId: 'u2' })).body).toMatchObject({ users: [] });
});
