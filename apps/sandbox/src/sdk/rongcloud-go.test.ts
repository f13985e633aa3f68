import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { type RunningSandbox, runSandbox } from '../testing/running-sandbox.ts';
import { type FormCall, replay, replayOnOneConnection, type WireAnswer } from './replay.ts';
import { rongcloudGo } from './rongcloud-go.fixture.ts';

const go = rongcloudGo();
const register = (userId: string): FormCall => ({
  path: '/user/getToken.json',
  form: [
    ['name', 'Mei Lin 张三 (a+b)'],
    ['portraitUri', 'http://img.example/7.png?a=1&b=2'],
    ['userId', userId],
  ],
});
const named = (path: string, ...userIds: string[]): FormCall => ({
  path,
  form: userIds.map((userId) => ['userId', userId]),
});

/** As the SDK reads: whatever the HTTP status, `code` must be a number, and 200, or the rest becomes the error. */
const GoCode = z.object({ code: z.int(), errorMessage: z.string().default('') });
function readAsGo<Result extends z.ZodType>({ text }: WireAnswer, result: Result): z.infer<Result> {
  const body: unknown = JSON.parse(text);
  const { code, errorMessage } = GoCode.parse(body);
  if (code !== 200) throw new Error(`${code} ${errorMessage}`);
  return result.parse(body);
}

/** The SDK's result types: strings where it declares strings. */
const Nothing = z.object({});
const Token = z.object({ token: z.string(), userId: z.string() });
const Names = z.object({ users: z.array(z.string()) });
const Blocked = z.object({ users: z.array(z.object({ userId: z.string(), blockEndTime: z.string() })) });
const Status = z.object({ status: z.string() });
const Tags = z.object({ result: z.record(z.string(), z.array(z.string())) });
const Info = z.object({ userName: z.string(), userPortrait: z.string(), createTime: z.string() });
const Operation = z.object({ operateId: z.string() });

async function asGo<Result extends z.ZodType>(
  sandbox: RunningSandbox,
  call: FormCall,
  result: Result,
): Promise<z.infer<Result>> {
  return readAsGo(await replay(sandbox.url, go.toBytes(call)), result);
}

describe('the Go SDK', () => {
  test('registers, and the token is good', async () => {
    const sandbox = await runSandbox();
    const { token, userId } = await asGo(sandbox, register('u1'), Token);
    expect(userId).toBe('u1');
    expect(await sandbox.connect('rongcloud', 'sandbox-rongcloud', token)).toEqual({ ok: true, userId: 'u1' });
    expect(await asGo(sandbox, named('/user/info.json', 'u1'), Info)).toMatchObject({
      userName: 'Mei Lin 张三 (a+b)',
      userPortrait: 'http://img.example/7.png?a=1&b=2',
    });
  });

  test('its headers with RC- in front do the same', async () => {
    const { url } = await runSandbox();
    const later = rongcloudGo({ secret: 'sandbox-rongcloud-secret', prefix: 'RC-' });
    expect(readAsGo(await replay(url, later.toBytes(register('u1'))), Token).userId).toBe('u1');
  });

  test('calls one after another on a kept connection, and its request id comes back', async () => {
    const { url } = await runSandbox();
    const answers = await replayOnOneConnection(
      url,
      ['u1', 'u2', 'u3'].map((userId) => go.toBytes(register(userId))),
    );
    expect(answers.map((answer) => readAsGo(answer, Token).userId)).toEqual(['u1', 'u2', 'u3']);
    expect(answers[0]?.headers.get('x-request-id')).toBe('0f8fad5b-d9cb-469f-a165-70867728950e');
  });

  test('updates with empty fields, which leave everything as it was', async () => {
    const sandbox = await runSandbox();
    await asGo(sandbox, register('u1'), Token);
    const update: FormCall = {
      path: '/user/refresh.json',
      form: [
        ['portraitUri', ''],
        ['userId', 'u1'],
        ['name', ''],
      ],
    };
    await asGo(sandbox, update, Nothing);
    expect(await asGo(sandbox, named('/user/info.json', 'u1'), Info)).toMatchObject({
      userName: 'Mei Lin 张三 (a+b)',
      userPortrait: 'http://img.example/7.png?a=1&b=2',
    });
  });

  test('expires the tokens of one user', async () => {
    const sandbox = await runSandbox();
    const { token } = await asGo(sandbox, register('u1'), Token);
    const time = String(Date.now() + 1_000);
    const expire: FormCall = {
      path: '/user/token/expire.json',
      form: [
        ['userId', 'u1'],
        ['time', time],
      ],
    };
    await asGo(sandbox, expire, Nothing);
    const verdict = await sandbox.connect('rongcloud', 'sandbox-rongcloud', token);
    expect(verdict).toEqual({ ok: false, reason: 'revoked' });
  });

  test('blocks, lists with an empty body, unblocks', async () => {
    const sandbox = await runSandbox();
    await asGo(sandbox, register('u1'), Token);
    const block: FormCall = {
      path: '/user/block.json',
      form: [
        ['minute', '30'],
        ['userId', 'u1'],
      ],
    };
    await asGo(sandbox, block, Nothing);
    const list: FormCall = { path: '/user/block/query.json', form: [] };
    expect((await asGo(sandbox, list, Blocked)).users.map(({ userId }) => userId)).toEqual(['u1']);
    await asGo(sandbox, named('/user/unblock.json', 'u1'), Nothing);
    expect((await asGo(sandbox, list, Blocked)).users).toEqual([]);
  });

  test('deactivates ids joined by a comma, lists them at //user/deactivate/query.json, and reactivates', async () => {
    const sandbox = await runSandbox();
    await asGo(sandbox, register('u1'), Token);
    await asGo(sandbox, register('u2'), Token);
    expect((await asGo(sandbox, named('/user/deactivate.json', 'u1,u2'), Operation)).operateId).not.toBe('');
    const list: FormCall = {
      path: '//user/deactivate/query.json',
      form: [
        ['pageNo', '1'],
        ['pageSize', '50'],
      ],
    };
    expect((await asGo(sandbox, list, Names)).users.toSorted()).toEqual(['u1', 'u2']);
    await expect(asGo(sandbox, register('u1'), Token)).rejects.toThrow(/^\d+ ./);
    await sandbox.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect((await asGo(sandbox, named('/user/reactivate.json', 'u1,u2'), Operation)).operateId).not.toBe('');
    expect((await asGo(sandbox, list, Names)).users).toEqual([]);
    expect((await asGo(sandbox, register('u1'), Token)).userId).toBe('u1');
  });

  test('deletes users by repeated ids', async () => {
    const sandbox = await runSandbox();
    await asGo(sandbox, register('u1'), Token);
    await asGo(sandbox, register('u2'), Token);
    await asGo(sandbox, named('/user/delusers.json', 'u1', 'u2'), Nothing);
    expect((await sandbox.journal()).entries.at(-1)?.userIds).toEqual(['u1', 'u2']);
  });

  test.each([
    ['black', 'blackUserId'],
    ['white', 'whiteUserId'],
  ])('the %slist: add, query, remove', async (colour, field) => {
    const sandbox = await runSandbox();
    for (const userId of ['u1', 'u2', 'u3']) await asGo(sandbox, register(userId), Token);
    const change = (verb: string, ...others: string[]): FormCall => ({
      path: `/user/${colour}list/${verb}.json`,
      form: [['userId', 'u1'], ...others.map((other) => [field, other] as const)],
    });
    await asGo(sandbox, change('add', 'u2', 'u3'), Nothing);
    expect((await asGo(sandbox, change('query'), Names)).users.toSorted()).toEqual(['u2', 'u3']);
    await asGo(sandbox, change('remove', 'u2'), Nothing);
    expect((await asGo(sandbox, change('query'), Names)).users).toEqual(['u3']);
  });

  test('asks who is online: a text', async () => {
    const sandbox = await runSandbox();
    await asGo(sandbox, register('u1'), Token);
    expect((await asGo(sandbox, named('/user/checkOnline.json', 'u1'), Status)).status).toBe('0');
  });

  test('tags by JSON, and reads them by a form', async () => {
    const sandbox = await runSandbox();
    await asGo(sandbox, register('u1'), Token);
    await asGo(sandbox, register('u2'), Token);
    await asGo(sandbox, { path: '/user/tag/set.json', json: { userId: 'u1', tags: ['北京'] } }, Nothing);
    await asGo(sandbox, { path: '/user/tag/batch/set.json', json: { userIds: ['u2'], tags: ['a', 'b'] } }, Nothing);
    const read: FormCall = {
      path: '/user/tags/get.json',
      form: [
        ['userIds', 'u1'],
        ['userIds', 'u2'],
      ],
    };
    expect((await asGo(sandbox, read, Tags)).result).toEqual({ u1: ['北京'], u2: ['a', 'b'] });
  });

  test('every refusal has a numeric code and a text, whatever the HTTP status', async () => {
    const sandbox = await runSandbox();
    const { url } = sandbox;
    const bad = rongcloudGo({ secret: 'not-the-secret', prefix: '' });
    const codeOf = async (request: Buffer): Promise<readonly [number, number]> => {
      const answer = await replay(url, request);
      return [answer.status, GoCode.parse(JSON.parse(answer.text)).code];
    };
    expect(await codeOf(bad.toBytes(register('u1')))).toEqual([401, 1004]);
    expect(await codeOf(go.toBytes(register('u'.repeat(65))))).toEqual([400, 1005]);
    expect(await codeOf(go.toBytes(named('/user/block.json', 'u1')))).toEqual([400, 1002]);
    expect(await codeOf(go.toBytes(named('/user/nothing.json', 'u1')))).toEqual([404, 404]);
    await sandbox.control('POST', '/limits', { provider: 'rongcloud', path: '/user/getToken.json', perSecond: 0 });
    expect(await codeOf(go.toBytes(register('u1')))).toEqual([429, 1008]);
    await sandbox.control('POST', '/faults', [{ kind: 'status', status: 500, times: 1 }]);
    expect(await codeOf(go.toBytes(register('u1')))).toEqual([500, 1000]);
  });
});
