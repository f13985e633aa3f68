import { CommanderError } from 'commander';
import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { toFailure } from './failure.ts';
import { createRunner } from './invocation.ts';
import { createProgram } from './program.ts';
import { refuseSecretFlags } from './refused-flags.ts';
import { reportFailure } from './report-failure.ts';
import type { Terminal } from './terminal.ts';
import { helpHint } from './usage-sentence.ts';

/** Runs one command line (without the names of node and of the script), and resolves to its exit code. Never rejects. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const runner = createRunner(terminal);
  const program = createProgram(runner);
  try {
    refuseSecretFlags(argv);
    await program.parseAsync(argv, { from: 'user' });
    return runner.exitCode();
  } catch (error) {
    if (isHelp(error)) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const failure = toFailure(error, helpHint(program, argv));
    reportFailure(terminal, failure, argv.includes('--json'));
    if (terminal.environment['IMMINT_DEBUG'] && error instanceof Error) terminal.stderr.write(`${error.stack}\n`);
    return failure.exitCode;
  }
}

/** commander throws after it has shown help or the version, too. */
function isHelp(error: unknown): error is CommanderError {
  return error instanceof CommanderError && /^commander\.(help|helpDisplayed|version)$/.test(error.code);
}
