import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { JobView } from '@immint/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createImmintClient } from './client.ts';
import { ApiError, ServerAnsweredStrangelyError } from './client-error.ts';
import { watchJob } from './watch-job.ts';

const JOB: JobView = {
  job: 7,
  app: 'rc',
  provider: 'rongcloud',
  kind: 'bulk',
  state: 'running',
  pausedBecause: null,
  message: null,
  cap: null,
  calls: 0,
  items: 3,
  counts: { waiting: 3, issued: 0, stored: 0, failed: 0, duplicates: 0, told: 0 },
  estimatedMs: 20,
  createdBy: 'key',
  createdAtMs: 1,
  startedAtMs: 2,
  finishedAtMs: null,
};

const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
const HELLO = 'event: connected\ndata: {}\n\n';
const END = 'event: return\ndata: \n\n';

/** A server that streams as the test says, connection after connection, and answers `job.show` with `shown`. */
async function serve(streams: ((response: ServerResponse) => void)[], shown: JobView = JOB) {
  const asked: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://server').pathname;
    asked.push({ path, authorization: request.headers.authorization });
    if (path === '/trpc/job.show') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ result: { data: shown } }));
      return;
    }
    streams.shift()?.(response.setHeader('content-type', 'text/event-stream'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no TCP address');
  const client = createImmintClient({ url: `http://127.0.0.1:${address.port}`, apiKey: 'immint_demo_x' });
  return { client, asked };
}

async function statesOf(views: AsyncIterable<JobView>): Promise<string[]> {
  const states: string[] = [];
  for await (const { state } of views) states.push(state);
  return states;
}

describe('watchJob', () => {
  it('gives each state of the job as it comes, until it is over, and sends the key along', async () => {
    const { client, asked } = await serve([
      (response) => response.end(`${HELLO}${event(JOB)}${event({ ...JOB, state: 'done', finishedAtMs: 3 })}${END}`),
    ]);
    expect(await statesOf(watchJob(client, 7))).toEqual(['running', 'done']);
    expect(asked).toEqual([{ path: '/trpc/job.watch', authorization: 'Bearer immint_demo_x' }]);
  });

  it('connects anew after a stream that ended or broke', async () => {
    const { client, asked } = await serve([
      (response) => response.end(`${HELLO}${event(JOB)}${END}`),
      (response) => {
        response.write(`${HELLO}${event(JOB)}`);
        setTimeout(() => response.destroy(), 20);
      },
      (response) => response.end(`${HELLO}${event({ ...JOB, state: 'cancelled', finishedAtMs: 3 })}`),
    ]);
    expect(await statesOf(watchJob(client, 7))).toEqual(['running', 'running', 'running', 'running', 'cancelled']);
    expect(asked.map(({ path }) => path)).toEqual(
      ['watch', 'show', 'watch', 'show', 'watch'].map((verb) => `/trpc/job.${verb}`),
    );
  });

  it('ends with what the server refuses with, in a stream or in place of one', async () => {
    const data = { code: 'NOT_FOUND', httpStatus: 404, reason: 'JOB_UNKNOWN', requestId: 'req_1' };
    const error = { message: 'There is no such job.', code: -32_004, data };
    const { client } = await serve([
      (response) => response.end(`${HELLO}event: serialized-error\ndata: ${JSON.stringify(error)}\n\n`),
      (response) =>
        response.setHeader('content-type', 'application/json').writeHead(404).end(JSON.stringify({ error })),
      (response) => response.setHeader('content-type', 'text/html').end('<p>somebody else</p>'),
      (response) => response.end(`${HELLO}${event({ ...JOB, items: 'three' })}`),
    ]);
    await expect(statesOf(watchJob(client, 7))).rejects.toThrow(ApiError);
    await expect(statesOf(watchJob(client, 7))).rejects.toMatchObject({ reason: 'JOB_UNKNOWN' });
    await expect(statesOf(watchJob(client, 7))).rejects.toThrow(ServerAnsweredStrangelyError);
    await expect(statesOf(watchJob(client, 7))).rejects.toThrow(
      'job.watch answers with something unexpected in: items',
    );
  });

  it('ends when its caller stops it, and hangs up', async () => {
    const gone = Promise.withResolvers<void>();
    const { client } = await serve([
      (response) => {
        response.once('close', () => gone.resolve()).write(`${HELLO}${event(JOB)}`);
      },
    ]);
    const stopper = new AbortController();
    for await (const view of watchJob(client, 7, { signal: stopper.signal })) {
      expect(view).toEqual(JOB);
      stopper.abort();
    }
    await gone.promise;
  });
});
