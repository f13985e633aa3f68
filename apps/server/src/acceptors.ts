import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { Server } from 'node:net';

/** How many connections may wait to be accepted: a crowd that comes at once must not have to knock twice. */
const BACKLOG = 4_096;

/**
 * Node accepts one connection a turn of its event loop (libuv since 1.45), and a turn takes as long as everybody who is
 * connected already: with 500 of them busy, whoever came new waited up to 50 s, out of reach of any deadline. Each socket
 * that listens accepts one a turn, and costs nothing while nobody comes; with so many it was 5 s.
 */
const ACCEPTORS = 64;

/** Where a server listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly backlog: number;
  /** Whether other sockets may listen there too; those of the same system user alone. */
  readonly reusePort: boolean;
}

/** What accepts connections for a server. */
export interface Acceptors {
  /** Accepts no more; resolves when the last connection has ended. */
  close(): Promise<void>;
}

/**
 * Lets a server listen, by `listen`, which is to bind this place, and as many more sockets beside it as make it accept a
 * crowd within a few turns; where the system does not share a port between sockets, that one alone.
 * @throws what listening throws: `EADDRINUSE` also where whoever has the port would share it
 */
export async function acceptFor(
  server: HttpServer,
  { host, port }: Pick<Place, 'host' | 'port'>,
  listen: (place: Place) => Promise<unknown>,
  platform: NodeJS.Platform = process.platform,
): Promise<Acceptors> {
  const reusePort = platform === 'linux';
  const place = { host, port, backlog: BACKLOG, reusePort };
  // Two servers on one port by mistake must not share the calls.
  if (reusePort && port !== 0) await closed(await listening(createServer(), { ...place, reusePort: false }));
  await listen(place);
  const beside = Array.from({ length: reusePort ? ACCEPTORS - 1 : 0 }, () =>
    listening(acceptorFor(server), { ...place, port: portOf(server) }),
  );
  const close = async (): Promise<void> => {
    const opened = (await Promise.allSettled(beside)).flatMap((each) =>
      each.status === 'fulfilled' ? [each.value] : [],
    );
    await Promise.all(opened.map((acceptor) => closed(acceptor)));
  };
  try {
    await Promise.all(beside);
  } catch (error) {
    // Those that listen already would keep a process alive that has failed to start.
    await close();
    throw error;
  }
  return { close };
}

/** As the sockets of an HTTP server are; it takes over what is handed to it (node:http, event `connection`). */
const acceptorFor = (server: HttpServer): Server =>
  createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void server.emit('connection', socket));

async function listening(server: Server, place: Place): Promise<Server> {
  server.listen(place);
  await once(server, 'listening');
  return server;
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

/** The port of a server that listens. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port.');
  return address.port;
}
