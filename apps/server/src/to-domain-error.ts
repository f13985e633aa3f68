import type { Reason } from '@immint/contracts';
import { DatabaseError } from '@immint/db';
import { ProviderError } from '@immint/providers';
import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { DomainError } from './domain-error.ts';
import { fromDatabaseError } from './from-database-error.ts';
import { fromProviderError } from './from-provider-error.ts';

/** The refusals that tRPC makes by itself, in our words; what is not here is a fault of ours. */
const REASON_BY_TRPC_CODE: Partial<Record<TRPCError['code'], Reason>> = {
  PARSE_ERROR: 'BODY_NOT_JSON',
  BAD_REQUEST: 'INPUT_INVALID',
  NOT_FOUND: 'PROCEDURE_UNKNOWN',
  METHOD_NOT_SUPPORTED: 'METHOD_UNSUPPORTED',
  UNSUPPORTED_MEDIA_TYPE: 'CONTENT_TYPE_UNSUPPORTED',
  PAYLOAD_TOO_LARGE: 'BODY_TOO_LARGE',
};

/**
 * The error firewall: whatever was thrown becomes a refusal out of the closed list. An error that nobody mapped becomes
 * `INTERNAL`, which says nothing but its request id; the original stays as `cause`, for the log.
 */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof ProviderError) return fromProviderError(error);
  if (error instanceof DatabaseError) return fromDatabaseError(error);
  if (error instanceof TRPCError) {
    if (error.cause instanceof ZodError && error.code === 'BAD_REQUEST') return refusedInput(error.cause);
    const isOurs =
      error.cause instanceof DomainError ||
      error.cause instanceof ProviderError ||
      error.cause instanceof DatabaseError;
    if (isOurs) return toDomainError(error.cause);
    const reason = REASON_BY_TRPC_CODE[error.code];
    if (reason !== undefined) return new DomainError(reason, { cause: error });
  }
  return new DomainError('INTERNAL', { cause: error });
}

const MAX_NAMED_FIELDS = 5;

/** Names the fields that a schema refused, and why; never the values, which may be secrets. */
export function refusedInput(error: ZodError, prefix: readonly string[] = []): DomainError {
  const named = error.issues.slice(0, MAX_NAMED_FIELDS).map((issue) => {
    const path = [...prefix, ...issue.path.map(String)].join('.');
    return path === '' ? issue.message : `${path}: ${issue.message}`;
  });
  return new DomainError('INPUT_INVALID', { sentence: `The input does not fit this call: ${named.join('; ')}.` });
}
