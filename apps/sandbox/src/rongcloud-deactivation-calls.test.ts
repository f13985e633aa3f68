import { RongCloudIssueTokenReply } from '@immint/contracts/rongcloud';
import { expect, test } from 'vitest';

import { freshHeaders, type RunningSandbox, runSandbox } from './testing/running-sandbox.ts';

const issue = async ({ rongcloud }: RunningSandbox, userId: string): Promise<string> => {
  const { body } = await rongcloud('/user/getToken.json', { userId, name: 'n' });
  return RongCloudIssueTokenReply.parse(body).token;
};

const judge = ({ connect }: RunningSandbox, token: string): Promise<unknown> =>
  connect('rongcloud', 'sandbox-rongcloud', token);

const operated = { code: 200, operateId: expect.stringMatching(/^[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}$/) };

test('deactivation ends tokens and connection, and the user gets no new token until reactivated', async () => {
  const sandbox = await runSandbox({ now: () => Date.UTC(2026, 10, 22) });
  const token = await issue(sandbox, 'u1');
  const other = await issue(sandbox, 'u2');
  const online = { provider: 'rongcloud', appKey: 'sandbox-rongcloud', userId: 'u1', online: true };
  await sandbox.control('POST', '/online', online);

  expect((await sandbox.rongcloud('/user/deactivate.json', { userId: 'u1' })).body).toEqual(operated);
  expect([await judge(sandbox, token), await judge(sandbox, other)]).toEqual([
    { ok: false, reason: 'revoked' },
    { ok: true, userId: 'u2' },
  ]);
  expect((await sandbox.rongcloud('/user/checkOnline.json', { userId: 'u1' })).body).toEqual({
    code: 200,
    status: '0',
  });
  const refused = await sandbox.rongcloud('/user/getToken.json', { userId: 'u1', name: 'n' });
  expect([refused.status, refused.body]).toMatchObject([
    400,
    { code: 1002, errorMessage: expect.stringContaining('deactivated') },
  ]);

  expect((await sandbox.rongcloud('/user/reactivate.json', { userId: 'u1' })).body).toEqual(operated);
  expect(await judge(sandbox, token)).toEqual({ ok: false, reason: 'revoked' });
  expect(await judge(sandbox, await issue(sandbox, 'u1'))).toEqual({ ok: true, userId: 'u1' });
});

test('the older activate is the same call, from the same rate', async () => {
  const sandbox = await runSandbox({ monotonicNow: () => 0 });
  await issue(sandbox, 'u1');
  await sandbox.rongcloud('/user/deactivate.json', { userId: 'u1' });
  expect((await sandbox.rongcloud('/user/activate.json', { userId: 'u1' })).body).toEqual(operated);
  await issue(sandbox, 'u1');
  await sandbox.control('POST', '/limits', { provider: 'rongcloud', path: '/user/reactivate.json', perSecond: 1 });
  expect((await sandbox.rongcloud('/user/activate.json', { userId: 'u1' })).status).toBe(429);
});

test('the list is paged from 1, by 50 at most, through a double slash too', async () => {
  const sandbox = await runSandbox();
  const userIds = ['u1', 'u2', 'u3'];
  for (const userId of userIds) await issue(sandbox, userId);
  await sandbox.rongcloud('/user/deactivate.json', { userId: userIds.join(',') });
  const list = async (form: Record<string, string>): Promise<unknown> =>
    (await sandbox.rongcloud('//user/deactivate/query.json', form)).body;
  expect(await list({})).toEqual({ code: 200, users: userIds });
  expect(await list({ pageNo: '2', pageSize: '2' })).toEqual({ code: 200, users: ['u3'] });
  expect(await list({ pageNo: '0', pageSize: '51' })).toEqual({ code: 200, users: userIds });
  expect(await list({ pageNo: 'x' })).toMatchObject({ code: 1002 });
});

test('the rate of reactivation counts users: 100 a second, however they are spread over calls', async () => {
  let nowMs = 0;
  const sandbox = await runSandbox({ monotonicNow: () => nowMs });
  await issue(sandbox, 'u1');
  const reactivate = async (count: number): Promise<number> => {
    const userId = Array.from({ length: count }, () => 'u1').join(',');
    return (await sandbox.rongcloud('/user/reactivate.json', { userId })).status;
  };
  expect([await reactivate(60), await reactivate(41), await reactivate(40), await reactivate(1)]).toEqual([
    200, 429, 200, 429,
  ]);
  nowMs = 1_000;
  expect([await reactivate(101), await reactivate(1)]).toEqual([400, 429]);
  nowMs = 2_000;
  expect(await reactivate(100)).toBe(200);
  const { entries } = await sandbox.journal();
  expect(entries.filter(({ overLimit }) => overLimit)).toHaveLength(3);
});

test('strict lets nobody be reactivated within an hour, by the sandbox clock', async () => {
  const sandbox = await runSandbox({ profile: 'strict' });
  let advancedMs = 0;
  const send = async (path: string, form: Record<string, string>): Promise<number> => {
    const headers = freshHeaders('sandbox-rongcloud', 'sandbox-rongcloud-secret', Date.now() + advancedMs);
    return (await sandbox.rongcloud(path, form, headers)).status;
  };
  await send('/user/getToken.json', { userId: 'u1', name: 'n' });
  await send('/user/deactivate.json', { userId: 'u1' });
  expect(await send('/user/reactivate.json', { userId: 'u1' })).toBe(400);
  advancedMs = 3_600_000;
  await sandbox.control('POST', '/clock', { advanceMs: advancedMs });
  expect(await send('/user/reactivate.json', { userId: 'u1' })).toBe(200);
});

test('strict refuses a page of more than 50 in place of cutting it', async () => {
  const sandbox = await runSandbox({ profile: 'strict' });
  const list = async (pageSize: string): Promise<unknown> => {
    const headers = freshHeaders('sandbox-rongcloud', 'sandbox-rongcloud-secret');
    return (await sandbox.rongcloud('/user/deactivate/query.json', { pageSize }, headers)).body;
  };
  expect(await list('50')).toEqual({ code: 200, users: [] });
  expect(await list('51')).toMatchObject({ code: 1002 });
});

test('a user who never got a token cannot be deactivated, and then nobody of the call is', async () => {
  const sandbox = await runSandbox();
  const token = await issue(sandbox, 'u1');
  expect((await sandbox.rongcloud('/user/deactivate.json', { userId: 'u1,nobody' })).body).toMatchObject({
    code: 1002,
  });
  expect(await judge(sandbox, token)).toEqual({ ok: true, userId: 'u1' });
});
