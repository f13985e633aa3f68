import type { NameAppInput, ShownApp } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { renderApp } from './render-app.ts';
import { renderCapabilities } from './render-capabilities.ts';
import { renderCondition } from './render-condition.ts';
import { renderMinutes } from './render-minutes.ts';

/** `immint app show APP` */
export function addAppShow(app: Command, runner: Runner): void {
  const command = app
    .command('show')
    .summary('one app: how it is doing now, its settings, and what its provider can do')
    .description(
      'Shows how an app is doing now (last success and last error, what happened in the last minutes, pace, secret, tokens; ' +
        'over all servers), its settings, and what its provider can do under them; never its secret.',
    )
    .argument('<app>', 'our name of the app');
  addExamples(command, [{ does: 'one app', line: 'immint app show easemob-demo' }]);
  command.action((name: string) => runner.run(command, (invocation) => show(invocation, { app: name })));
}

async function show(invocation: Invocation, input: NameAppInput): Promise<void> {
  const view = await callServer(invocation, { progress: `looking up ${input.app}` }, (client) =>
    client.app.show.query(input),
  );
  invocation.output.answer(view, (paint) => render(paint, view));
}

function render(paint: Paint, view: ShownApp): string {
  const { condition, capabilities } = view;
  return [
    renderCondition(paint, condition),
    renderMinutes(paint, condition.minutes),
    renderApp(paint, view),
    renderCapabilities(paint, capabilities),
  ].join('\n\n');
}
