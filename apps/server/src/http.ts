import { randomUUID } from 'node:crypto';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { acceptFor } from './acceptors.ts';
import type { Acceptors } from './acceptors.ts';
import type { Context } from './context.ts';
import { withinDeadline } from './deadline.ts';
import { DomainError } from './domain-error.ts';
import { errorEnvelope } from './error-shape.ts';
import { rootRouter } from './router.ts';
import type { AppRouter } from './router.ts';
import type { Services } from './services.ts';
import { toDomainError } from './to-domain-error.ts';

const BODY_LIMIT_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;

/** A database that takes longer for the smallest question cannot serve either. */
const PING_LIMIT_MS = 2_000;

/** Long enough for every call that waits for a provider; after it connections are cut. */
const STOP_LIMIT_MS = 12_000;

/** The HTTP side: gives each request an id, hands calls to tRPC, and speaks our error shape where tRPC is not reached. */
export interface HttpServer {
  /** Listens and gives the URL, with the port that was chosen when it was 0. */
  listen(host: string, port: number): Promise<string>;
  /** Takes no more calls, waits for those under way, and closes. */
  close(): Promise<void>;
}

export function createHttpServer(services: Services): HttpServer {
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  const fastify = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    genReqId: () => `req_${randomUUID().replaceAll('-', '').slice(0, 20)}`,
    routerOptions: { maxParamLength: 200 },
    // What the router refuses before any hook: its own answer repeats the path.
    frameworkErrors: (_error, request, reply) => {
      void refuse(services, new DomainError('PROCEDURE_UNKNOWN'), request, reply);
    },
  });

  // JSON is the only thing that is read: a web page cannot send it to another origin without asking first.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  fastify.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'cache-control': 'no-store',
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
    });
    if (isStopping()) throw new DomainError('SHUTTING_DOWN');
  });
  fastify.addHook('onSend', async (_request, reply) => {
    if (isStopping()) void reply.header('connection', 'close');
  });
  fastify.addHook('onResponse', async (request, reply) => {
    services.log.info('request', {
      requestId: request.id,
      method: request.method,
      path: knownPath(request.url),
      status: reply.statusCode,
      elapsedMs: Math.round(reply.elapsedTime),
    });
  });
  fastify.setErrorHandler((error, request, reply) => refuse(services, toHttpRefusal(error), request, reply));
  fastify.setNotFoundHandler((request, reply) =>
    refuse(services, new DomainError('PROCEDURE_UNKNOWN'), request, reply),
  );

  addHealth(fastify, services, isStopping);
  fastify.all<{ Params: { path: string } }>('/trpc/:path', (request, reply) => {
    refuseSeveralCalls(request);
    return fastifyRequestHandler<AppRouter, FastifyRequest, FastifyReply>({
      router: rootRouter,
      req: request,
      res: reply,
      path: request.params.path,
      allowBatching: false,
      responseMeta: ({ errors }) => ({ headers: challengeOf(errors.some((error) => error.code === 'UNAUTHORIZED')) }),
      createContext: () => contextOf(services, request, stopping.signal),
      onError: ({ error }) => logRefusal(services, toDomainError(error), request.id),
    });
  });

  let acceptors: Acceptors | undefined;
  return {
    async listen(host, port) {
      let url = '';
      acceptors = await acceptFor(fastify.server, { host, port }, async (place) => {
        url = await fastify.listen(place);
      });
      return url;
    },
    async close() {
      // What answers again and again ends with this.
      stopping.abort();
      // A request that was only half sent would hold the server for ever: its own time limit ends with listening.
      const cut = setTimeout(() => fastify.server.closeAllConnections(), STOP_LIMIT_MS);
      await Promise.all([acceptors?.close(), fastify.close()]).finally(() => clearTimeout(cut));
    },
  };
}

/** tRPC would take several calls in one request, or stream their answers, and refuse them before it knows the request. */
function refuseSeveralCalls(request: FastifyRequest): void {
  const { query, headers } = request;
  const asksForBatch = typeof query === 'object' && query !== null && 'batch' in query;
  if (!asksForBatch && headers['trpc-accept'] === undefined) return;
  throw new DomainError('INPUT_INVALID', { sentence: 'One request is one call: send no batch and no trpc-accept.' });
}

/** Only what looks like a path of ours is written down: anything else is whatever somebody sent. */
function knownPath(url: string): string {
  const [path = ''] = url.split('?', 1);
  return /^\/(healthz|readyz|trpc\/[a-z]{1,16}\.[a-zA-Z]{1,16})$/.test(path) ? path : 'unknown';
}

/** Who is not known is told how to say who it is (RFC 6750, section 3). */
function challengeOf(isUnauthorized: boolean): Headers {
  return new Headers(isUnauthorized ? { 'www-authenticate': 'Bearer' } : {});
}

function contextOf(services: Services, request: FastifyRequest, stopping: AbortSignal): Context {
  const timeout = request.headers['immint-timeout-ms'];
  return {
    services,
    requestId: request.id,
    authorization: request.headers.authorization,
    timeoutHeader: Array.isArray(timeout) ? timeout.join(',') : timeout,
    log: services.log.with({ requestId: request.id }),
    stopping,
  };
}

function addHealth(fastify: FastifyInstance, services: Services, isStopping: () => boolean): void {
  fastify.get('/healthz', async () => ({ ok: true }));
  fastify.get('/readyz', async (_request, reply) => {
    if (isStopping()) throw new DomainError('SHUTTING_DOWN');
    try {
      await withinDeadline(PING_LIMIT_MS, services.database.ping());
    } catch (cause) {
      throw new DomainError('DATABASE_UNAVAILABLE', { cause });
    }
    return reply.send({ ok: true });
  });
}

/** What Fastify refuses before tRPC sees it, in our words; what is not named here is a fault of ours. */
function toHttpRefusal(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new DomainError('BODY_TOO_LARGE');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new DomainError('CONTENT_TYPE_UNSUPPORTED');
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY' || code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') {
    return new DomainError('BODY_NOT_JSON');
  }
  return new DomainError('INTERNAL', { cause: error });
}

function refuse(services: Services, error: DomainError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  logRefusal(services, error, request.id);
  const { httpStatus, body } = errorEnvelope(error, request.id);
  return reply.code(httpStatus).send(body);
}

function logRefusal(services: Services, error: DomainError, requestId: string): void {
  if (error.reason === 'INTERNAL') services.log.error('request.failed', { requestId }, error);
  else if (error.cause === undefined) services.log.info('request.refused', { requestId, reason: error.reason });
  else services.log.warn('request.refused', { requestId, reason: error.reason }, error.cause);
}
