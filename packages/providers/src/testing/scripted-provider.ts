import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** A request exactly as its bytes came in. */
export interface ReceivedRequest {
  /** Request line and headers, as sent. */
  readonly head: string;
  readonly body: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Which connection it came on, counted from 1. */
  readonly connection: number;
}

/** Plays one answer on the connection on which a request came in. */
export type Answer = (socket: Socket) => void;

/** A provider that says what a test tells it to, in raw bytes over a real connection. */
export interface ScriptedProvider {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** Queues answers: one for each request to come. A request without one loses its connection. */
  script(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

/** An HTTP answer. The length is right unless the headers say another. */
export const httpAnswer = (
  status: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = { 'Content-Type': 'application/json; charset=utf-8' },
): Answer => {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const lines = Object.entries({ 'Content-Length': String(bytes.length), ...headers });
  const head = [`HTTP/1.1 ${status} Status`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return (socket) => void socket.write(Buffer.concat([Buffer.from(head), bytes]));
};

/** A JSON answer. */
export const jsonAnswer = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  httpAnswer(status, JSON.stringify(value), { 'Content-Type': 'application/json; charset=utf-8', ...headers });

/** Listens on a free port of the loopback address. `onConnection` speaks first, before anything was received. */
export const startScriptedProvider = async ({
  onConnection = () => {},
}: { readonly onConnection?: Answer } = {}): Promise<ScriptedProvider> => {
  const requests: ReceivedRequest[] = [];
  const answers: Answer[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    let pending: Buffer = Buffer.alloc(0);
    sockets.add(socket);
    onConnection(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      const request = takeRequest(pending, connection);
      if (request === undefined) return;
      pending = Buffer.alloc(0);
      requests.push(request);
      (answers.shift() ?? reset)(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    requests,
    script: (...more) => void answers.push(...more),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

const portOf = (address: ReturnType<Server['address']>): number => {
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port.');
  return address.port;
};

/** Loses the connection the hard way. */
export const reset: Answer = (socket) => void socket.resetAndDestroy();

/** One request at a time is sent on a connection, so what has come in is a whole one or a part of it. */
const takeRequest = (bytes: Buffer, connection: number): ReceivedRequest | undefined => {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = bytes.subarray(0, headEnd).toString('latin1');
  const fields = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(/: (.*)/s));
  const headers = new Map(fields.map(([name = '', value = '']) => [name.toLowerCase(), value]));
  const body = bytes.subarray(headEnd + 4);
  if (body.length < Number(headers.get('content-length') ?? 0)) return undefined;
  return { head, body: body.toString('utf8'), headers, connection };
};
