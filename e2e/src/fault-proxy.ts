import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';

/** Which bytes are lost. */
type LostWay = 'both' | 'to-server' | 'to-client';

/** A TCP proxy between a process under test and what it connects to. It begins by passing everything on. */
export interface FaultProxy {
  readonly port: number;
  /** Everything passes from now on. What was held is delivered; connections that lost bytes stay silent for ever. */
  pass(): Promise<void>;
  /** Cuts every connection, and refuses new ones as a port does where nobody listens. */
  refuse(): Promise<void>;
  /** Cuts every connection by a reset; new ones pass. */
  cut(): void;
  /** Bytes are lost, and ends of connections too: both sides think that the other one is silent. New connections fare the same. */
  blackhole(way?: LostWay): void;
  /** Bytes wait for `pass`, as behind a link that is down for a while. */
  hold(): void;
  close(): Promise<void>;
}

/** Where the proxy leads: a port, or a Unix socket. */
export type ProxyTarget = { readonly host: string; readonly port: number } | { readonly path: string };

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  lost: LostWay | undefined;
}

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startFaultProxy(target: ProxyTarget): Promise<FaultProxy> {
  const links = new Set<Link>();
  let state: 'passing' | 'refusing' | 'holding' | LostWay = 'passing';
  let listener = await listen(0);
  const { port } = addressOf(listener);

  function accept(client: Socket): void {
    const link: Link = { client, server: connect(target), lost: isLost(state) ? state : undefined };
    links.add(link);
    forward(link, link.client, link.server, 'to-server');
    forward(link, link.server, link.client, 'to-client');
    if (state === 'holding') setHeld(link, true);
  }

  function forward(link: Link, from: Socket, to: Socket, way: LostWay): void {
    const isThrough = (): boolean => link.lost === undefined || (link.lost !== 'both' && link.lost !== way);
    from.on('data', (bytes) => {
      if (isThrough()) to.write(bytes);
    });
    // An end that nobody hears of is not passed on either.
    from.on('close', () => {
      if (link.lost === undefined) end(link);
    });
    from.on('error', () => from.destroy());
  }

  function end({ client, server }: Link): void {
    client.resetAndDestroy();
    server.destroy();
  }

  function endAll(): void {
    for (const link of links) end(link);
    links.clear();
  }

  async function listen(wantedPort: number): Promise<Server> {
    const server = createServer(accept);
    server.listen(wantedPort, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }

  return {
    port,
    async pass() {
      if (state === 'refusing') listener = await listen(port);
      if (state === 'holding') for (const link of links) setHeld(link, false);
      state = 'passing';
    },
    async refuse() {
      state = 'refusing';
      const closed = once(listener, 'close');
      listener.close();
      endAll();
      await closed;
    },
    cut: endAll,
    blackhole(way = 'both') {
      state = way;
      for (const link of links) link.lost ??= way;
    },
    hold() {
      state = 'holding';
      for (const link of links) setHeld(link, true);
    },
    async close() {
      endAll();
      if (!listener.listening) return;
      const closed = once(listener, 'close');
      listener.close();
      await closed;
    },
  };
}

/** A proxy in front of a PostgreSQL that the tests have brought along, and the URL that leads through it. */
export async function startDatabaseProxy(databaseUrl: string): Promise<FaultProxy & { readonly url: string }> {
  const url = new URL(databaseUrl);
  const directory = url.searchParams.get('host');
  if (directory === null) throw new Error('the test server listens on a Unix socket');
  const proxy = await startFaultProxy({ path: join(directory, '.s.PGSQL.5432') });
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${proxy.port}`;
  return { ...proxy, url: url.href };
}

function isLost(state: string): state is LostWay {
  return state === 'both' || state === 'to-server' || state === 'to-client';
}

function setHeld({ client, server }: Link, isHeld: boolean): void {
  for (const socket of [client, server]) {
    if (isHeld) socket.pause();
    else socket.resume();
  }
}

function addressOf(server: Server): { readonly port: number } {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address;
}
