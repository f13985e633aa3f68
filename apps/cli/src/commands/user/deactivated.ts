import type { DeactivatedUsers, UserPageInput } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../flag-values.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { present } from '../../present.ts';
import { renderTable } from '../../table.ts';

interface PageFlags {
  readonly page?: number;
  readonly pageSize?: number;
}

/** The numbers have defaults on the server's side, so they need not be sent. */
type PageRequest = Pick<UserPageInput, 'app'> & Partial<Pick<UserPageInput, 'page' | 'pageSize'>>;

/** `immint user deactivated APP` */
export function addUserDeactivated(user: Command, runner: Runner): void {
  const command = user
    .command('deactivated')
    .summary('who is deactivated now')
    .description('Lists the users who are deactivated at the provider, a page at a time.')
    .argument('<app>', 'our name of the app')
    .addOption(new Option('--page <number>', 'which page, from 1 (otherwise 1)').argParser(wholeNumber))
    .addOption(new Option('--page-size <number>', 'how many, at most 50 (otherwise 50)').argParser(wholeNumber));
  addExamples(command, [{ does: 'the first fifty', line: 'immint user deactivated rongcloud-demo' }]);
  command.action((app: string, { page, pageSize }: PageFlags) =>
    runner.run(command, (invocation) =>
      list(invocation, { app, ...present<Omit<PageRequest, 'app'>>({ page, pageSize }) }),
    ),
  );
}

async function list(invocation: Invocation, input: PageRequest): Promise<void> {
  const { output } = invocation;
  const page = await callServer(invocation, { progress: 'listing the deactivated users' }, (client) =>
    client.user.deactivated.query(input),
  );
  output.answer(page, (paint) => render(paint, page));
  if (page.userIds.length === 0) output.talk('nobody is deactivated on this page');
  if (page.nextPage !== null) output.talk(`maybe more: the same command with --page ${page.nextPage}`);
}

function render(paint: Paint, page: DeactivatedUsers): string {
  if (page.userIds.length === 0) return '';
  return renderTable(
    paint,
    ['USER'],
    page.userIds.map((userId) => [userId]),
  );
}
