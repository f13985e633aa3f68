import type { UpdateAppInput } from '@immint/contracts';
import type { Command } from 'commander';
import { askSecret } from '../../ask-secret.ts';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { present } from '../../present.ts';
import { addAccountFlags } from './account-flags.ts';
import type { AccountFlags } from './account-flags.ts';
import { renderApp } from './render-app.ts';
import { addSettingsFlags, settingsAmong } from './settings-flags.ts';
import type { Settings } from './settings-flags.ts';

type UpdateFlags = AccountFlags & Settings & { readonly dropTokens?: boolean };

/** `immint app update APP` */
export function addAppUpdate(app: Command, runner: Runner): void {
  const command = app
    .command('update')
    .summary('change an account or its policy')
    .description(
      'Changes what is given and leaves the rest. Another App Key or place drops the stored tokens of the app, ' +
        'so it must be agreed to with --drop-tokens. Another secret keeps them (`immint app secret` changes one ' +
        'while people log in); with --drop-tokens it is one whose refresh has ended them. A place is changed as a whole, and a ' +
        'host that the app was not called at before needs the secret again.',
    )
    .argument('<app>', 'our name of the app');
  addAccountFlags(command, 'the file that holds the new secret; - for standard input, or to be asked for it');
  addSettingsFlags(command);
  command.option('--drop-tokens', 'with another App Key, place or secret: the stored tokens of the app are dropped');
  addExamples(command, [
    {
      does: 'tokens of a day when a caller names no lifetime',
      line: 'immint app update easemob-demo --default-ttl-seconds 86400',
    },
    {
      does: 'the account moved',
      line: 'printf %s sandbox-nexconn-secret | immint app update nexconn-demo --base-url http://127.0.0.1:7790 --drop-tokens --secret-file -',
    },
  ]);
  command.action((name: string, flags: UpdateFlags) =>
    runner.run(command, (invocation) => update(invocation, name, flags)),
  );
}

async function update(invocation: Invocation, name: string, flags: UpdateFlags): Promise<void> {
  const { terminal, output } = invocation;
  const { appKey, clientId, dataCenter, baseUrl, backupBaseUrl, secretFile, dropTokens } = flags;
  const chosen = settingsAmong(flags);
  const settings = Object.keys(chosen).length === 0 ? undefined : { ...chosen };
  const changes = present<Omit<UpdateAppInput, 'app'>>({
    appKey,
    clientId,
    dataCenter,
    baseUrl,
    backupBaseUrl,
    settings,
  });
  if (Object.keys(changes).length === 0 && secretFile === undefined) {
    throw new CliError('USAGE', `Nothing to change was given: \`immint app update --help\` shows what can be.`);
  }
  const secret =
    secretFile === undefined ? undefined : await askSecret(terminal, { what: 'App Secret', file: secretFile });
  const input: UpdateAppInput = {
    app: name,
    ...changes,
    ...present<Omit<UpdateAppInput, 'app'>>({ secret, dropTokens }),
  };

  const view = await callServer(invocation, { progress: `changing ${name}`, changes: true }, (client) =>
    client.app.update.mutate(input),
  );

  output.talk('changed');
  output.answer(view, (paint) => renderApp(paint, view));
}
