import { describe, expect, test } from 'vitest';

import { type RunningSandbox, runSandbox } from '../testing/running-sandbox.ts';
import { type FormCall, replay, type WireAnswer } from './replay.ts';
import { rongcloudPython } from './rongcloud-python.fixture.ts';

const python = rongcloudPython();
const register = (userId: string, name: string): FormCall => ({
  path: '/user/getToken.json',
  form: [
    ['userId', userId],
    ['name', name],
    ['portraitUri', 'http://a/b?c=1'],
  ],
});
const named = (path: string, ...userIds: string[]): FormCall => ({
  path,
  form: userIds.map((userId) => ['userId', userId]),
});

/** As the SDK reads: JSON of a 2xx is parsed; the body of any other status is handed over as it came. */
function readAsPython({ status, text }: WireAnswer): unknown {
  const body: unknown = status < 300 ? JSON.parse(text) : text;
  return body;
}

async function asPython(sandbox: RunningSandbox, call: FormCall): Promise<unknown> {
  return readAsPython(await replay(sandbox.url, python.toBytes(call)));
}

describe('the Python SDK', () => {
  test('registers with a raw space and raw UTF-8 in the body', async () => {
    const sandbox = await runSandbox();
    expect(await asPython(sandbox, register('u1', 'Mei Lin 张三'))).toMatchObject({ code: 200, userId: 'u1' });
    expect(await asPython(sandbox, named('/user/info.json', 'u1'))).toMatchObject({
      code: 200,
      userName: 'Mei Lin 张三',
      userPortrait: 'http://a/b?c=1',
    });
  });

  test('a raw & inside of the name ends it there, as on any server', async () => {
    const sandbox = await runSandbox();
    expect(await asPython(sandbox, register('u1', '张三 &&'))).toMatchObject({ code: 200 });
    expect(await asPython(sandbox, named('/user/info.json', 'u1'))).toMatchObject({ userName: '张三 ' });
  });

  test('blocks, lists with an empty body, unblocks', async () => {
    const sandbox = await runSandbox();
    await asPython(sandbox, register('u1', 'n'));
    const block: FormCall = {
      path: '/user/block.json',
      form: [
        ['userId', 'u1'],
        ['minute', '1'],
      ],
    };
    expect(await asPython(sandbox, block)).toEqual({ code: 200 });
    expect(await asPython(sandbox, { path: '/user/block/query.json', form: [] })).toMatchObject({
      code: 200,
      users: [{ userId: 'u1' }],
    });
    expect(await asPython(sandbox, named('/user/unblock.json', 'u1'))).toEqual({ code: 200 });
  });

  test('tags one user, many users, and reads them', async () => {
    const sandbox = await runSandbox();
    await asPython(sandbox, register('u1', 'n'));
    await asPython(sandbox, register('u2', 'n'));
    const one = { path: '/user/tag/set.json', json: { userId: 'u1', tags: ['帅哥'] } };
    expect(await asPython(sandbox, one)).toEqual({ code: 200 });
    const many = { path: '/user/tag/batch/set.json', json: { userIds: ['u1', 'u2'], tags: ['北京'] } };
    expect(await asPython(sandbox, many)).toEqual({ code: 200 });
    const read: FormCall = {
      path: '/user/tags/get.json',
      form: [
        ['userIds', 'u1'],
        ['userIds', 'u2'],
      ],
    };
    expect(await asPython(sandbox, read)).toEqual({ code: 200, result: { u1: ['北京'], u2: ['北京'] } });
  });

  test('the black and the white list, and who is online', async () => {
    const sandbox = await runSandbox();
    for (const userId of ['u1', 'u2']) await asPython(sandbox, register(userId, 'n'));
    for (const colour of ['black', 'white']) {
      const change = (verb: string): FormCall => ({
        path: `/user/${colour}list/${verb}.json`,
        form: [
          ['userId', 'u1'],
          [`${colour}UserId`, 'u2'],
        ],
      });
      expect(await asPython(sandbox, change('add'))).toEqual({ code: 200 });
      const query = named(`/user/${colour}list/query.json`, 'u1');
      expect(await asPython(sandbox, query)).toEqual({ code: 200, users: ['u2'] });
      expect(await asPython(sandbox, change('remove'))).toEqual({ code: 200 });
    }
    expect(await asPython(sandbox, named('/user/checkOnline.json', 'u1'))).toEqual({ code: 200, status: '0' });
  });

  test('a refusal is handed over as text, which is JSON', async () => {
    const { url } = await runSandbox();
    const text = readAsPython(await replay(url, rongcloudPython('not-the-secret').toBytes(register('u1', 'n'))));
    expect(JSON.parse(String(text))).toMatchObject({ code: 1004 });
  });
});
