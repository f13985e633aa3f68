import type { NameAppInput } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { renderApp } from './render-app.ts';
import { renderCapabilities } from './render-capabilities.ts';

/** `immint app show APP` */
export function addAppShow(app: Command, runner: Runner): void {
  const command = app
    .command('show')
    .summary('one app, its settings, and what its provider can do')
    .description('Shows an app, its settings, and what its provider can do under them; never its secret.')
    .argument('<app>', 'our name of the app');
  addExamples(command, [{ does: 'one app', line: 'immint app show easemob-demo' }]);
  command.action((name: string) => runner.run(command, (invocation) => show(invocation, { app: name })));
}

async function show(invocation: Invocation, input: NameAppInput): Promise<void> {
  const view = await callServer(invocation, { progress: `looking up ${input.app}` }, (client) =>
    client.app.show.query(input),
  );
  invocation.output.answer(
    view,
    (paint) => `${renderApp(paint, view)}\n\n${renderCapabilities(paint, view.capabilities)}`,
  );
}
