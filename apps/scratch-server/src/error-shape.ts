import { HTTP_STATUS_BY_CODE, REASONS } from '@immint/contracts';
import type { ApiErrorData } from '@immint/contracts';
import { TRPCError } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { toDomainError } from './to-domain-error.ts';
import type { DomainError } from './domain-error.ts';

/** What `error.data` holds, built from the refusal alone: nothing of the original error can be in it. */
export function errorDataOf(error: DomainError, requestId: string): ApiErrorData {
  const { code } = REASONS[error.reason];
  return {
    code,
    httpStatus: HTTP_STATUS_BY_CODE[code],
    reason: error.reason,
    requestId,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(error.retryAfterMs) }),
  };
}

/** The same refusal as tRPC's error, whose code decides the HTTP status. */
export function toTRPCError(error: unknown): TRPCError {
  const domainError = toDomainError(error);
  return new TRPCError({
    code: REASONS[domainError.reason].code,
    message: domainError.message,
    cause: domainError,
  });
}

/** The same refusal where tRPC is not reached, in the shape that tRPC's clients read. */
export function errorEnvelope(error: DomainError, requestId: string): { httpStatus: number; body: object } {
  const data = errorDataOf(error, requestId);
  return {
    httpStatus: data.httpStatus,
    body: { error: { message: error.message, code: TRPC_ERROR_CODES_BY_KEY[data.code], data } },
  };
}
