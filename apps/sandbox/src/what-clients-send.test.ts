import { expect, test } from 'vitest';

import { type RawReply, readRawBody, sendRaw, toRawRequest } from './testing/raw-request.ts';
import { NEXCONN_HEADERS, RONGCLOUD_HEADERS, runSandbox } from './testing/running-sandbox.ts';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded', Connection: 'close' };

test('a whole URL on the request line, as clients send it through a proxy, is answered by its path', async () => {
  const { url, fetch } = await runSandbox();
  const request = toRawRequest(
    `POST ${url}/user/getToken.json HTTP/1.1`,
    { Host: 'api.rong-api.com', ...RONGCLOUD_HEADERS, ...FORM },
    'userId=u1&name=Mei+Lin',
  );
  expect(readRawBody(await sendRaw(url, request))).toMatchObject({ code: 200, userId: 'u1' });
  const refused = toRawRequest(`POST ${url}/user/getToken.json HTTP/1.1`, { Host: 'x', ...FORM }, 'userId=u1');
  expect(readRawBody(await sendRaw(url, refused))).toMatchObject({ url: '/user/getToken.json', code: 1002 });
  const control = `GET ${url}/_sandbox/faults HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
  expect(readRawBody(await sendRaw(url, control))).toEqual([]);
  expect((await fetch('/_sandbox/journal')).body).toMatchObject({
    entries: [{ path: '/user/getToken.json' }, { path: '/user/getToken.json' }],
  });
});

test('a byte order mark before a JSON body is no part of it, as .NET writers put one there', async () => {
  const { fetch } = await runSandbox();
  const send = (path: string, body: object, headers: Record<string, string>): Promise<unknown> =>
    fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: Buffer.from(`\u{FEFF}${JSON.stringify(body)}`),
    });
  expect(await send('/v4/auth/access-token/issue', { userId: 'u1', name: 'Mei' }, NEXCONN_HEADERS)).toMatchObject({
    body: { code: 0 },
  });
  expect(await send('/user/tag/set.json', { userId: 'u1', tags: ['a'] }, RONGCLOUD_HEADERS)).toMatchObject({
    body: { code: 200 },
  });
  expect(await send('/_sandbox/clock', { advanceMs: 0 }, {})).toMatchObject({ status: 200 });
});

test('a user of Easemob may be named like a file: the path is still of Easemob', async () => {
  const { easemob, easemobAppToken, fetch } = await runSandbox();
  const headers = { Authorization: `Bearer ${await easemobAppToken()}` };
  await easemob('/users', { username: 'mei.json', password: '1' }, headers);
  const { status, body } = await fetch('/sandbox-org/sandbox-app/users/mei.json', { headers });
  expect(status).toBe(200);
  expect(body).toMatchObject({ entities: [{ username: 'mei.json' }] });
});

test('a multipart body, which the pages have nowhere, is refused with what to send instead', async () => {
  const { fetch } = await runSandbox();
  const form = new FormData();
  form.set('userId', 'u1');
  form.set('name', 'Mei');
  const { status, body } = await fetch('/user/getToken.json', {
    method: 'POST',
    headers: RONGCLOUD_HEADERS,
    body: form,
  });
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: 1002, errorMessage: expect.stringContaining('multipart') });
});

test('the groups of a user are asked for, and there are none', async () => {
  const { rongcloud } = await runSandbox();
  const { status, body } = await rongcloud('/user/group/query.json', { userId: 'u1' });
  expect([status, body]).toEqual([200, { code: 200, groups: [] }]);
  expect((await rongcloud('/user/group/query.json', { userId: '' })).body).toMatchObject({ code: 1002 });
});

test.each([
  ['/user/getToken.json', 400, { code: 1508 }],
  ['/v4/auth/access-token/issue', 413, { code: 1005 }],
  ['/sandbox-org/sandbox-app/token', 413, { error: 'Request Entity Too Large' }],
  ['/_sandbox/apps', 413, { error: 'the body is larger than 1 MB' }],
])('a body without end to %s hears the refusal and is cut off', async (path, status, body) => {
  const { url, fetch } = await runSandbox();
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n`;
  const reply = await sendRaw(url, Buffer.concat([Buffer.from(head), Buffer.alloc(17_000_000, 'a')]), (text) =>
    text.endsWith('}'),
  );
  expect(reply.text).toContain(`HTTP/1.1 ${status} `);
  expect(reply.text).toContain('Connection: close');
  expect(readRawBody(reply)).toMatchObject(body);
  expect((await fetch('/_sandbox/faults')).status).toBe(200);
});

test('an X-Request-ID goes back byte for byte, and one that was sent twice alike goes back once', async () => {
  const { url } = await runSandbox();
  const send = (requestIds: string): Promise<RawReply> => {
    const line = `POST /user/info.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${requestIds}`;
    return sendRaw(url, `${line}Content-Length: 0\r\n\r\n`);
  };
  expect((await send('X-Request-ID: 张三-1\r\n')).text).toContain('\r\nX-Request-ID: 张三-1\r\n');
  expect((await send('X-Request-ID: a\r\nx-request-id: a\r\n')).text).toContain('\r\nX-Request-ID: a\r\n');
});

test('a signed header that comes twice with the same value counts once, and with two values is refused', async () => {
  const { url } = await runSandbox();
  const send = (appKey: string): Promise<RawReply> => {
    const headers = { ...RONGCLOUD_HEADERS, ...FORM, Host: 'x', 'app-key': appKey };
    return sendRaw(url, toRawRequest('POST /user/getToken.json HTTP/1.1', headers, 'userId=u1&name=Mei'));
  };
  expect(readRawBody(await send('sandbox-rongcloud'))).toMatchObject({ code: 200 });
  expect(readRawBody(await send('other'))).toMatchObject({ code: 1002 });
});

test('a slash behind a path of RongCloud is answered as RongCloud answers', async () => {
  const { rongcloud } = await runSandbox();
  expect((await rongcloud('/user/getToken.json/', { userId: 'u1', name: 'Mei' })).body).toMatchObject({ code: 404 });
});

test.each([
  ['that is not HTTP', '\x16\x03\x01\x02\x00', 400],
  ['with headers over 16 kB', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
])('a request %s hears JSON under its status, which every SDK can read', async (_what, request, status) => {
  const { url, fetch } = await runSandbox();
  const reply = await sendRaw(url, request);
  expect(reply.text).toContain(`HTTP/1.1 ${status} `);
  expect(reply.text).toContain('\r\nContent-Type: application/json; charset=utf-8\r\n');
  expect(readRawBody(reply)).toEqual({ code: status, errorMessage: expect.stringMatching(/^[A-Z].+\.$/i) });
  expect((await fetch('/_sandbox/faults')).status).toBe(200);
});

test('the printed curl commands that register users, which label their JSON as a form, work except under strict', async () => {
  const { control, easemobAppToken, fetch } = await runSandbox();
  const headers = {
    Authorization: `Bearer ${await easemobAppToken()}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  const register = (names: readonly string[]): Promise<{ status: number; body: unknown }> => {
    const body = JSON.stringify(names.map((username) => ({ username, password: '123' })));
    return fetch('/sandbox-org/sandbox-app/users', { method: 'POST', headers, body });
  };
  expect(await register(['user1', 'user2'])).toMatchObject({ status: 200, body: { data: [] } });
  await control('POST', '/settings', { provider: 'easemob', appKey: 'sandbox-org#sandbox-app', profile: 'strict' });
  expect((await register(['user3', 'user4'])).status).toBe(415);
});
