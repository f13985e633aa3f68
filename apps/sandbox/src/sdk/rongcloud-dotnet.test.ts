import { describe, expect, test } from 'vitest';

import { sendRaw } from '../testing/raw-request.ts';
import { runSandbox } from '../testing/running-sandbox.ts';
import { type FormCall, replay } from './replay.ts';
import { rongcloudDotnet } from './rongcloud-dotnet.fixture.ts';

const dotnet = rongcloudDotnet();
const register: FormCall = {
  path: '/user/getToken.json',
  form: [
    ['userId', 'u1'],
    ['name', 'Mei Lin 张三'],
    ['portraitUri', 'http://img.example/7.png'],
  ],
};

describe('the .NET SDK', () => {
  test('registers over HTTP/1.0 with an upper-case signature; the answer is not chunked and the connection ends', async () => {
    const { url, connect } = await runSandbox();
    // Read to the end of the connection, as HTTP/1.0 does: without an end this test would never finish.
    const { text } = await sendRaw(url, dotnet.toBytes(register));
    expect(text).not.toMatch(/transfer-encoding/i);
    const body: unknown = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
    expect(body).toEqual({ code: 200, userId: 'u1', token: expect.any(String) });
    const { token } = { token: '', ...Object(body) };
    expect(await connect('rongcloud', 'sandbox-rongcloud', String(token))).toEqual({ ok: true, userId: 'u1' });
  });

  test('blocks, lists and asks who is online', async () => {
    const { url } = await runSandbox();
    const textOf = async (call: FormCall): Promise<unknown> =>
      JSON.parse((await replay(url, dotnet.toBytes(call))).text);
    await textOf(register);
    const block: FormCall = {
      path: '/user/block.json',
      form: [
        ['userId', 'u1'],
        ['minute', '10'],
      ],
    };
    expect(await textOf(block)).toEqual({ code: 200 });
    expect(await textOf({ path: '/user/block/query.json', form: [] })).toMatchObject({ users: [{ userId: 'u1' }] });
    expect(await textOf({ path: '/user/checkOnline.json', form: [['userId', 'u1']] })).toEqual({
      code: 200,
      status: '0',
    });
  });

  test('gets a refusal as a JSON text, whatever the status', async () => {
    const { url } = await runSandbox();
    const { status, text } = await replay(url, rongcloudDotnet('not-the-secret').toBytes(register));
    expect([status, JSON.parse(text)]).toMatchObject([401, { code: 1004 }]);
  });
});
