import type { Command } from 'commander';
import { askSecret } from '../../../ask-secret.ts';
import { callServer } from '../../../call-server.ts';
import { addExamples } from '../../../examples.ts';
import type { Invocation, Runner } from '../../../invocation.ts';
import { renderApp } from '../render-app.ts';

interface CorrectFlags {
  readonly secretFile?: string;
}

/** `immint app secret correct APP` */
export function addSecretCorrect(secret: Command, runner: Runner): void {
  const command = secret
    .command('correct')
    .summary('mend a mistyped secret')
    .description(
      'Puts another secret in place of one that was mistyped: the stored tokens stay, and an app that was paused for it is ' +
        'called again. For a secret that was refreshed in the console, which may have ended all tokens, use stage and cutover.',
    )
    .argument('<app>', 'our name of the app')
    .option(
      '--secret-file <file>',
      'the file that holds the right secret; - for standard input, or to be asked for it',
    );
  addExamples(command, [
    { does: 'it is asked for again', line: 'immint app secret correct rongcloud-demo --secret-file -' },
  ]);
  command.action((name: string, flags: CorrectFlags) =>
    runner.run(command, (invocation) => correct(invocation, name, flags)),
  );
}

async function correct(invocation: Invocation, app: string, { secretFile: file }: CorrectFlags): Promise<void> {
  const { terminal, output } = invocation;
  const secret = await askSecret(terminal, { what: 'App Secret', file });
  const view = await callServer(invocation, { progress: `correcting the secret of ${app}`, changes: true }, (client) =>
    client.app.correctSecret.mutate({ app, secret }),
  );
  output.talk('corrected');
  output.answer(view, (paint) => renderApp(paint, view));
}
