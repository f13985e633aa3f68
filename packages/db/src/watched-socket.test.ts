import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSocketSource } from './watched-socket.ts';

const SILENCE_MS = 200;

let server: Server;
const accepted: Socket[] = [];
beforeEach(async () => {
  server = createServer((socket) => void accepted.push(socket.on('error', () => socket.destroy()).resume()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of accepted.splice(0)) socket.destroy();
  server.close();
});

/** A socket to the server, as postgres.js asks for it; reading, as postgres.js does. */
async function open(): Promise<Socket> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  const socket = createSocketSource(SILENCE_MS)({ path: false, host: ['127.0.0.1'], port: [port] });
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

test('a socket that receives nothing is destroyed, however much it sends', async () => {
  const socket = await open();
  const sending = setInterval(() => socket.write('a query'), SILENCE_MS / 10);
  await once(socket, 'close');
  clearInterval(sending);
  expect(socket.destroyed).toBe(true);
});

test('a socket that receives now and then stays', async () => {
  const socket = await open();
  await expect.poll(() => accepted.length).toBe(1);
  const answering = setInterval(() => accepted[0]?.write('.'), SILENCE_MS / 10);
  await sleep(SILENCE_MS * 3);
  clearInterval(answering);
  expect(socket.destroyed).toBe(false);
  socket.destroy();
});

test('several names of one cluster are tried in turn', async () => {
  const source = createSocketSource(SILENCE_MS);
  const target = { path: false, host: ['127.0.0.1', '127.0.0.2'], port: [5, 6] } as const;
  const sockets = [source(target), source(target), source(target)].map((socket) => socket.on('error', () => {}));
  expect(sockets).toMatchObject([
    { host: '127.0.0.1', port: 5 },
    { host: '127.0.0.2', port: 6 },
    { host: '127.0.0.1', port: 5 },
  ]);
  for (const socket of sockets) socket.destroy();
});
