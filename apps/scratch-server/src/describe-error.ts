import { DatabaseError } from '@immint/db';
import { ProviderError } from '@immint/providers';
import { TRPCError } from '@trpc/server';
import { DomainError } from './domain-error.ts';

/** What may be known of an error outside the process that threw it. */
export interface ErrorDescription {
  readonly name: string;
  readonly message?: string;
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
  readonly frames?: readonly string[];
  readonly cause?: ErrorDescription;
}

const MAX_DEPTH = 5;
const MAX_FRAMES = 8;

/**
 * Reduces an error to what is safe to log. Only our own classes keep their message, because we wrote it; of every other
 * error only the class name and the places in the code remain: a message of drizzle holds bound parameters, one of
 * `JSON.parse` quotes its input.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error };
  const own = describeOwn(error);
  const cause = error.cause === undefined || depth >= MAX_DEPTH ? undefined : describeError(error.cause, depth + 1);
  return {
    name: error.constructor.name,
    ...own,
    ...(own === undefined ? { frames: framesOf(error) } : {}),
    ...(cause === undefined ? {} : { cause }),
  };
}

function describeOwn(error: Error): Pick<ErrorDescription, 'message' | 'facts'> | undefined {
  if (error instanceof DomainError) return { message: error.message, facts: { reason: error.reason } };
  if (error instanceof ProviderError) {
    const { kind, retryable, mayHaveExecuted, httpStatus, providerCode } = error;
    return {
      message: error.message,
      facts: {
        kind,
        retryable,
        mayHaveExecuted,
        ...(httpStatus === undefined ? {} : { httpStatus }),
        ...(providerCode === undefined ? {} : { providerCode }),
      },
    };
  }
  if (error instanceof DatabaseError) return { message: error.message, facts: { code: error.code } };
  if (error instanceof TRPCError) return { facts: { code: error.code } };
  return undefined;
}

/** The places in the code. A stack begins with the message, which may have lines that look like places. */
function framesOf(error: Error): string[] {
  const stack = error.stack ?? '';
  const messageAt = stack.indexOf(error.message);
  if (messageAt === -1) return [];
  return stack
    .slice(messageAt + error.message.length)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at .*:\d+:\d+\)?$/.test(line))
    .slice(0, MAX_FRAMES);
}
