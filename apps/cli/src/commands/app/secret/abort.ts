import type { Command } from 'commander';
import { callServer } from '../../../call-server.ts';
import { addExamples } from '../../../examples.ts';
import type { Invocation, Runner } from '../../../invocation.ts';
import { renderApp } from '../render-app.ts';

/** `immint app secret abort APP` */
export function addSecretAbort(secret: Command, runner: Runner): void {
  const command = secret
    .command('abort')
    .summary('drop the next secret')
    .description(
      'Drops the staged secret. Only before the cut-over: once that has begun, the provider may have seen it already.',
    )
    .argument('<app>', 'our name of the app');
  addExamples(command, [
    { does: 'the console was not touched after all', line: 'immint app secret abort rongcloud-demo' },
  ]);
  command.action((name: string) => runner.run(command, (invocation) => abort(invocation, name)));
}

async function abort(invocation: Invocation, app: string): Promise<void> {
  const options = { progress: `dropping the next secret of ${app}`, changes: true };
  const view = await callServer(invocation, options, (client) => client.app.abortSecret.mutate({ app }));
  invocation.output.talk('dropped');
  invocation.output.answer(view, (paint) => renderApp(paint, view));
}
