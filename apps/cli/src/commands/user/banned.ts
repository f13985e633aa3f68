import type { BannedUsers, UserPageInput } from '@immint/contracts';
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

/** `immint user banned APP` */
export function addUserBanned(user: Command, runner: Runner): void {
  const command = user
    .command('banned')
    .summary('who is banned now')
    .description(
      'Lists the users whom the provider keeps from connecting, a page at a time, until when in its own words.',
    )
    .argument('<app>', 'our name of the app')
    .addOption(new Option('--page <number>', 'which page, from 1 (otherwise 1)').argParser(wholeNumber))
    .addOption(new Option('--page-size <number>', 'how many, at most 50 (otherwise 50)').argParser(wholeNumber));
  addExamples(command, [{ does: 'the first fifty', line: 'immint user banned rongcloud-demo' }]);
  command.action((app: string, { page, pageSize }: PageFlags) =>
    runner.run(command, (invocation) =>
      list(invocation, { app, ...present<Omit<PageRequest, 'app'>>({ page, pageSize }) }),
    ),
  );
}

async function list(invocation: Invocation, input: PageRequest): Promise<void> {
  const { output } = invocation;
  const page = await callServer(invocation, { progress: 'listing the banned users' }, (client) =>
    client.user.banned.query(input),
  );
  output.answer(page, (paint) => render(paint, page));
  if (page.users.length === 0) output.talk('nobody is banned on this page');
  if (page.nextPage !== null) output.talk(`maybe more: the same command with --page ${page.nextPage}`);
}

function render(paint: Paint, page: BannedUsers): string {
  if (page.users.length === 0) return '';
  return renderTable(
    paint,
    ['USER', 'UNTIL'],
    page.users.map(({ userId, until }) => [userId, until ?? 'unbanned']),
  );
}
