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
  if (error instanceof TRPCError) return fromTRPCError(error);
  return new DomainError('INTERNAL', { cause: error });
}

function fromTRPCError(error: TRPCError): DomainError {
  const { cause, code } = error;
  if (cause instanceof DomainError || cause instanceof ProviderError || cause instanceof DatabaseError) {
    return toDomainError(cause);
  }
  if (code === 'BAD_REQUEST' && cause instanceof ZodError) return refusedInput(cause);
  // What JSON.parse threw quotes the body, so it is not kept either.
  if (code === 'BAD_REQUEST' && cause instanceof SyntaxError) return new DomainError('BODY_NOT_JSON');
  return new DomainError(REASON_BY_TRPC_CODE[code] ?? 'INTERNAL', { cause: error });
}

const MAX_NAMED_FIELDS = 5;

/** Names the fields that a schema refused, and why; never the values, which may be secrets. */
export function refusedInput(error: ZodError): DomainError {
  const named = error.issues.slice(0, MAX_NAMED_FIELDS).map((issue) => {
    const path = issue.path.map((part) => nameOf(String(part))).join('.');
    const rule = issue.code === 'unrecognized_keys' ? unknownFields(issue.keys) : issue.message.replace(/\.$/, '');
    return path === '' ? rule : `${path}: ${rule}`;
  });
  return new DomainError('INPUT_INVALID', { sentence: `The input does not fit this call: ${named.join('; ')}.` });
}

function unknownFields(keys: readonly string[]): string {
  return `has fields that this call does not know (${keys.slice(0, MAX_NAMED_FIELDS).map(nameOf).join(', ')})`;
}

/** A field's name is repeated only if it looks like one: whoever mixes up names and values may have put a secret there. */
function nameOf(key: string): string {
  return /^[A-Za-z_-]{1,40}$|^\d{1,4}$/.test(key) ? key : '...';
}
