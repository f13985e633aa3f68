import { EasemobAppTokenReply } from '@immint/contracts/easemob';
import { describe, expect, test } from 'vitest';

import { runEasemob } from './testing/easemob-client.ts';
import { readRawBody, sendRaw, toRawRequest } from './testing/raw-request.ts';

// What Easemob's two Java SDKs put on the wire (github.com/easemob/easemob-im-server-sdk, branches master and
// master_java_2.0). Assumed, as no capture of them is known: the order of the headers and the size of the chunks.

const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);

describe('the Java SDK 1.x', () => {
  const AGENT = 'User-Agent: EasemobServerSDK/0.8.57\r\nHost: sandbox\r\nConnection: close\r\n';

  // Reactor Netty sends the JSON chunked, with neither Content-Type nor Accept.
  const send = async (url: string, method: string, path: string, authorization: string | null, body?: object) => {
    const head = `${method} /sandbox-org/sandbox-app${path} HTTP/1.1\r\n${AGENT}${
      authorization === null ? '' : `Authorization: Bearer ${authorization}\r\n`
    }`;
    const json = JSON.stringify(body);
    const chunked =
      body === undefined
        ? `${head}\r\n`
        : `${head}Transfer-Encoding: chunked\r\n\r\n${Buffer.byteLength(json).toString(16)}\r\n${json}\r\n0\r\n\r\n`;
    const reply = await sendRaw(url, chunked);
    return { status: statusOf(reply.text), body: readRawBody(reply) };
  };

  const appTokenOf = async (url: string): Promise<string> => {
    const credentials = {
      grant_type: 'client_credentials',
      client_id: 'sandbox-client-id',
      client_secret: 'sandbox-client-secret',
    };
    return EasemobAppTokenReply.parse((await send(url, 'POST', '/token', null, credentials)).body).access_token;
  };

  test('gets an app token, registers by object, and gets user tokens by both grants with Authorization on each', async () => {
    const { sandbox } = await runEasemob();
    const token = await appTokenOf(sandbox.url);
    const call = (method: string, path: string, body?: object): ReturnType<typeof send> =>
      send(sandbox.url, method, path, token, body);
    const user = { username: 'randomuser', password: 'made-up' };
    expect((await call('POST', '/users', user)).body).toMatchObject({ entities: [{ username: 'randomuser' }] });
    const byPassword = await call('POST', '/token', { grant_type: 'password', ...user });
    expect(byPassword).toMatchObject({ status: 200, body: { user: { username: 'randomuser' } } });
    const byName = await call('POST', '/token', { grant_type: 'inherit', username: 'Other', autoCreateUser: true });
    expect(byName).toMatchObject({ status: 200, body: { user: { username: 'other' } } });
    // It reads this into an int, and keeps an app token for half of it.
    expect(Object(byName.body).expires_in).toBeLessThanOrEqual(2_147_483_647);
  });

  test('logs out one device by GET, and finds error_description in every refusal', async () => {
    const { sandbox, register } = await runEasemob();
    await register('u1');
    const token = await appTokenOf(sandbox.url);
    const loggedOut = await send(sandbox.url, 'GET', '/users/u1/disconnect/android_1', token);
    expect(loggedOut).toMatchObject({ status: 200, body: { data: { result: true } } });
    for (const [method, path, body] of [
      ['GET', '/users/nobody', undefined],
      ['POST', '/users', {}],
      ['POST', '/nothing', {}],
      ['PUT', '/token', {}],
    ] as const) {
      const { status, body: refused } = await send(sandbox.url, method, path, token, body);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(refused).toMatchObject({ error_description: expect.stringMatching(/./) });
    }
  });
});

test('the Java SDK 2.x: typed JSON with a length, Accept */* on the token, the header on every call, a list to register', async () => {
  const { sandbox } = await runEasemob();
  const send = async (path: string, headers: Record<string, string>, body: object): Promise<unknown> => {
    const all = {
      'User-Agent': 'Easemob-ServerSDK2.0_Java_1.0.6',
      Host: 'sandbox',
      Connection: 'close',
      'Content-Type': 'application/json',
      ...headers,
    };
    const line = `POST /sandbox-org/sandbox-app${path} HTTP/1.1`;
    return readRawBody(await sendRaw(sandbox.url, toRawRequest(line, all, JSON.stringify(body))));
  };
  const credentials = {
    grant_type: 'client_credentials',
    client_id: 'sandbox-client-id',
    client_secret: 'sandbox-client-secret',
  };
  const { access_token: token } = EasemobAppTokenReply.parse(await send('/token', { Accept: '*/*' }, credentials));
  const authorization = { Authorization: `Bearer ${token}` };
  const users = [{ username: 'u1', password: 'made-up' }];
  expect(await send('/users', authorization, users)).toMatchObject({ entities: [{ username: 'u1' }] });
  const again = await send('/token', { ...authorization, Accept: '*/*' }, credentials);
  expect(EasemobAppTokenReply.parse(again).expires_in).toBe(5_184_000);
});

describe('org, app and user in the path', () => {
  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const { sandbox, register } = await runEasemob();
    await register('u1');
    const headers = { Host: 'x', Connection: 'close', Authorization: `Bearer ${await sandbox.easemobAppToken()}` };
    const reply = await sendRaw(sandbox.url, toRawRequest(`GET ${path} HTTP/1.1`, headers, ''));
    return { status: statusOf(reply.text), body: readRawBody(reply) };
  };

  test.each(['/sandbox%2Dorg/sandbox-app/users/%751', '/sandbox-org//sandbox-app/users/u1?x=1'])(
    'are percent-decoded once: %s',
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 200, body: { entities: [{ username: 'u1' }] } });
    },
  );

  test.each([
    ['a slash that is decoded', '/sandbox-org/sandbox-app/users/x%2F..%2Fu1', 404, 'service_resource_not_found'],
    ['a name decoded twice', '/sandbox-org/sandbox-app/users/%25751', 404, 'service_resource_not_found'],
    ['dots', '/sandbox-org/sandbox-app/users/../users/u1', 500, 'web_application'],
    ['an org with a slash', '/x%2Fsandbox-org/sandbox-app/users/u1', 404, 'organization_application_not_found'],
    ['an App Key in one part', '/sandbox-org%23sandbox-app/x/users/u1', 404, 'organization_application_not_found'],
  ])('%s stays in its part', async (_what, path, status, error) => {
    expect(await get(path)).toMatchObject({ status, body: { error } });
  });
});
