import type { CreatedKey, CreateKeyInput } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { dataDirectory } from '../../data-directory.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { makeDirectory } from '../../make-directory.ts';
import { withProgress } from '../../progress.ts';
import { withStartFailures } from '../../start-failure.ts';

interface CreateFlags {
  readonly label: string;
  readonly admin?: boolean;
  readonly app?: string[];
  readonly offline?: boolean;
}

/** `immint key create` */
export function addKeyCreate(key: Command, runner: Runner): void {
  const command = key
    .command('create')
    .summary('a new API key')
    .description(
      'Makes an API key and prints it, this once, alone on standard output: an admin key, or one for the tokens of ' +
        'named apps. With --offline it is made next to the database, without a server: how the first one comes to be.',
    )
    .requiredOption('--label <label>', 'a name to know the key by, at most 64 characters')
    .addOption(new Option('--admin', 'a key that may do everything').conflicts('app'))
    .addOption(new Option('--app <app...>', 'a key for token.* on these apps, and nothing else'))
    .option('--offline', 'next to the database; with the embedded one the server must be stopped meanwhile');
  addExamples(command, [
    {
      does: 'for a service that logs users in',
      line: 'immint key create --label login-service --app easemob-demo rongcloud-demo',
    },
    { does: 'for a colleague who looks after the apps', line: 'immint key create --label operations --admin' },
    {
      does: 'the first key of a new server',
      line: 'immint key create --label first --admin --offline --data-dir example-data',
    },
  ]);
  command.action((flags: CreateFlags) => runner.run(command, (invocation) => create(invocation, flags)));
}

async function create(invocation: Invocation, flags: CreateFlags): Promise<void> {
  const { output } = invocation;
  const input = inputOf(flags);
  const created =
    flags.offline === true
      ? await createNextToDatabase(invocation, input)
      : await callServer(invocation, { progress: 'making a key', changes: true }, (client) =>
          client.key.create.mutate(input),
        );
  output.talk(`${created.kind} key ${created.id}, shown this once: it is kept only as a hash`);
  output.answer(created, () => created.key);
}

function inputOf({ admin, app, label }: CreateFlags): CreateKeyInput {
  if (admin === true) return { kind: 'admin', label };
  if (app !== undefined) return { kind: 'token', label, apps: app };
  throw new CliError('USAGE', 'Say what the key is for: --admin, or --app with the names of apps.');
}

async function createNextToDatabase(
  { terminal, output, flags }: Invocation,
  input: CreateKeyInput,
): Promise<CreatedKey> {
  const { createKeyOffline, readServerConfig } = await import('@immint/server');
  const making = withStartFailures(() => {
    const config = readServerConfig(terminal.environment, { dataDir: dataDirectory(terminal, flags) });
    makeDirectory(config.dataDir);
    output.talk(config.databaseUrl === undefined ? `database: ${config.dataDir}` : 'database: DATABASE_URL');
    return createKeyOffline(config, input);
  });
  return withProgress(terminal, { quiet: output.quiet, text: 'opening the database' }, making);
}
