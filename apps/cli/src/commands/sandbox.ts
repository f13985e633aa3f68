import { resolve } from 'node:path';
import type { ProfileName, SandboxOptions } from '@immint/sandbox';
import { Option } from 'commander';
import type { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { portNumber } from '../flag-values.ts';
import type { Invocation, Runner } from '../invocation.ts';
import { makeDirectory } from '../make-directory.ts';
import { present } from '../present.ts';
import { isLoopbackHost } from '../server-url.ts';
import { withStartFailures } from '../start-failure.ts';
import { untilAborted } from '../until-aborted.ts';

interface SandboxFlags {
  readonly host?: string;
  readonly port?: number;
  readonly backupPort?: number;
  readonly profile?: ProfileName;
}

const PROFILES = {
  live: 'as the providers answer, tolerant where their own SDKs need it (otherwise this)',
  strict: 'as documented, to the letter',
  'seed-legacy': 'as an older description of the token call of RongCloud and the pages of Easemob of 2023 have it',
  vip5: 'with the milliseconds of the VIP 5 cluster of Easemob',
} as const satisfies Record<ProfileName, string>;

/** `immint sandbox` */
export function addSandbox(program: Command, runner: Runner): void {
  const command = program
    .command('sandbox')
    .summary('run the pretend providers')
    .description(
      'Runs three pretend providers until Ctrl-C, to try things out and to test against: no account, no network. ' +
        'It starts empty, unless it is given a --data-dir to keep its state in. When it is ready, one line of JSON ' +
        'goes to standard output. Its accounts, controls and faults are in docs/sandbox.md.',
    )
    .option('--host <address>', 'where to listen (otherwise 127.0.0.1); anybody who can reach it can do anything in it')
    .addOption(new Option('--port <port>', 'the primary domain; 0: any (otherwise 7790)').argParser(portNumber))
    .addOption(new Option('--backup-port <port>', 'the backup domain; 0: any (otherwise 7791)').argParser(portNumber))
    .addOption(
      new Option(
        '--profile <profile>',
        Object.entries(PROFILES)
          .map(([profile, meaning]) => `${profile}: ${meaning}`)
          .join('; '),
      ).choices(Object.keys(PROFILES)),
    );
  addExamples(command, [
    { does: 'empty, on the ports that are used everywhere in the examples', line: 'immint sandbox' },
    {
      does: 'beside another one, keeping its state',
      line: 'immint sandbox --port 0 --backup-port 0 --data-dir example-data',
    },
    { does: 'to find out what of the documentation your own client breaks', line: 'immint sandbox --profile strict' },
  ]);
  command.action((flags: SandboxFlags) => runner.run(command, (invocation) => runSandbox(invocation, flags)));
}

async function runSandbox({ terminal, output, flags }: Invocation, sandboxFlags: SandboxFlags): Promise<void> {
  const { host, port, backupPort, profile } = sandboxFlags;
  const stop = terminal.listenForStop();
  if (host !== undefined && !isLoopbackHost(host)) {
    output.warn(
      `the sandbox checks nobody at its control surface; whoever can reach ${host} can change everything in it.`,
    );
  }
  const dataDir = flags.dataDir === undefined ? undefined : resolve(terminal.workingDirectory, flags.dataDir);
  const { startSandbox } = await import('@immint/sandbox');
  const sandbox = await withStartFailures(() => {
    if (dataDir !== undefined) makeDirectory(dataDir);
    return startSandbox(present<SandboxOptions>({ host, port, backupPort, profile, dataDir }));
  });
  output.line({ ready: true, url: sandbox.url, backupUrl: sandbox.backupUrl, pid: terminal.processId });
  await untilAborted(stop);
  output.talk('stopping');
  await sandbox.close();
}
