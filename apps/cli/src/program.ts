import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addAppCommands } from './commands/app/app-commands.ts';
import { addDoctor } from './commands/doctor/doctor.ts';
import { addJobCommands } from './commands/job/job-commands.ts';
import { addKeyCommands } from './commands/key/key-commands.ts';
import { addLogin } from './commands/login.ts';
import { addSandbox } from './commands/sandbox.ts';
import { addServe } from './commands/serve.ts';
import { addSign } from './commands/sign.ts';
import { addStart } from './commands/start/start.ts';
import { addTokenCommands } from './commands/token/token-commands.ts';
import { addUserCommands } from './commands/user/user-commands.ts';
import type { Runner } from './invocation.ts';

const CLOSING_WORDS = `
Exit codes: 0 done, 1 the answer is no, 64 usage, 65 input refused, 69 unreachable, 70 a bug of ours,
75 try again later, 76 the other side broke its contract, 77 not allowed, 78 configuration.
`;

/** The whole command line: `immint <noun> <verb> …`. It writes to the terminal of `runner`, and throws instead of exiting. */
export function createProgram(runner: Runner): Command {
  const { stdout, stderr } = runner.terminal;
  const program = new Command('immint')
    .description('The IM token mint: user tokens of RongCloud, Nexconn and Easemob, obtained, kept and handed out.')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .option('--json', 'one JSON document on standard output, keys as in the API')
    .option('--url <url>', 'the server (otherwise IMMINT_URL, the data directory, or what `immint login` remembered)')
    .option('--data-dir <directory>', 'the data directory (otherwise IMMINT_DATA_DIR, or .immint)')
    .option('--quiet', 'only data and errors, no talk')
    .configureHelp({ showGlobalOptions: true, helpWidth: 100 })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Errors are reported once, by `run`.
      outputError: () => undefined,
    })
    .addHelpText('after', CLOSING_WORDS)
    .exitOverride();
  addStart(program, runner);
  addServe(program, runner);
  addSandbox(program, runner);
  addTokenCommands(program, runner);
  addUserCommands(program, runner);
  addAppCommands(program, runner);
  addJobCommands(program, runner);
  addKeyCommands(program, runner);
  addSign(program, runner);
  addLogin(program, runner);
  addDoctor(program, runner);
  return program;
}
