import { Option } from 'commander';
import type { Command } from 'commander';
import { dataDirectory } from '../../data-directory.ts';
import { addExamples } from '../../examples.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { portNumber } from '../../flag-values.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { withProgress } from '../../progress.ts';
import { failureDocument, reportFailure } from '../../report-failure.ts';
import { untilAborted } from '../../until-aborted.ts';
import { demoApps } from './demo-apps.ts';
import { obtainDemoTokens } from './obtain-demo-tokens.ts';
import type { DemoResult } from './obtain-demo-tokens.ts';
import { openHouse } from './open-house.ts';
import type { House } from './open-house.ts';
import { renderNextSteps, renderResults } from './render-start.ts';

interface StartFlags {
  readonly once?: boolean;
  readonly host?: string;
  readonly port?: number;
  readonly sandboxPort?: number;
  readonly sandboxBackupPort?: number;
}

/** `immint start`, which is what `npm start` runs */
export function addStart(program: Command, runner: Runner): void {
  const command = program
    .command('start')
    .summary('the whole product on embedded defaults: what `npm start` runs')
    .description(
      'Runs server, embedded database and sandbox in one process, obtains a token from each of the three pretend ' +
        'providers over HTTP, and stays up until Ctrl-C. Everything is kept in the data directory, and found again by ' +
        'the next start. DATABASE_URL is not read.',
    )
    .option('--once', 'stop after the tokens; ends with 0 only if all three were obtained')
    .option('--host <address>', 'where the server listens (otherwise IMMINT_HOST, or 127.0.0.1)')
    .addOption(new Option('--port <port>', 'the server; 0: any (otherwise IMMINT_PORT, or 7788)').argParser(portNumber))
    .addOption(new Option('--sandbox-port <port>', 'the sandbox; 0: any (otherwise 7790)').argParser(portNumber))
    .addOption(
      new Option('--sandbox-backup-port <port>', 'its backup domain; 0: any (otherwise 7791)').argParser(portNumber),
    );
  addExamples(command, [
    { does: 'the whole product', line: 'immint start' },
    {
      does: 'a look, on ports that are free',
      line: 'immint start --once --port 0 --sandbox-port 0 --sandbox-backup-port 0',
    },
  ]);
  command.action((flags: StartFlags) => runner.run(command, (invocation) => start(invocation, flags)));
}

async function start(invocation: Invocation, flags: StartFlags): Promise<ExitCode> {
  const { terminal, output } = invocation;
  const stop = terminal.listenForStop();
  const dataDir = dataDirectory(terminal, invocation.flags);
  const { host, port, sandboxPort, sandboxBackupPort } = flags;
  const options = { dataDir, host, port, sandboxPort, sandboxBackupPort };

  const house = await withProgress(
    terminal,
    { quiet: output.quiet, text: 'starting the server, its database and the sandbox' },
    openHouse(terminal, options),
  );
  output.talk(`data: ${dataDir}`);
  try {
    const results = await obtainDemoTokens(
      house.client,
      house.sandboxUrl,
      demoApps({ baseUrl: house.sandboxUrl, backupBaseUrl: house.sandboxBackupUrl }),
      (text) => output.talk(text),
    );
    tell(invocation, house, results, flags.once === true);
    if (flags.once === true) return results.find(({ error }) => error !== null)?.error?.exitCode ?? EXIT.done;
    await untilAborted(stop);
    output.talk('stopping');
    return EXIT.done;
  } finally {
    await house.close();
  }
}

function tell(invocation: Invocation, house: House, results: readonly DemoResult[], once: boolean): void {
  const { terminal, output, flags } = invocation;
  const { url, sandboxUrl, sandboxBackupUrl } = house;
  const tokens = results.map(({ error, ...result }) => ({ ...result, error: error && failureDocument(error) }));
  const answer = { ready: true, url, sandboxUrl, sandboxBackupUrl, pid: terminal.processId, tokens };
  output.answer(answer, (paint) => {
    const table = renderResults(paint, results);
    if (once) return table;
    const dataFlag = flags.dataDir === undefined ? '' : ` --data-dir ${flags.dataDir}`;
    return `${table}\n\n${renderNextSteps(paint, house, dataFlag)}`;
  });
  if (output.json) return;
  for (const { error } of results) if (error !== null) reportFailure(terminal, error, false);
}
