import { expect, test } from 'vitest';

import { type RunningSandbox, runSandbox } from './testing/running-sandbox.ts';

const RONGCLOUD = { provider: 'rongcloud', appKey: 'sandbox-rongcloud' } as const;

const register = async ({ rongcloud }: RunningSandbox, userId: string): Promise<void> => {
  await rongcloud('/user/getToken.json', { userId, name: `name of ${userId}`, portraitUri: 'http://x/1' });
};

test('checkOnline tells in a text what the control surface decided, and a ban ends the connection', async () => {
  const sandbox = await runSandbox();
  const status = async (userId: string): Promise<unknown> =>
    Object((await sandbox.rongcloud('/user/checkOnline.json', { userId })).body).status;
  await register(sandbox, 'u1');
  expect([await status('u1'), await status('nobody')]).toEqual(['0', '0']);
  const { body } = await sandbox.control('POST', '/online', { ...RONGCLOUD, userId: 'u1', online: true });
  expect(body).toEqual({ userId: 'u1', online: true });
  expect(await status('u1')).toBe('1');
  await sandbox.rongcloud('/user/block.json', { userId: 'u1', minute: '1' });
  expect(await status('u1')).toBe('0');
  await sandbox.control('POST', '/clock', { advanceMs: 60_000 });
  expect(await status('u1')).toBe('0');
});

test('nobody is put online who could not log in', async () => {
  const sandbox = await runSandbox();
  const go = async (userId: string, online: boolean): Promise<unknown> => {
    const { status, body } = await sandbox.control('POST', '/online', { ...RONGCLOUD, userId, online });
    return [status, Object(body).error];
  };
  expect(await go('nobody', true)).toEqual([400, expect.stringContaining('first token')]);
  await register(sandbox, 'u1');
  await sandbox.rongcloud('/user/block.json', { userId: 'u1', minute: '1' });
  expect(await go('u1', true)).toEqual([409, expect.stringContaining('banned')]);
  expect(await go('u1', false)).toEqual([200, undefined]);
  await sandbox.rongcloud('/user/unblock.json', { userId: 'u1' });
  await sandbox.rongcloud('/user/deactivate.json', { userId: 'u1' });
  expect(await go('u1', true)).toEqual([409, expect.stringContaining('deactivated')]);
});

test('query lists all users a page at a time, by registration, either way', async () => {
  let nowMs = Date.UTC(2026, 10, 22);
  const sandbox = await runSandbox({ now: () => nowMs });
  for (const userId of ['u1', 'u2', 'u3']) {
    await register(sandbox, userId);
    nowMs += 1_000;
  }
  const idsOf = async (form: Record<string, string>): Promise<unknown> => {
    const { body } = await sandbox.rongcloud('/user/query.json', form);
    return [Object(body).total, Object(body).users.map(({ userId }: { userId: string }) => userId)];
  };
  expect(await idsOf({})).toEqual([3, ['u1', 'u2', 'u3']]);
  expect(await idsOf({ page: '2', pageSize: '2' })).toEqual([3, ['u3']]);
  expect(await idsOf({ order: '1', pageSize: '1' })).toEqual([3, ['u3']]);
  const { body } = await sandbox.rongcloud('/user/query.json', { pageSize: '1' });
  expect(Object(body).users).toEqual([
    { userId: 'u1', userName: 'name of u1', userPortrait: 'http://x/1', regTime: '2026-11-22 08:00:00' },
  ]);
});

test('a deleted user is gone with tokens and everything else, and can register anew', async () => {
  const sandbox = await runSandbox();
  const { body } = await sandbox.rongcloud('/user/getToken.json', { userId: 'u1', name: 'n' });
  const token = String(Object(body).token);
  await sandbox.rongcloud('/user/blacklist/add.json', { userId: 'u1', blackUserId: 'u2' });
  expect((await sandbox.rongcloud('/user/delusers.json', { userId: 'u1,nobody' })).body).toEqual({ code: 200 });
  expect(await sandbox.connect('rongcloud', RONGCLOUD.appKey, token)).toEqual({ ok: false, reason: 'invalid' });
  expect((await sandbox.rongcloud('/user/info.json', { userId: 'u1' })).body).toMatchObject({ code: 1002 });
  await register(sandbox, 'u1');
  expect((await sandbox.rongcloud('/user/blacklist/query.json', { userId: 'u1' })).body).toMatchObject({ users: [] });
  expect(await sandbox.connect('rongcloud', RONGCLOUD.appKey, token)).toEqual({ ok: false, reason: 'invalid' });
});
