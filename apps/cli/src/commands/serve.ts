import { Option } from 'commander';
import type { Command } from 'commander';
import { dataDirectory } from '../data-directory.ts';
import { addExamples } from '../examples.ts';
import { portNumber } from '../flag-values.ts';
import type { Invocation, Runner } from '../invocation.ts';
import { makeDirectory } from '../make-directory.ts';
import { withProgress } from '../progress.ts';
import { withStartFailures } from '../start-failure.ts';
import { untilAborted } from '../until-aborted.ts';

interface ServeFlags {
  readonly host?: string;
  readonly port?: number;
}

/** `immint serve` */
export function addServe(program: Command, runner: Runner): void {
  const command = program
    .command('serve')
    .summary('run the server')
    .description(
      'Runs the server until Ctrl-C: on PostgreSQL if DATABASE_URL is set, otherwise on the database embedded in the ' +
        'data directory. When it is ready, one line of JSON goes to standard output; the log goes to standard error.',
    )
    .option('--host <address>', 'where to listen (otherwise IMMINT_HOST, or 127.0.0.1)')
    .addOption(
      new Option('--port <port>', 'where to listen; 0: any (otherwise IMMINT_PORT, or 7788)').argParser(portNumber),
    );
  addExamples(command, [
    { does: 'on the embedded database', line: 'immint serve' },
    { does: 'with its data elsewhere, on any port', line: 'immint serve --data-dir example-data --port 0' },
  ]);
  command.action((flags: ServeFlags) => runner.run(command, (invocation) => serve(invocation, flags)));
}

async function serve({ terminal, output, flags }: Invocation, { host, port }: ServeFlags): Promise<void> {
  const stop = terminal.listenForStop();
  const { readServerConfig, startServer } = await import('@immint/server');
  const starting = withStartFailures(() => {
    const dataDir = dataDirectory(terminal, flags);
    const config = readServerConfig(terminal.environment, { host, port, dataDir });
    makeDirectory(dataDir);
    return startServer(config, { stderr: terminal.stderr, stop });
  });
  const server = await withProgress(terminal, { quiet: output.quiet, text: 'opening the database' }, starting);
  output.line({ ready: true, url: server.url, pid: terminal.processId });
  if (server.usableKeys === 0) {
    output.warn(
      'there is no API key yet, so nobody can call this server: stop it, run ' +
        '`immint key create --label first --admin --offline`, and start it again.',
    );
  }
  await untilAborted(stop);
  output.talk('stopping');
  await server.close();
}
