import type { Command } from 'commander';
import { askSecret } from '../../../ask-secret.ts';
import { callServer } from '../../../call-server.ts';
import { addExamples } from '../../../examples.ts';
import type { Invocation, Runner } from '../../../invocation.ts';
import { renderApp } from '../render-app.ts';

interface StageFlags {
  readonly secretFile?: string;
}

/** `immint app secret stage APP` */
export function addSecretStage(secret: Command, runner: Runner): void {
  const command = secret
    .command('stage')
    .summary('enter the next secret')
    .description(
      'Keeps the next secret, sealed, until `immint app secret cutover` puts it in force. The provider is not called. One ' +
        'that waits already is replaced. A changed App Key or place drops it, so that it is only ever sent where it was entered for.',
    )
    .argument('<app>', 'our name of the app')
    .option('--secret-file <file>', 'the file that holds the next secret; - for standard input, or to be asked for it');
  addExamples(command, [
    { does: 'the secret that the console shows now', line: 'immint app secret stage rongcloud-demo --secret-file -' },
  ]);
  command.action((name: string, flags: StageFlags) =>
    runner.run(command, (invocation) => stage(invocation, name, flags)),
  );
}

async function stage(invocation: Invocation, app: string, { secretFile: file }: StageFlags): Promise<void> {
  const { terminal, output } = invocation;
  const secret = await askSecret(terminal, { what: 'next App Secret', file });
  const view = await callServer(
    invocation,
    { progress: `staging the next secret of ${app}`, changes: true },
    (client) => client.app.stageSecret.mutate({ app, secret }),
  );
  output.talk(`staged; \`immint app secret cutover ${app}\` puts it in force`);
  output.answer(view, (paint) => renderApp(paint, view));
}
