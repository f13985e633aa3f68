import { expect, test } from 'vitest';

import { runSandbox } from './testing/running-sandbox.ts';

test('a hosted profile is set, changed, read, listed and cleaned, as JSON in texts', async () => {
  const { rongcloud } = await runSandbox();
  const userProfile = '{"name":"Mei","age":7}';
  await rongcloud('/user/profile/set.json', { userId: 'u1', userProfile, userExtProfile: '' });
  await rongcloud('/user/profile/set.json', { userId: 'u1', userExtProfile: '{"ext_team":"north"}' });
  await rongcloud('/user/profile/set.json', { userId: 'u2', userProfile: '{"name":"Lin"}' });
  const mei = { userId: 'u1', version: 2, userProfile, userExtProfile: '{"ext_team":"north"}' };
  const lin = { userId: 'u2', version: 1, userProfile: '{"name":"Lin"}', userExtProfile: '{}' };

  const read = await rongcloud('/user/profile/batch/query.json', { userId: 'u1,nobody' });
  expect(read.body).toEqual({ code: 200, userList: [mei] });
  expect((await rongcloud('/user/profile/query.json', {})).body).toEqual({ code: 200, userList: [mei, lin] });
  const last = await rongcloud('/user/profile/query.json', { page: '1', size: '1', order: '1' });
  expect(last.body).toEqual({ code: 200, userList: [lin] });

  expect((await rongcloud('/user/profile/clean.json', { userId: 'u1' })).body).toEqual({ code: 200 });
  expect((await rongcloud('/user/profile/query.json', {})).body).toEqual({ code: 200, userList: [lin] });
});

test.each([
  ['neither of the two', { userId: 'u1' }],
  ['no JSON', { userId: 'u1', userProfile: 'name=Mei' }],
  ['a value that is no text', { userId: 'u1', userExtProfile: '{"ext_age":7}' }],
])('a profile with %s is refused', async (_what, form) => {
  const { rongcloud } = await runSandbox();
  expect((await rongcloud('/user/profile/set.json', form)).body).toMatchObject({ code: 1002 });
});
