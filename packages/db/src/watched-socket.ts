import { Socket } from 'node:net';

/** Where to connect, as postgres.js has read it out of its URL: one name or several of one cluster, or a Unix socket. */
interface SocketTarget {
  readonly path: string | false;
  readonly host: readonly string[];
  readonly port: readonly number[];
}

const LOOKS = 5;

/**
 * Gives postgres.js sockets that are destroyed when nothing was received for `silenceMs`. A connection that fell silent
 * without being closed (a cut cable, a firewall that forgot it) would otherwise stay in the pool for ever, and take queries
 * with it. The pool must close idle ones earlier, so that only those that wait for an answer are left to be destroyed.
 *
 * What counts is how often nothing was there, and not how late it is: a process that was stopped for a while finds its
 * connections as they were. Received bytes are those of the socket itself, below TLS too.
 */
export function createSocketSource(silenceMs: number): (target: SocketTarget) => Socket {
  let opened = 0;
  return ({ path, host, port }) => {
    const socket = new Socket();
    const turn = opened % host.length;
    opened += 1;
    // postgres.js reads the name from here, to hold the certificate against it.
    const address = { host: host[turn] ?? 'localhost', port: port[turn] ?? 5432 };
    Object.assign(socket, address);
    if (path === false) socket.connect(address);
    else socket.connect(path);
    destroyWhenSilent(socket, silenceMs);
    return socket;
  };
}

function destroyWhenSilent(socket: Socket, silenceMs: number): void {
  let received = 0;
  let silentLooks = 0;
  const looking = setInterval(() => {
    silentLooks = socket.bytesRead === received ? silentLooks + 1 : 0;
    received = socket.bytesRead;
    if (socket.destroyed || silentLooks >= LOOKS) {
      clearInterval(looking);
      socket.destroy();
    }
  }, silenceMs / LOOKS);
  looking.unref();
}
