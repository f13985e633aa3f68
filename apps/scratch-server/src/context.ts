import type { Caller } from './keys/authenticate.ts';
import type { Log } from './log.ts';
import type { Services } from './services.ts';

/** What the HTTP side knows of a request before anybody has looked at who is calling. */
export interface Context {
  readonly services: Services;
  readonly requestId: string;
  readonly authorization: string | undefined;
  /** The header `Immint-Timeout-Ms` as it came. */
  readonly timeoutHeader: string | undefined;
  readonly log: Log;
  /** Aborts when the server begins to stop. */
  readonly stopping: AbortSignal;
}

/** What a verb is given besides its input: what it may use, and for whom. */
export interface Call {
  readonly services: Services;
  readonly requestId: string;
  readonly caller: Caller;
  /** Until when the caller waits, in monotonic milliseconds. */
  readonly deadlineMs: number;
  readonly log: Log;
}

/** What a verb is given that answers again and again: it ends by itself when the server stops, or the time is over. */
export interface WatchCall extends Call {
  readonly stopping: AbortSignal;
  readonly authorization: string | undefined;
}
