import { PROVIDER_NAMES } from '@immint/contracts';
import type { ProviderName } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { askSecret } from '../../ask-secret.ts';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { addAccountFlags } from './account-flags.ts';
import type { AccountFlags } from './account-flags.ts';
import { createAddRequest } from './add-request.ts';
import { renderApp } from './render-app.ts';
import { addSettingsFlags, settingsAmong } from './settings-flags.ts';
import type { Settings } from './settings-flags.ts';

type AddFlags = AccountFlags & Settings & { readonly provider: ProviderName };

/** `immint app add APP` */
export function addAppAdd(app: Command, runner: Runner): void {
  const command = app
    .command('add')
    .summary('add an account at a provider, under a name of ours')
    .description(
      'Adds an account at a provider, under a name of ours. The App Secret (Easemob: client secret) comes from ' +
        '--secret-file, IMMINT_APP_SECRET, standard input, or is asked for; it is never an argument.',
    )
    .argument('<app>', 'our name for it: lower-case letters, digits and hyphens')
    .addOption(
      new Option('--provider <provider>', 'whose account it is').choices(PROVIDER_NAMES).makeOptionMandatory(),
    );
  addAccountFlags(command, 'the file that holds the App Secret (Easemob: client secret); - for standard input');
  addSettingsFlags(command);
  addExamples(command, [
    {
      does: 'an account at RongCloud; the App Secret is asked for',
      line: 'immint app add shop --provider rongcloud --app-key z3v5yqkbv8v30 --data-center beijing',
    },
    {
      does: 'an account at Easemob; the client secret is in a file',
      line: "immint app add chat --provider easemob --app-key 'acme#shop' --client-id YXA6 --data-center china-1 --secret-file client-secret",
    },
    {
      does: 'the sandbox’s own account at Nexconn',
      line: 'printf %s sandbox-nexconn-secret | immint app add pretend --provider nexconn --app-key sandbox-nexconn --base-url http://127.0.0.1:7790',
    },
  ]);
  command.action((name: string, flags: AddFlags) => runner.run(command, (invocation) => add(invocation, name, flags)));
}

async function add(invocation: Invocation, name: string, flags: AddFlags): Promise<void> {
  const { terminal, output } = invocation;
  const withSecret = createAddRequest(name, flags.provider, flags, settingsAmong(flags));
  const secret = await askSecret(terminal, {
    what: 'App Secret',
    file: flags.secretFile,
    variable: 'IMMINT_APP_SECRET',
  });
  const options = { progress: `adding ${name}`, changes: true };

  const view = await callServer(invocation, options, (client) => client.app.add.mutate(withSecret(secret)));

  output.talk(`added; next: immint app check ${name}`);
  output.answer(view, (paint) => renderApp(paint, view));
}
