import { expect, test } from 'vitest';

import { runSandbox } from './testing/running-sandbox.ts';

test('users are muted in direct channels and listed', async () => {
  const { rongcloud } = await runSandbox();
  const set = async (userId: string, state: string): Promise<unknown> =>
    (await rongcloud('/user/chat/fb/set.json', { userId, state, type: 'PERSON' })).body;
  const list = async (form: Record<string, string> = {}): Promise<unknown> =>
    (await rongcloud('/user/chat/fb/querylist.json', { type: 'PERSON', ...form })).body;
  expect(await set('u1,u2', '1')).toEqual({ code: 200 });
  expect(await list()).toEqual({ code: 200, total: 2, users: ['u1', 'u2'] });
  expect(await list({ offset: '1', num: '1' })).toEqual({ code: 200, total: 2, users: ['u2'] });
  expect(await set('u1', '0')).toEqual({ code: 200 });
  expect(await list()).toEqual({ code: 200, total: 1, users: ['u2'] });
  expect(await set('u1', '2')).toMatchObject({ code: 1002 });
  expect((await rongcloud('/user/chat/fb/querylist.json', {})).body).toMatchObject({ code: 1003 });
});
