import type { getFetch } from '@trpc/client';
import { isClientError, ServerUnreachableError } from './client-error.ts';
import { readEnvelope } from './envelope.ts';

/** How one HTTP exchange is made. */
interface ExchangeOptions {
  /** The server's base URL, for the sentences of errors. */
  readonly url: string;
  /** When the request is given up, in milliseconds from its start. */
  readonly limitMs: number;
  readonly fetch: typeof globalThis.fetch;
}

/** What tRPC's link sends with. */
type Exchange = ReturnType<typeof getFetch>;

/**
 * Makes the function that tRPC's link sends with. It follows no redirect (a redirect would carry an App Secret to
 * another host), and tells apart who failed: an error that leaves it is a `ClientError` or the caller's own abort.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  return async (url, init) => {
    const timeout = AbortSignal.timeout(options.limitMs);
    const callerSignal = init?.signal ?? undefined;
    const signal = callerSignal === undefined ? timeout : AbortSignal.any([callerSignal, timeout]);
    try {
      const response = await options.fetch(url, { ...init, signal, redirect: 'manual' });
      const envelope = readEnvelope(options.url, response.status, await response.text());
      return { ok: response.ok, json: () => Promise.resolve(envelope) };
    } catch (error) {
      if (isClientError(error) || callerSignal?.aborted === true) throw error;
      throw new ServerUnreachableError(options.url, describeFailure(error, timeout, options.limitMs), error);
    }
  };
}

function describeFailure(error: unknown, timeout: AbortSignal, limitMs: number): string {
  if (timeout.aborted) return `did not answer within ${limitMs} ms`;
  const code = systemErrorCode(error);
  return code === undefined ? 'cannot be reached' : `cannot be reached (${code})`;
}

/** fetch hides the code of the socket's error one level down (undici). */
function systemErrorCode(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return undefined;
}
