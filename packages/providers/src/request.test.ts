import { createServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createTransport, type Transport } from './request.ts';
import { MARK } from './testing/hostile-answers.ts';
import { failureOf } from './testing/provider-suite.ts';
import { httpAnswer, type ScriptedProvider, startScriptedProvider } from './testing/scripted-provider.ts';

let provider: ScriptedProvider;
let transport: Transport;
beforeEach(async () => {
  provider = await startScriptedProvider();
  transport = createTransport();
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all([transport.close(), provider.close()]);
});

const post = (signal: AbortSignal = AbortSignal.timeout(20_000)) =>
  transport.send(
    { origin: provider.url, method: 'POST', path: '/path', headers: { 'X-Header': MARK }, body: 'body' },
    signal,
  );

test('connections are used again, each for fewer than 80 requests', async () => {
  const calls = 200;
  provider.script(...Array.from({ length: calls }, () => httpAnswer(200, '{}')));
  for (let call = 0; call < calls; call += 1) await post();
  const uses = Map.groupBy(provider.requests, ({ connection }) => connection);
  const counts = [...uses.values()].map((requests) => requests.length);
  expect(Math.max(...counts)).toBe(79);
  expect(counts.length).toBeLessThanOrEqual(4);
  const lastOfFirst = uses.get(1)?.at(-1)?.headers.get('connection');
  expect(lastOfFirst).toBe('close');
});

/** Lets a connection be idle, by the timers that retire it. */
const idle = async (milliseconds: number): Promise<void> => {
  await setImmediate();
  vi.advanceTimersByTime(milliseconds);
  await setImmediate();
};

test('a connection is used again after less than 50 s, and retired at 50 s', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  provider.script(...Array.from({ length: 3 }, () => httpAnswer(200, '{}')));
  for (const idleMs of [0, 49_999, 50_000]) {
    await idle(idleMs);
    await post();
  }
  expect(provider.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
});

test('a provider may name a shorter time for its idle connections, but no longer one', async () => {
  const keepAlive = (value: string) => httpAnswer(200, '{}', { Connection: 'keep-alive', 'Keep-Alive': value });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  provider.script(keepAlive('timeout=600'), keepAlive('timeout=10'), keepAlive('timeout=10'));
  // Two seconds less than it says, for the way there.
  for (const idleMs of [0, 50_000, 8_000]) {
    await idle(idleMs);
    await post();
  }
  expect(provider.requests.map(({ connection }) => connection)).toEqual([1, 2, 3]);
});

test('two domains have a connection each, and both are closed with the transport', async () => {
  const backup = await startScriptedProvider();
  try {
    const origins = [provider.url, backup.url, provider.url, backup.url];
    for (const each of [provider, backup]) each.script(httpAnswer(200, '{}'), httpAnswer(200, '{}'));
    for (const origin of origins) {
      await transport.send({ origin, method: 'GET', path: '/', headers: {}, body: '' }, AbortSignal.timeout(20_000));
      await setImmediate();
    }
    for (const each of [provider, backup]) {
      expect(each.requests.map(({ connection }) => connection)).toEqual([1, 1]);
      expect(each.requests[0]?.headers.get('host')).toBe(new URL(each.url).host);
    }
  } finally {
    await backup.close();
  }
});

test.each([
  ['GET', '', ['GET /a/b?c=d HTTP/1.1', 'accept-encoding: identity', 'connection: keep-alive']],
  ['DELETE', '', ['DELETE /a/b?c=d HTTP/1.1', 'accept-encoding: identity', 'connection: keep-alive']],
  ['POST', '', ['POST /a/b?c=d HTTP/1.1', 'accept-encoding: identity', 'connection: keep-alive', 'content-length: 0']],
  ['PUT', '名', ['PUT /a/b?c=d HTTP/1.1', 'accept-encoding: identity', 'connection: keep-alive', 'content-length: 3']],
  [
    'DELETE',
    '{}',
    ['DELETE /a/b?c=d HTTP/1.1', 'accept-encoding: identity', 'connection: keep-alive', 'content-length: 2'],
  ],
] as const)('a %s with the body %j has the headers it was given, and what HTTP needs', async (method, body, head) => {
  provider.script(httpAnswer(200, '{}'));
  await transport.send(
    { origin: provider.url, method, path: '/a/b?c=d', headers: { 'X-Header': 'x' }, body },
    AbortSignal.timeout(20_000),
  );
  const [line = '', ...fields] = provider.requests[0]?.head.split('\r\n') ?? [];
  const lowered = fields.map((field) => field.toLowerCase()).filter((field) => !field.startsWith('host: '));
  expect([line, ...lowered.toSorted()]).toEqual([...head, 'x-header: x']);
  expect(provider.requests[0]?.body).toBe(body);
});

test.each([
  'path',
  '',
  '/org/../other/app',
  '/org/..',
  '/org/./app',
  '/org/%2e%2e/other',
  '/org/.%2E/other',
  '/org\\app',
  '/org/a b',
  '/org/a\nb',
  '/org/a\tb',
  '/org/名',
  '/org#app',
])('the path %j is not sent: it would arrive as another one', async (path) => {
  const request = { origin: provider.url, method: 'GET', path, headers: {}, body: '' } as const;
  const error = await failureOf(transport.send(request, AbortSignal.timeout(20_000)));
  expect(error).toMatchObject({ kind: 'bad-request', mayHaveExecuted: false });
  expect(provider.requests).toHaveLength(0);
});

test('no proxy is taken from the environment', async () => {
  let asked = 0;
  const proxy = createServer((socket) => {
    asked += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  const address = proxy.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])
    vi.stubEnv(name, url);
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
  vi.stubEnv('NODE_USE_ENV_PROXY', '1');
  const own = createTransport();
  try {
    provider.script(httpAnswer(200, '{}'));
    const request = { origin: provider.url, method: 'GET', path: '/', headers: {}, body: '' } as const;
    expect(await own.send(request, AbortSignal.timeout(20_000))).toMatchObject({ status: 200 });
    expect(asked).toBe(0);
  } finally {
    vi.unstubAllEnvs();
    proxy.close();
    await own.close();
  }
});

test('no redirect is followed, of whatever kind', async () => {
  const statuses = [301, 302, 303, 307, 308];
  provider.script(...statuses.map((status) => httpAnswer(status, '', { Location: `${provider.url}/elsewhere` })));
  for (const httpStatus of statuses) {
    expect(await failureOf(post())).toMatchObject({ kind: 'broke-contract', httpStatus });
  }
  expect(provider.requests).toHaveLength(statuses.length);
});

test('an answer is handed over as it came, with what its headers say', async () => {
  const headers = {
    'Content-Type': 'Application/JSON; charset=utf-8',
    Date: 'Sun, 22 Nov 2026 04:00:00 GMT',
    'Retry-After': '3',
  };
  provider.script(
    httpAnswer(418, 'body', headers),
    httpAnswer(200, '', { 'Retry-After': 'Sun, 22 Nov 2026 04:00:00 GMT' }),
  );
  expect(await post()).toEqual({
    status: 418,
    contentType: 'application/json',
    serverDateMs: Date.UTC(2026, 10, 22, 4),
    retryAfterMs: 3_000,
    body: Buffer.from('body'),
  });
  expect(await post()).toEqual({
    status: 200,
    contentType: undefined,
    serverDateMs: undefined,
    retryAfterMs: undefined,
    body: Buffer.alloc(0),
  });
});

test.each([
  'marked-secret\r\n\r\n',
  'HTTP/1.1 marked-secret\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: marked-secret\r\n\r\n',
])('%j is no HTTP, and none of it stays in the error', async (text) => {
  provider.script((socket) => void socket.write(text));
  expect(await failureOf(post())).toMatchObject({ kind: 'broke-contract', mayHaveExecuted: true });
});

test('a call that still waits for its connection is given up at its deadline, and never sent', async () => {
  const deadline = new AbortController();
  const waiting = failureOf(post(deadline.signal));
  deadline.abort();
  expect(await waiting).toMatchObject({ kind: 'timed-out', mayHaveExecuted: false });
  provider.script(httpAnswer(200, '{}'));
  await post();
  expect(provider.requests).toHaveLength(1);
});

test('closing waits for what is under way, and may be done again', async () => {
  const happened: string[] = [];
  provider.script((socket) => {
    void transport.close().then(() => happened.push('closed'));
    httpAnswer(200, '{}')(socket);
  });
  await post().then(() => happened.push('answered'));
  await transport.close();
  expect(happened).toEqual(['answered', 'closed']);
  expect(await failureOf(post())).toMatchObject({ kind: 'unreachable', mayHaveExecuted: false });
});
