import type { AppView } from '@immint/contracts';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { renderTable } from '../../table.ts';
import { renderPlace } from './render-app.ts';

/** `immint app list` */
export function addAppList(app: Command, runner: Runner): void {
  const command = app
    .command('list')
    .summary('all apps')
    .description('Lists the apps: whose account, where it is called, how many tokens of it are stored. No secrets.');
  addExamples(command, [
    { does: 'all apps', line: 'immint app list' },
    { does: 'the same for a program', line: 'immint app list --json' },
  ]);
  command.action(() => runner.run(command, list));
}

async function list(invocation: Invocation): Promise<void> {
  const { output } = invocation;
  const apps = await callServer(invocation, { progress: 'listing the apps' }, (client) => client.app.list.query());
  output.answer(apps, (paint) => render(paint, apps));
  if (apps.length === 0) output.talk('there is no app yet; next: immint app add --help');
}

function render(paint: Paint, apps: readonly AppView[]): string {
  if (apps.length === 0) return '';
  return renderTable(
    paint,
    ['APP', 'PROVIDER', 'APP KEY', 'WHERE', 'TOKENS'],
    apps.map((app) => [app.app, app.provider, app.appKey, renderPlace(app), String(app.tokens)]),
  );
}
