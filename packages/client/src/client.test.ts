import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createImmintClient } from './client.ts';
import { ApiError, ServerAnsweredStrangelyError, ServerUnreachableError } from './client-error.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A real server on a port of its own; returns its base URL. */
async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no TCP address');
  return `http://127.0.0.1:${address.port}`;
}

/** A server that answers everything with one status and body, and remembers what came. */
async function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const received: { request: IncomingMessage; body: string }[] = [];
  const url = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ request, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
  });
  return { url, received };
}

const result = (data: unknown) => JSON.stringify({ result: { data } });

const TOKEN = {
  app: 'easemob-demo',
  provider: 'easemob',
  userId: 'u1',
  token: 'YWMt-1',
  fingerprint: 'f-1',
  source: 'issued',
  generation: 1,
  issuedAtMs: 1_795_000_000_000,
  lifetime: 'known',
  expiresAtMs: 1_800_000_000_000,
};

describe('createImmintClient', () => {
  it('sends a mutation as a bare JSON body with the key, the deadline and the path', async () => {
    const { url, received } = await answering(200, result(TOKEN));
    const client = createImmintClient({ url: `${url}/`, apiKey: 'immint_demo_x', timeoutMs: 1234 });

    await expect(client.token.obtain.mutate({ app: 'easemob-demo', userId: 'u1' })).resolves.toEqual(TOKEN);

    expect(received).toHaveLength(1);
    expect(received[0]?.request.method).toBe('POST');
    expect(received[0]?.request.url).toBe('/trpc/token.obtain');
    expect(received[0]?.request.headers).toMatchObject({
      authorization: 'Bearer immint_demo_x',
      'immint-timeout-ms': '1234',
      'content-type': 'application/json',
    });
    expect(received[0]?.body).toBe('{"app":"easemob-demo","userId":"u1"}');
  });

  it('sends a query as a GET, and neither key nor deadline when there is none', async () => {
    const { url, received } = await answering(200, result([]));

    await expect(createImmintClient({ url }).app.list.query()).resolves.toEqual([]);

    expect(received[0]?.request.method).toBe('GET');
    expect(received[0]?.request.headers).not.toHaveProperty('authorization');
    expect(received[0]?.request.headers).not.toHaveProperty('immint-timeout-ms');
  });

  it('drops fields that it does not know, so that a newer server can say more', async () => {
    const { url } = await answering(200, result({ ...TOKEN, mood: 'fine' }));

    const token = await createImmintClient({ url }).token.obtain.mutate({ app: 'easemob-demo', userId: 'u1' });

    expect(token).toEqual(TOKEN);
  });

  it('rejects with the refusal of the server, its sentence, reason and request id', async () => {
    const refusal = {
      error: {
        message: 'The rate is used up.',
        code: -32029,
        data: {
          code: 'TOO_MANY_REQUESTS',
          httpStatus: 429,
          reason: 'PROVIDER_RATE_LIMITED',
          requestId: 'r-1',
          retryAfterMs: 250,
        },
      },
    };
    const { url } = await answering(429, JSON.stringify(refusal));

    const error: unknown = await createImmintClient({ url })
      .token.obtain.mutate({ app: 'easemob-demo', userId: 'u1' })
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      message: 'The rate is used up.',
      reason: 'PROVIDER_RATE_LIMITED',
      code: 'TOO_MANY_REQUESTS',
      httpStatus: 429,
      requestId: 'r-1',
      retryAfterMs: 250,
    });
  });

  it.each([
    ['a web page', 200, '<!doctype html><title>Router login</title>', 'not JSON'],
    ['an empty body', 200, '', 'not JSON'],
    ['other JSON', 200, '{"hello":"world"}', 'another shape'],
    ['an error of another API', 404, '{"message":"Route GET:/ not found","error":"Not Found"}', 'another shape'],
    ['a reason that is not documented', 400, errorBody({ reason: 'MOON_PHASE' }), 'another shape'],
    ['an answer without its token', 200, result({ ...TOKEN, token: undefined }), 'unexpected in: token'],
  ])('says that %s is not immint', async (_case, status, body, words) => {
    const { url } = await answering(status, body);

    const error: unknown = await createImmintClient({ url })
      .token.obtain.mutate({ app: 'easemob-demo', userId: 'u1' })
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ServerAnsweredStrangelyError);
    expect(String(error)).toContain(words);
  });

  it('does not follow a redirect, so that no secret reaches another host', async () => {
    const elsewhere = await answering(200, result(TOKEN));
    const { url } = await answering(307, '', { location: `${elsewhere.url}/trpc/token.obtain` });

    await expect(
      createImmintClient({ url }).token.obtain.mutate({ app: 'easemob-demo', userId: 'u1', password: 'p' }),
    ).rejects.toBeInstanceOf(ServerAnsweredStrangelyError);
    expect(elsewhere.received).toEqual([]);
  });

  it('says that nobody listens', async () => {
    const url = await listen(() => undefined);
    const [server] = servers.splice(0);
    server?.close();

    const error: unknown = await createImmintClient({ url, apiKey: 'immint_demo_canary' })
      .app.list.query()
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ServerUnreachableError);
    expect(String(error)).toContain(`The server at ${url} cannot be reached (ECONNREFUSED)`);
    expect(String(error)).not.toContain('canary');
  });

  it('says that the connection broke', async () => {
    const url = await listen((request) => request.socket.destroy());

    await expect(createImmintClient({ url }).app.list.query()).rejects.toBeInstanceOf(ServerUnreachableError);
  });

  it('leaves the abort of the caller as it is', async () => {
    const controller = new AbortController();
    const url = await listen(() => controller.abort());

    await expect(
      createImmintClient({ url }).app.list.query(undefined, { signal: controller.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});

function errorBody(data: Record<string, unknown>): string {
  return JSON.stringify({
    error: {
      message: 'm',
      data: { code: 'BAD_REQUEST', httpStatus: 400, reason: 'INPUT_INVALID', requestId: 'r', ...data },
    },
  });
}
