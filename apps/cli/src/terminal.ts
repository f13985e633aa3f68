import type { Readable, Writable } from 'node:stream';

/** Where answers and talk go. */
export type TerminalOutput = Writable & { readonly isTTY?: boolean };

/** Where answers of a person, or a secret in a pipe, come from. */
export type TerminalInput = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** Everything of the outside that a command may touch. `main.ts` gives the real one, a test gives its own. */
export interface Terminal {
  readonly stdin: TerminalInput;
  readonly stdout: TerminalOutput;
  readonly stderr: TerminalOutput;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly homeDirectory: string;
  readonly processId: number;
  /** The wall clock, in epoch milliseconds. */
  nowMs(): number;
  /** From the first call on, SIGINT and SIGTERM no longer end the process but abort the signal that is returned. */
  listenForStop(): AbortSignal;
}
