import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';

/** Why this program itself refuses or gives up, with the exit code of each. Closed, as the server's own list is. */
export const EXIT_CODE_BY_CLI_REASON = {
  /** The command line is not one that this program knows. */
  USAGE: EXIT.usage,
  /** A flag was handed a secret. */
  SECRET_IN_ARGUMENT: EXIT.usage,
  /** A secret is needed, and none came from a file, standard input, a prompt or the environment. */
  SECRET_MISSING: EXIT.usage,
  /** A file that was named cannot be read. */
  FILE_UNREADABLE: EXIT.inputRefused,
  /** No server is known, or what is written down about it cannot be used. */
  CLIENT_CONFIGURATION: EXIT.configuration,
  /** A server, or the sandbox, cannot start as it is configured. */
  CANNOT_START: EXIT.configuration,
  /** What should be ours at a URL that this program started itself is not. */
  SANDBOX_ANSWERED_STRANGELY: EXIT.brokeContract,
  /** An app of the demonstration was given another account, from which nothing is obtained without being asked. */
  DEMO_APP_CHANGED: EXIT.no,
  SERVER_UNREACHABLE: EXIT.unreachable,
  SERVER_ANSWERED_STRANGELY: EXIT.brokeContract,
  /** Ctrl-C in a prompt. */
  INTERRUPTED: EXIT.interrupted,
  /** A bug of this program. */
  CLI_FAILED: EXIT.ourBug,
} as const satisfies Record<string, ExitCode>;

export type CliReason = keyof typeof EXIT_CODE_BY_CLI_REASON;

/** A refusal of this program itself. `message` is for a person and says what to do; it never holds a secret. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly reason: CliReason;

  constructor(reason: CliReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
