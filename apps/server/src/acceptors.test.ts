import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { acceptFor, portOf } from './acceptors.ts';
import type { Acceptors } from './acceptors.ts';

const HOST = '127.0.0.1';
const CROWD = 200;
const opened: { server: Server; acceptors: Acceptors }[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const { server, acceptors } of opened.splice(0)) {
    server.close();
    server.closeAllConnections();
    await acceptors.close();
  }
});

const listenBy = (server: Server) => async (place: object) => {
  server.listen(place);
  await once(server, 'listening');
};

async function open({
  server = createServer((_, reply) => reply.end('hello')),
  port = 0,
  platform = process.platform,
}) {
  const acceptors = await acceptFor(server, { host: HOST, port }, listenBy(server), platform);
  opened.push({ server, acceptors });
  return { server, acceptors, port: portOf(server) };
}

/** How many turns of the loop it takes to accept a crowd that came at once. */
async function turnsToAccept({ server, port }: Awaited<ReturnType<typeof open>>): Promise<number> {
  const accepted: Socket[] = [];
  server.on('connection', (socket: Socket) => void accepted.push(socket));
  for (let at = 0; at < CROWD; at += 1) sockets.push(connect(port, HOST));
  let turns = 0;
  for (; accepted.length < CROWD; turns += 1) await nextTurn();
  return turns;
}

/** One request on a connection of its own: every one may come by another acceptor. */
async function ask(port: number): Promise<string> {
  const socket = connect(port, HOST);
  sockets.push(socket);
  socket.write('GET / HTTP/1.1\r\nHost: tests\r\n\r\n');
  for await (const answer of socket) return String(answer);
  throw new Error('ended without an answer');
}

describe('a server that others accept connections for', () => {
  test.runIf(process.platform === 'linux')('accepts a crowd within a few turns, and not one a turn', async () => {
    expect(await turnsToAccept(await open({}))).toBeLessThan(CROWD / 4);
  });

  test('answers on every connection, whichever accepted it', async () => {
    const { port } = await open({});
    const answers = await Promise.all(Array.from({ length: CROWD }, () => ask(port)));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 200 OK[^]*hello/);
  });

  test('is closed when the last answer that was under way is given, and takes no more meanwhile', async () => {
    const answer = Promise.withResolvers<void>();
    let asked = 0;
    const server = createServer((_, reply) => {
      asked += 1;
      reply.setHeader('connection', 'close');
      void answer.promise.then(() => reply.end('hello'));
    });
    const { acceptors, port } = await open({ server });
    const answers = Array.from({ length: CROWD }, () => ask(port));
    await expect.poll(() => asked).toBe(CROWD);
    const closed = Promise.all([acceptors.close(), once(server.close(), 'close')]);
    expect(await Promise.race([closed, pause(50, 'open')])).toBe('open');
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    answer.resolve();
    expect(await Promise.all(answers)).toHaveLength(CROWD);
    await closed;
    opened.length = 0;
  });

  test('refuses a port on which another one listens, although they could share it', async () => {
    const { port } = await open({});
    const other = createServer();
    await expect(acceptFor(other, { host: HOST, port }, listenBy(other))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(await ask(port)).toMatch(/hello/);
  });

  test('is the only one that listens where a system does not share ports', async () => {
    const { port } = await open({ platform: 'darwin' });
    expect(await ask(port)).toMatch(/hello/);
    const other = createServer();
    await expect(acceptFor(other, { host: HOST, port }, listenBy(other), 'darwin')).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
