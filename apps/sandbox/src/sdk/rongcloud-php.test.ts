import { describe, expect, test } from 'vitest';

import { sendRaw } from '../testing/raw-request.ts';
import { type RunningSandbox, runSandbox } from '../testing/running-sandbox.ts';
import { type FormCall, replay, type WireAnswer } from './replay.ts';
import { rongcloudPhp } from './rongcloud-php.fixture.ts';

const php = rongcloudPhp();
const register = (userId: string, portraitUri = 'http://img.example/7.png?a=1&b=2'): FormCall => ({
  path: '/user/getToken.json',
  form: [
    ['name', 'Mei Lin ~ 张三'],
    ['userId', userId],
    ['portraitUri', portraitUri],
  ],
});

/** As the SDK reads: JSON text of any status, to which it adds `requestId`; anything else it returns as it came. */
function readAsPhp({ text }: WireAnswer): unknown {
  const body: unknown = JSON.parse(text);
  return body;
}

async function asPhp(sandbox: RunningSandbox, call: FormCall): Promise<unknown> {
  return readAsPhp(await replay(sandbox.url, php.toBytes(call)));
}

describe('the PHP SDK', () => {
  test('registers with header lines that have no space after the colon, and its request id comes back', async () => {
    const { url } = await runSandbox();
    const answer = await replay(url, php.toBytes(register('u1')));
    expect(readAsPhp(answer)).toEqual({ code: 200, userId: 'u1', token: expect.any(String) });
    expect(answer.headers.get('x-request-id')).toBe('0f8fad5bd9cb469fa16570867728950e');
  });

  test('a long body waits for 100 Continue and gets it', async () => {
    const { url } = await runSandbox();
    const request = php.toBytes(register('u1', `http://img.example/${'7'.repeat(1_000)}`));
    const bodyAt = request.indexOf('\r\n\r\n') + 4;
    const head = await sendRaw(url, request.subarray(0, bodyAt), (text) => text.endsWith('\r\n\r\n'));
    expect(head.text).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    const whole = await sendRaw(url, request, (text) => text.includes('"token"'));
    expect(whole.text).toContain('HTTP/1.1 200 OK');
  });

  test('expires, blocks and deactivates with repeated ids', async () => {
    const sandbox = await runSandbox();
    await asPhp(sandbox, register('u1'));
    await asPhp(sandbox, register('u2'));
    const both = [['userId', 'u1'] as const, ['userId', 'u2'] as const];
    const expire: FormCall = { path: '/user/token/expire.json', form: [...both, ['time', '1760000000000']] };
    expect(await asPhp(sandbox, expire)).toEqual({ code: 200 });
    expect(await asPhp(sandbox, { path: '/user/block.json', form: [...both, ['minute', '1']] })).toEqual({ code: 200 });
    expect(await asPhp(sandbox, { path: '/user/deactivate.json', form: both })).toMatchObject({ code: 200 });
    const list: FormCall = {
      path: '/user/deactivate/query.json',
      form: [
        ['pageNo', '1'],
        ['pageSize', '50'],
      ],
    };
    expect(await asPhp(sandbox, list)).toEqual({ code: 200, users: expect.arrayContaining(['u1', 'u2']) });
    expect(await asPhp(sandbox, { path: '/user/block/query.json', form: [] })).toMatchObject({ code: 200 });
  });

  test('tags by JSON', async () => {
    const sandbox = await runSandbox();
    await asPhp(sandbox, register('u1'));
    expect(await asPhp(sandbox, { path: '/user/tag/set.json', json: { userId: 'u1', tags: ['a'] } })).toEqual({
      code: 200,
    });
  });

  test('a refusal is JSON too', async () => {
    const { url } = await runSandbox();
    const answer = await replay(url, rongcloudPhp('not-the-secret').toBytes(register('u1')));
    expect([answer.status, readAsPhp(answer)]).toMatchObject([401, { code: 1004, errorMessage: expect.any(String) }]);
  });
});
