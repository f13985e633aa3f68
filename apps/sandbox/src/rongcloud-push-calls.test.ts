import { expect, test } from 'vitest';

import { runSandbox } from './testing/running-sandbox.ts';

test('remarks for others are set, changed, listed a page at a time and deleted', async () => {
  const { rongcloud } = await runSandbox();
  const set = async (remarks: unknown): Promise<unknown> =>
    (await rongcloud('/user/remarks/set.json', { userId: 'u1', remarks: JSON.stringify(remarks) })).body;
  const list = async (form: Record<string, string> = {}): Promise<unknown> =>
    (await rongcloud('/user/remarks/get.json', { userId: 'u1', ...form })).body;
  expect(await list()).toEqual({ code: 200, total: 0, users: [] });
  const mei = { id: 'u2', remark: 'Mei' };
  const lin = { id: 'u3', remark: 'Lin' };
  expect(await set([{ ...mei, remark: 'old' }, lin])).toEqual({ code: 200 });
  expect(await set([mei])).toEqual({ code: 200 });
  expect(await list()).toEqual({ code: 200, total: 2, users: [mei, lin] });
  expect(await list({ page: '2', size: '1' })).toEqual({ code: 200, total: 2, users: [lin] });
  await rongcloud('/user/remarks/del.json', { userId: 'u1', targetId: 'u2' });
  expect(await list()).toEqual({ code: 200, total: 1, users: [lin] });
  for (const wrong of ['text', [], [{ id: 'u2' }], Array.from({ length: 101 }, () => mei)]) {
    expect(await set(wrong)).toMatchObject({ code: 1002 });
  }
});

test('the hours without pushes are set, read and taken away', async () => {
  const { rongcloud } = await runSandbox();
  const set = async (form: Record<string, string>): Promise<unknown> =>
    (await rongcloud('/user/blockPushPeriod/set.json', { userId: 'u1', startTime: '22:00:00', period: '60', ...form }))
      .body;
  const get = async (): Promise<unknown> => (await rongcloud('/user/blockPushPeriod/get.json', { userId: 'u1' })).body;
  const none = { code: 200, data: { startTime: '', period: 0, unPushLevel: 0 } };
  expect(await get()).toEqual(none);
  expect(await set({})).toEqual({ code: 200 });
  expect(await get()).toEqual({ code: 200, data: { startTime: '22:00:00', period: 60, unPushLevel: 1 } });
  for (const wrong of [{ startTime: '22' }, { period: '0' }, { period: '1441' }]) {
    expect(await set(wrong)).toMatchObject({ code: 1002 });
  }
  await rongcloud('/user/blockPushPeriod/delete.json', { userId: 'u1' });
  expect(await get()).toEqual(none);
});
