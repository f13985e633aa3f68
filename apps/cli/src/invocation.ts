import type { Command } from 'commander';
import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { GlobalFlags } from './global-flags.ts';
import { createOutput } from './output.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';

/** One run of one command: what it may touch, where it writes, and the flags that every command takes. */
export interface Invocation {
  readonly terminal: Terminal;
  readonly output: Output;
  readonly flags: GlobalFlags;
}

/** What a command does; an exit code if it is not simply done. */
type Work = (invocation: Invocation) => Promise<ExitCode | void>;

/** Runs the command that was chosen, and keeps how it ended. */
export interface Runner {
  readonly terminal: Terminal;
  run(command: Command, work: Work): Promise<void>;
  exitCode(): ExitCode;
}

/** A {@link Runner} for one command line. */
export function createRunner(terminal: Terminal): Runner {
  let exitCode: ExitCode = EXIT.done;
  return {
    terminal,
    async run(command, work) {
      const flags = command.optsWithGlobals<GlobalFlags>();
      const output = createOutput(terminal, { json: flags.json === true, quiet: flags.quiet === true });
      exitCode = (await work({ terminal, output, flags })) ?? EXIT.done;
    },
    exitCode: () => exitCode,
  };
}
