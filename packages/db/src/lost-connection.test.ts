import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { startPostgres } from './testing/start-postgres.ts';
import { createSocketSource } from './watched-socket.ts';

test('a transaction whose connection fell silent ends in an error, and does not end the process', async () => {
  const server = await startPostgres();
  let isSilent = false;
  const proxy = createServer((client) => {
    const upstream = connect(server.socketPath);
    client.on('data', (bytes) => upstream.write(bytes)).on('error', () => upstream.destroy());
    upstream.on('data', (bytes) => isSilent || client.write(bytes)).on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  const watched = { socket: createSocketSource(200) };
  const queries = postgres(`postgres://postgres@127.0.0.1:${address.port}/postgres`, {
    max: 1,
    backoff: () => 0.05,
    ...watched,
  });
  const cutOff = queries.begin(async (transaction) => {
    await transaction`select 1`;
    isSilent = true;
    // What takes it back is sent when there is no socket any more.
    await transaction`select 2`;
  });
  await expect(cutOff).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  isSilent = false;
  await expect.poll(() => queries`select 3 as answer`.then(([row]) => row?.['answer'])).toBe(3);
  await queries.end({ timeout: 1 });
  proxy.close();
  await server.stop();
});
