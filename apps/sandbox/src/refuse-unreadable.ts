import type { Duplex } from 'node:stream';

/** What could not be read as a request, by the code that Node gives it; anything else is {@link NOT_HTTP}. */
const PROBLEMS: Readonly<Record<string, readonly [status: number, reason: string, sentence: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'the request did not arrive in full in time.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large', 'the extensions of a chunk are over 16 kB.'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'the request line and headers are over 16 kB.'],
};
const NOT_HTTP = [400, 'Bad Request', 'this is no HTTP/1 request: this port takes plain HTTP, without TLS.'] as const;

/**
 * Answers bytes that are no whole request, and ends the connection. Nobody knows whose path it would have been, so the
 * body has the fields that RongCloud and Nexconn share: an SDK that reads JSON finds some.
 */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) return;
  const [status, reason, errorMessage] = PROBLEMS[error.code ?? ''] ?? NOT_HTTP;
  const body = JSON.stringify({ code: status, errorMessage });
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
