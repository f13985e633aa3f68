import { ApiErrorData } from '@immint/contracts';
import type { AppRouter } from '@immint/server/router';
import { httpSubscriptionLink, TRPCClientError } from '@trpc/client';
import type { TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { EventSource } from 'eventsource';
import type { EventSourceFetchInit } from 'eventsource';
import { readAnswer } from './answers.ts';
import { ApiError, isClientError, ServerAnsweredStrangelyError, ServerUnreachableError } from './client-error.ts';
import { readEnvelope } from './envelope.ts';

/** How a stream of answers is asked for. */
interface WatchOptions {
  /** The server's base URL. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

/** What went wrong with one connection, before the event source made an event without a cause of it. */
interface Failure {
  error?: unknown;
}

/**
 * The link of procedures that answer again and again (server-sent events). One subscription is one connection: when that
 * breaks, it ends with a `ClientError`, and whoever wants more subscribes again. Every answer is checked like any other.
 */
export function createWatchLink(options: WatchOptions): TRPCLink<AppRouter> {
  return (runtime) => (call) =>
    observable((observer) => {
      const failure: Failure = {};
      const link = httpSubscriptionLink<AppRouter, typeof EventSource>({
        url: `${options.url}/trpc`,
        EventSource,
        eventSourceOptions: { fetch: createWatchFetch(options, failure) },
      })(runtime);
      const fail = (error: unknown): void => {
        observer.error(TRPCClientError.from(toWatchError(options.url, failure.error ?? error)));
      };
      return link(call).subscribe({
        next(value) {
          const { result } = value;
          if (result.type === 'state' && result.state === 'connecting' && result.error !== null) {
            fail(result.error);
            return;
          }
          try {
            if ('data' in result) readAnswer(options.url, call.op.path, result.data);
            observer.next(value);
          } catch (error) {
            fail(error);
          }
        },
        error: fail,
        complete: () => observer.complete(),
      });
    });
}

/** Sends the key along, follows no redirect, and remembers why there is no stream. */
function createWatchFetch({ url, headers, fetch }: WatchOptions, failure: Failure) {
  return async (address: string | URL, init: EventSourceFetchInit): Promise<Response> => {
    try {
      const { signal } = init;
      const response = await fetch(address, {
        headers: { ...init.headers, ...headers },
        redirect: 'manual',
        cache: 'no-store',
        signal: signal instanceof AbortSignal ? signal : null,
      });
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      if (response.ok && isStream) return response;
      readEnvelope(url, response.status, await response.text());
      throw new ServerAnsweredStrangelyError(url, 'the answer is no stream', response.status);
    } catch (error) {
      failure.error = isClientError(error) ? error : new ServerUnreachableError(url, 'cannot be reached', error);
      throw error;
    }
  };
}

function toWatchError(url: string, error: unknown): Error {
  if (isClientError(error)) return error;
  if (error instanceof TRPCClientError) {
    const data = ApiErrorData.safeParse(error.data);
    if (data.success) return new ApiError(error.message, data.data);
    if (isClientError(error.cause)) return error.cause;
  }
  return new ServerUnreachableError(url, 'ended the connection', error);
}
