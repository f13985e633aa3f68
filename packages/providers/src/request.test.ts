import { afterEach, beforeEach, expect, test } from 'vitest';

import { createTransport, type Transport } from './request.ts';
import { failureOf, MARK } from './testing/provider-suite.ts';
import { httpAnswer, type ScriptedProvider, startScriptedProvider } from './testing/scripted-provider.ts';

let provider: ScriptedProvider;
let transport: Transport;
beforeEach(async () => {
  provider = await startScriptedProvider();
  transport = createTransport();
});
afterEach(() => Promise.all([transport.close(), provider.close()]));

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
