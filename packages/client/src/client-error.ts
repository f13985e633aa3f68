import type { ApiErrorCode, ApiErrorData, Reason } from '@immint/contracts';
import { TRPCClientError } from '@trpc/client';

/**
 * The server's own refusal. `message` is its sentence for people; `reason` is what a program decides by, out of the
 * closed list `REASONS` of @immint/contracts; `requestId` finds the call in the server's log; `retryAfterMs`
 * (milliseconds) is there when trying again makes sense and the wait is known.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly reason: Reason;
  readonly code: ApiErrorCode;
  readonly httpStatus: number;
  readonly requestId: string;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, data: ApiErrorData) {
    super(message);
    this.reason = data.reason;
    this.code = data.code;
    this.httpStatus = data.httpStatus;
    this.requestId = data.requestId;
    this.retryAfterMs = data.retryAfterMs;
  }
}

/**
 * Nobody answered: the address is wrong, nothing listens there, the connection broke, or the answer took longer than
 * the call was given. Whether the server did the work is not known. `url` is the server's base URL.
 */
export class ServerUnreachableError extends Error {
  override readonly name = 'ServerUnreachableError';
  readonly url: string;

  constructor(url: string, what: string, cause: unknown) {
    super(`The server at ${url} ${what}.`, { cause });
    this.url = url;
  }
}

/**
 * Somebody answered, but not as this API does: a web page, other JSON, a redirect, an answer without a field that was
 * promised. Most often the URL is not that of an immint server, or client and server are of different versions.
 * Nothing of the answer is repeated here, because it may hold a secret.
 */
export class ServerAnsweredStrangelyError extends Error {
  override readonly name = 'ServerAnsweredStrangelyError';
  readonly url: string;
  readonly httpStatus: number | undefined;

  constructor(url: string, what: string, httpStatus?: number) {
    const status = httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`;
    super(`What answers at ${url} is not this version of immint: ${what}${status}.`);
    this.url = url;
    this.httpStatus = httpStatus;
  }
}

/** Everything that a call of the client rejects with, unless the caller aborted it or the program has a bug. */
export type ClientError = ApiError | ServerUnreachableError | ServerAnsweredStrangelyError;

/** Whether an error is one of the three that the client makes. */
export function isClientError(error: unknown): error is ClientError {
  return (
    error instanceof ApiError ||
    error instanceof ServerUnreachableError ||
    error instanceof ServerAnsweredStrangelyError
  );
}

/**
 * Takes a {@link ClientError} out of the wrapper that tRPC puts around everything that a call rejects with. What is none
 * of the three (the caller's own abort, a bug) comes back as it was thrown.
 */
export function toClientError(error: unknown): unknown {
  if (error instanceof TRPCClientError && error.cause !== undefined) return error.cause;
  return error;
}
