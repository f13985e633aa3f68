import { ApiError, ServerAnsweredStrangelyError, ServerUnreachableError } from '@immint/client';
import type { Reason } from '@immint/contracts';
import { CommanderError } from 'commander';
import { CliError, EXIT_CODE_BY_CLI_REASON } from './cli-error.ts';
import type { CliReason } from './cli-error.ts';
import { EXIT_CODE_BY_REASON } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { usageSentence } from './usage-sentence.ts';

/** An error as it is reported: a reason for programs, a sentence for people, and the exit code. */
export interface Failure {
  readonly reason: Reason | CliReason;
  readonly message: string;
  /** Finds the call in the server's log; null if no server said it. */
  readonly requestId: string | null;
  readonly retryAfterMs?: number;
  readonly exitCode: ExitCode;
}

/**
 * Turns whatever was thrown into a {@link Failure}. `hint` says where the help is, for a mistyped command line. What
 * nobody foresaw becomes one fixed sentence, because it may hold anything.
 */
export function toFailure(error: unknown, hint = ''): Failure {
  if (error instanceof ApiError) {
    const { reason, message, requestId, retryAfterMs } = error;
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    return { reason, message, requestId, ...wait, exitCode: EXIT_CODE_BY_REASON[reason] };
  }
  if (error instanceof CliError) return ownFailure(error.reason, error.message);
  if (error instanceof ServerUnreachableError) {
    return ownFailure('SERVER_UNREACHABLE', `${error.message} Is it running, and is this its URL?`);
  }
  if (error instanceof ServerAnsweredStrangelyError) return ownFailure('SERVER_ANSWERED_STRANGELY', error.message);
  if (error instanceof CommanderError) return ownFailure('USAGE', `${usageSentence(error)}\n${hint}`.trimEnd());
  const name = error instanceof Error ? error.name : typeof error;
  return ownFailure(
    'CLI_FAILED',
    `immint failed in a way that nobody foresaw (${name}). Run the command again with IMMINT_DEBUG=1 to see where.`,
  );
}

function ownFailure(reason: CliReason, message: string): Failure {
  return { reason, message, requestId: null, exitCode: EXIT_CODE_BY_CLI_REASON[reason] };
}
