import { connect } from 'node:net';

/** What came back on a bare connection. */
export interface RawReply {
  readonly text: string;
  /** The system's code if the connection ended in an error, such as `ECONNRESET`. */
  readonly error: string | null;
}

/** Sends bytes as they are and collects what comes back until the connection ends or `enough` says so. */
export async function sendRaw(
  url: string,
  bytes: string | Buffer,
  enough: (text: string) => boolean = () => false,
): Promise<RawReply> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  return await new Promise((resolve) => {
    let text = '';
    let error: string | null = null;
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (enough(text)) socket.destroy();
    });
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      error = cause.code ?? cause.message;
    });
    socket.on('close', () => resolve({ text, error }));
    socket.write(bytes);
  });
}

/** A request in full, with the Content-Length of its body. */
export function toRawRequest(requestLine: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries({ ...headers, 'Content-Length': String(Buffer.byteLength(body)) });
  const head = [requestLine, ...lines.map(([name, value]) => `${name}: ${value}`)].join('\r\n');
  return Buffer.from(`${head}\r\n\r\n${body}`);
}

/** The JSON body of a raw answer. */
export function readRawBody({ text }: RawReply): unknown {
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
}
