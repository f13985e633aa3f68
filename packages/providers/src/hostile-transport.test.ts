import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createTransport, MAX_REPLY_BYTES, type Transport } from './request.ts';
import { MARK } from './testing/hostile-answers.ts';
import { failureOf } from './testing/provider-suite.ts';
import { type Answer, httpAnswer, type ScriptedProvider, startScriptedProvider } from './testing/scripted-provider.ts';

// What somebody may answer who is no provider, or a provider gone wrong, below the level of JSON.

let provider: ScriptedProvider;
let transport: Transport;
beforeEach(async () => {
  provider = await startScriptedProvider();
  transport = createTransport();
});
afterEach(() => Promise.all([provider.close(), transport.close()]));

const post = (
  options: { readonly timeoutMs?: number; readonly body?: string; readonly maxReplyBytes?: number } = {},
) => {
  const { timeoutMs = 20_000, body = 'body', ...rest } = options;
  return transport.send(
    { origin: provider.url, method: 'POST', path: '/path', headers: { 'X-Header': MARK }, body, ...rest },
    AbortSignal.timeout(timeoutMs),
  );
};

/** Text as it stands, one after another. */
const raw =
  (...texts: readonly string[]): Answer =>
  (socket) => {
    for (const text of texts) socket.write(text);
  };

/** Text, and then the end of the connection. */
const rawEnd =
  (text: string): Answer =>
  (socket) =>
    void socket.end(text);

const OK = 'HTTP/1.1 200 OK\r\n';
const flood = (socket: Socket, chunk: Buffer, sent: { bytes: number }, limitBytes: number): void => {
  if (socket.destroyed || sent.bytes >= limitBytes) return;
  sent.bytes += chunk.length;
  socket.write(chunk, () => flood(socket, chunk, sent, limitBytes));
};

describe('refused as no answer of a provider:', () => {
  test.each([
    ['a compressed body', httpAnswer(200, gzipSync('{}'), { 'Content-Encoding': 'gzip' })],
    ['a body of an unknown encoding', httpAnswer(200, '{}', { 'Content-Encoding': MARK })],
    ['a body that is identity and something more', httpAnswer(200, '{}', { 'Content-Encoding': 'identity, br' })],
    ['a bomb', httpAnswer(200, gzipSync(Buffer.alloc(60_000_000)), { 'Content-Encoding': 'gzip' })],
    ['a compressed transfer', raw(`${OK}Transfer-Encoding: gzip, chunked\r\n\r\n${MARK}`)],
    ['a length beyond the largest', raw(`${OK}Content-Length: ${MAX_REPLY_BYTES + 1}\r\n\r\n`)],
    ['a length beyond all numbers', raw(`${OK}Content-Length: 99999999999999999999999\r\n\r\n`)],
    ['a negative length', raw(`${OK}Content-Length: -1\r\n\r\n{}`)],
    ['a length that is no number', raw(`${OK}Content-Length: 2x\r\n\r\n{}`)],
    ['two lengths', raw(`${OK}Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}{}`)],
    ['two lengths in one line', raw(`${OK}Content-Length: 2, 4\r\n\r\n{}{}`)],
    ['a length, and chunks', raw(`${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`)],
    ['a chunk whose length is no number', raw(`${OK}Transfer-Encoding: chunked\r\n\r\n${MARK}\r\n{}\r\n0\r\n\r\n`)],
    ['a negative chunk', raw(`${OK}Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n`)],
    ['a chunk longer than it says', raw(`${OK}Transfer-Encoding: chunked\r\n\r\n1\r\n{"x"}\r\n0\r\n\r\n`)],
    ['a chunk beyond all numbers', raw(`${OK}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}`)],
    ['chunks beyond the largest', raw(`${OK}Transfer-Encoding: chunked\r\n\r\n20000\r\n${'x'.repeat(0x20000)}`)],
    ['text without a status line', raw(`{"token":"${MARK}"}\r\n\r\n`)],
    ['an answer of another protocol', raw(`SSH-2.0-${MARK}\r\n`)],
    ['an answer of HTTP/2', raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['a status of two digits', raw('HTTP/1.1 20 OK\r\n\r\n')],
    ['a status of four digits', raw('HTTP/1.1 2000 OK\r\n\r\n')],
    ['lines that end in line feeds only', raw('HTTP/1.1 200 OK\nContent-Length: 2\n\n{}')],
    ['a header with a NUL', raw(`${OK}X-Header: a\u0000b\r\nContent-Length: 2\r\n\r\n{}`)],
    ['a header without a name', raw(`${OK}: ${MARK}\r\nContent-Length: 2\r\n\r\n{}`)],
    ['a header with a blank in its name', raw(`${OK}Content-Length : 2\r\n\r\n{}`)],
    ['a header that goes on in the next line', raw(`${OK}Content-Length: 2\r\nX-Header: a\r\n ${MARK}\r\n\r\n{}`)],
    ['a header of 20 KB', raw(`${OK}X-Header: ${'x'.repeat(20_000)}\r\n\r\n`)],
    ['a thousand headers', raw(`${OK}${`X-Header: ${'x'.repeat(20)}\r\n`.repeat(1_000)}\r\n`)],
  ])('%s', async (_, answer) => {
    provider.script(answer);
    expect(await failureOf(post())).toMatchObject({ kind: 'broke-contract', retryable: false, mayHaveExecuted: true });
  });
});

describe('lost on the way, so that it may have been executed:', () => {
  test.each([
    ['nothing at all', rawEnd('')],
    ['half a status line', rawEnd('HTTP/1.1 20')],
    ['half a head', rawEnd(`${OK}Content-Length: 2\r\n`)],
    ['half a body', rawEnd(`${OK}Content-Length: 20\r\n\r\n{}`)],
    ['half a chunk', rawEnd(`${OK}Transfer-Encoding: chunked\r\n\r\n10\r\n{}`)],
    ['chunks without an end', rawEnd(`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`)],
    ['leave to go on, which was not asked for', rawEnd('HTTP/1.1 100 Continue\r\n\r\n')],
    ['another protocol from here on', rawEnd('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n')],
    ['hints, and nothing more', rawEnd('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')],
  ])('%s', async (_, answer) => {
    provider.script(answer);
    expect(await failureOf(post())).toMatchObject({ kind: 'unreachable', retryable: true, mayHaveExecuted: true });
  });
});

describe('read to the letter:', () => {
  test.each([
    [
      'hints before the answer',
      raw('HTTP/1.1 103 Early Hints\r\nContent-Encoding: gzip\r\n\r\n', `${OK}Content-Length: 2\r\n\r\n{}`),
      '{}',
    ],
    [
      'chunks with extensions and trailers',
      raw(`${OK}Transfer-Encoding: chunked\r\n\r\n1;a=b\r\n{\r\n1\r\n}\r\n0\r\nX-Trailer: a\r\n\r\n`),
      '{}',
    ],
    ['a body that ends with the connection', rawEnd(`${OK}Connection: close\r\n\r\n{}`), '{}'],
    ['an answer of HTTP/1.0', rawEnd('HTTP/1.0 200 OK\r\n\r\n{}'), '{}'],
    ['a status without words', raw('HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n{}'), '{}'],
    ['the largest body', httpAnswer(200, 'x'.repeat(MAX_REPLY_BYTES)), 'x'.repeat(MAX_REPLY_BYTES)],
    ['no body', raw('HTTP/1.1 204 No Content\r\n\r\n'), ''],
  ])('%s', async (_, answer, body) => {
    provider.script(answer);
    expect((await post()).body.toString()).toBe(body);
  });
});

test('a call says itself how large its answer may be', async () => {
  provider.script(...[11, 10, 11].map((length) => httpAnswer(200, 'x'.repeat(length))));
  expect(await failureOf(post({ maxReplyBytes: 10 }))).toMatchObject({ kind: 'broke-contract', httpStatus: 200 });
  expect((await post({ maxReplyBytes: 10 })).body).toHaveLength(10);
  const chunked = raw(`${OK}Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n`);
  provider.script(chunked);
  expect((await post({ maxReplyBytes: 11 })).body).toHaveLength(11);
  provider.script(chunked);
  expect(await failureOf(post({ maxReplyBytes: 10 }))).toMatchObject({ kind: 'broke-contract' });
});

test.each([
  ['without a length', `${OK}\r\n`],
  ['with its length', `${OK}Content-Length: 300000000\r\n\r\n`],
  ['in chunks', `${OK}Transfer-Encoding: chunked\r\n\r\n11e1a300\r\n`],
])('300 MB %s are cut off at the largest answer, and memory stays flat', async (_, head) => {
  const chunk = Buffer.alloc(65_536, 'x');
  const sent = { bytes: 0 };
  provider.script(
    ...Array.from({ length: 20 }, (): Answer => (socket) => {
      socket.write(head);
      flood(socket, chunk, sent, 300_000_000);
    }),
  );
  await failureOf(post());
  const before = process.memoryUsage().rss;
  for (let call = 1; call < 20; call += 1) {
    expect(await failureOf(post())).toMatchObject({ kind: 'broke-contract', httpStatus: 200 });
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  // What the two sides' socket buffers hold, and no more.
  expect(sent.bytes).toBeLessThan(20 * 16_000_000);
});

test.each([
  ['a body of one byte after another', `${OK}Content-Length: 1000\r\n\r\n`, '{'],
  ['a head of one byte after another', `${OK}X-Header: `, 'x'],
  ['hint after hint', '', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ['one chunk after another', `${OK}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n{\r\n'],
])('%s ends with the deadline of the call', async (_, head, more) => {
  const dripping: NodeJS.Timeout[] = [];
  provider.script((socket) => {
    socket.write(head);
    dripping.push(setInterval(() => socket.write(more), 20));
  });
  const startedAtMs = performance.now();
  expect(await failureOf(post({ timeoutMs: 300 }))).toMatchObject({ kind: 'timed-out', mayHaveExecuted: true });
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  for (const interval of dripping) clearInterval(interval);
});

test('an answer that comes before the whole call was sent is the answer', async () => {
  // The body does not fit into the buffers of the connection, and is not read.
  const eager = await startScriptedProvider({
    onConnection(socket) {
      socket.pause();
      socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}');
    },
  });
  try {
    const reply = await transport.send(
      { origin: eager.url, method: 'POST', path: '/path', headers: {}, body: 'x'.repeat(50_000_000) },
      AbortSignal.timeout(20_000),
    );
    expect(reply).toMatchObject({ status: 413 });
  } finally {
    await eager.close();
  }
});

test.each([
  ['at once', 0],
  ['a moment later', 50],
])('a second answer that nobody asked for, %s, is not taken for that of the next call', async (_, delayMs) => {
  const second = `${OK}Content-Length: 9\r\n\r\n"of other"`;
  provider.script(
    (socket) => {
      const first = `${OK}Content-Length: 7\r\n\r\n"first"`;
      socket.write(delayMs === 0 ? `${first}${second}` : first);
      if (delayMs > 0) setTimeout(() => socket.write(second), delayMs);
    },
    httpAnswer(200, '"own"'),
  );
  expect((await post()).body.toString()).toBe('"first"');
  await pause(delayMs * 2);
  expect((await post()).body.toString()).toBe('"own"');
  expect(provider.requests.map(({ connection }) => connection)).toEqual([1, 2]);
});
