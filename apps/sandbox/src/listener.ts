import { createServer, type RequestListener, type Server } from 'node:http';

import { refuseUnreadable } from './refuse-unreadable.ts';
import { SandboxError } from './sandbox-error.ts';

/** One open port. */
export interface Listener {
  /** `http://host:port`. */
  readonly url: string;
  /** Ends every connection, also those that a fault holds open. */
  close(): Promise<void>;
}

/** Longer than the 55 seconds after which the providers ask clients to drop an idle connection. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Listens on one port; 0 takes any.
 * @throws SandboxError `PORT_TAKEN`, `PORT_FORBIDDEN`, `HOST_UNAVAILABLE`
 */
export async function listen(
  options: { readonly host: string; readonly port: number; readonly portFlag: string },
  onRequest: RequestListener,
): Promise<Listener> {
  const { host, port, portFlag } = options;
  // HTTP/1.0 and hand-written requests without Host are welcome.
  const server = createServer({ requireHostHeader: false, keepAliveTimeout: KEEP_ALIVE_MS }, onRequest);
  server.on('clientError', refuseUnreadable);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(LISTEN_ERRORS[error.code ?? '']?.(host, port, portFlag) ?? error),
    );
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  const usedPort = typeof address === 'object' && address !== null ? address.port : port;
  const urlHost = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${urlHost}:${usedPort}`, close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

type Explanation = (host: string, port: number, portFlag: string) => SandboxError;

/** The system's codes that a person can do something about. */
const LISTEN_ERRORS: Readonly<Record<string, Explanation>> = {
  EADDRINUSE: (host, port, portFlag) =>
    new SandboxError(
      'PORT_TAKEN',
      `port ${port} on ${host} is taken: stop the program that uses it, or choose another one with ${portFlag} (0 = any)`,
    ),
  EACCES: (_host, port, portFlag) =>
    new SandboxError(
      'PORT_FORBIDDEN',
      `this user may not listen on port ${port}: choose one above 1023 with ${portFlag}`,
    ),
  EADDRNOTAVAIL: explainHost,
  ENOTFOUND: explainHost,
};

function explainHost(host: string): SandboxError {
  const advice = 'choose an address of this machine with --host, such as 127.0.0.1';
  return new SandboxError('HOST_UNAVAILABLE', `cannot listen on host ${host}: ${advice}`);
}
