import type { IncomingHttpHeaders } from 'node:http';

import { onTestFinished } from 'vitest';

import { listen } from '../listener.ts';

/** A request as it arrived. */
export interface RecordedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that keeps what arrives and says yes, RongCloud's way, to everything. It ends with the test. */
export async function runRecorder(): Promise<{ readonly url: string; readonly requests: readonly RecordedRequest[] }> {
  const requests: RecordedRequest[] = [];
  const server = await listen({ host: '127.0.0.1', port: 0, portFlag: 'none' }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      requests.push({ headers: request.headers, body });
      response.setHeader('Content-Type', 'application/json').end('{"code":200}');
    });
  });
  onTestFinished(() => server.close());
  return { url: server.url, requests };
}
