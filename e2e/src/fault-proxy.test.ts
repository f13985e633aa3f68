import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';

const SILENT_MS = 100;

let echo: Server;
let proxy: FaultProxy;
const sockets: Socket[] = [];
beforeEach(async () => {
  echo = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy()).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startFaultProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await proxy.close();
  echo.close();
});

/** A client of the echo behind the proxy. */
async function open() {
  const socket = connect(proxy.port, '127.0.0.1');
  sockets.push(socket);
  let ending = 'open';
  socket.on('error', (error: NodeJS.ErrnoException) => (ending = error.code ?? 'error'));
  socket.on('close', () => (ending = ending === 'open' ? 'closed' : ending));
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {});
  return { say: (word: string) => socket.write(word), heard: () => text, ending: () => ending };
}

test('everything passes, until the proxy is told otherwise', async () => {
  const client = await open();
  client.say('hello');
  await expect.poll(() => client.heard()).toBe('hello');
});

test('refusing cuts what is there and lets nobody in, and ends', async () => {
  const before = await open();
  await proxy.refuse();
  await expect.poll(() => before.ending()).toBe('ECONNRESET');
  expect((await open()).ending()).toBe('ECONNREFUSED');
  await proxy.pass();
  const after = await open();
  after.say('again');
  await expect.poll(() => after.heard()).toBe('again');
});

test('a cut ends what is there only', async () => {
  const before = await open();
  before.say('first');
  await expect.poll(() => before.heard()).toBe('first');
  proxy.cut();
  await expect.poll(() => before.ending()).toBe('ECONNRESET');
  const after = await open();
  after.say('second');
  await expect.poll(() => after.heard()).toBe('second');
});

test('in a black hole nothing arrives and nothing ends, and who was in it stays silent', async () => {
  const before = await open();
  proxy.blackhole();
  const meanwhile = await open();
  before.say('lost');
  meanwhile.say('lost');
  await sleep(SILENT_MS);
  await proxy.pass();
  before.say('too late');
  await sleep(SILENT_MS);
  expect([before.heard(), meanwhile.heard(), before.ending(), meanwhile.ending()]).toEqual(['', '', 'open', 'open']);
  const after = await open();
  after.say('new');
  await expect.poll(() => after.heard()).toBe('new');
});

test('answers alone can be lost: what was asked arrives all the same', async () => {
  const client = await open();
  client.say('a');
  await expect.poll(() => client.heard()).toBe('a');
  let arrived = '';
  sockets
    .find((socket) => socket.localPort === (echo.address() as AddressInfo).port)
    ?.on('data', (bytes: Buffer) => {
      arrived += bytes.toString();
    });
  proxy.blackhole('to-client');
  client.say('b');
  await expect.poll(() => arrived).toBe('b');
  await sleep(SILENT_MS);
  expect(client.heard()).toBe('a');
});

test('what is held is delivered when the proxy passes again', async () => {
  const client = await open();
  proxy.hold();
  client.say('held');
  await sleep(SILENT_MS);
  expect(client.heard()).toBe('');
  await proxy.pass();
  await expect.poll(() => client.heard()).toBe('held');
});
