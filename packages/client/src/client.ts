import type { AppRouter } from '@immint/server/router';
import { createTRPCClientProxy, httpLink, splitLink, TRPCUntypedClient } from '@trpc/client';
import type { TRPCClient, TRPCRequestOptions } from '@trpc/client';
import { readAnswer } from './answers.ts';
import { toClientError } from './client-error.ts';
import { createExchange } from './exchange.ts';
import { createWatchLink } from './watch-link.ts';

/** The server's own deadline for a call that brings none (header `Immint-Timeout-Ms`). */
const DEFAULT_TIMEOUT_MS = 10_000;

/** How long after the deadline a request is given up: the server can then still say itself that the time is over. */
const GRACE_MS = 2_000;

/** How to reach a server. */
export interface ImmintClientOptions {
  /** The server's base URL, such as `http://127.0.0.1:7788`; the client adds `/trpc`. */
  readonly url: string;
  /** Sent as `Authorization: Bearer …`, and only there. Without it every call is refused with `CREDENTIALS_MISSING`. */
  readonly apiKey?: string | undefined;
  /**
   * How long each call may take, in milliseconds, at most 60,000: sent to the server as `Immint-Timeout-Ms` (the server
   * takes 10,000 when it is left out). The HTTP request is given up 2,000 ms later.
   */
  readonly timeoutMs?: number | undefined;
  /** Sends the requests; the platform's own by default. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The typed client: `client.<noun>.<verb>.query(input)`, `.mutate(input)` or `.subscribe(input)`. */
export type ImmintClient = TRPCClient<AppRouter>;

/**
 * A client of one immint server. Each call is one HTTP request; inputs and outputs have the types of the server's
 * router, and outputs are checked at run time too. A call rejects with `ApiError` (the server's refusal),
 * `ServerUnreachableError` or `ServerAnsweredStrangelyError`, and with nothing else but the caller's own abort.
 */
export function createImmintClient(options: ImmintClientOptions): ImmintClient {
  const url = options.url.replace(/\/+$/, '');
  const limitMs = (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) + GRACE_MS;
  const fetch = options.fetch ?? globalThis.fetch;
  const authorization = options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` };
  const callLink = httpLink<AppRouter>({
    url: `${url}/trpc`,
    headers: {
      ...authorization,
      ...(options.timeoutMs === undefined ? {} : { 'immint-timeout-ms': String(options.timeoutMs) }),
    },
    fetch: createExchange({ url, limitMs, fetch }),
  });
  const link = splitLink<AppRouter>({
    condition: ({ type }) => type === 'subscription',
    true: createWatchLink({ url, headers: authorization, fetch }),
    false: callLink,
  });
  return createTRPCClientProxy<AppRouter>(new CheckedClient(url, { links: [link] }));
}

/** tRPC wraps whatever a link throws in an error of its own, so ours are taken out again here, behind the links. */
class CheckedClient extends TRPCUntypedClient<AppRouter> {
  readonly #url: string;

  constructor(url: string, options: ConstructorParameters<typeof TRPCUntypedClient<AppRouter>>[0]) {
    super(options);
    this.#url = url;
  }

  override query(path: string, input?: unknown, options?: TRPCRequestOptions): Promise<unknown> {
    return this.#check(path, super.query(path, input, options));
  }

  override mutation(path: string, input?: unknown, options?: TRPCRequestOptions): Promise<unknown> {
    return this.#check(path, super.mutation(path, input, options));
  }

  async #check(path: string, call: Promise<unknown>): Promise<unknown> {
    return readAnswer(
      this.#url,
      path,
      await call.catch((error: unknown) => {
        throw toClientError(error);
      }),
    );
  }
}
