import type { ListedUsers, ListUsersInput } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../flag-values.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { present } from '../../present.ts';
import { renderTable } from '../../table.ts';

interface ListFlags {
  readonly limit?: number;
  readonly cursor?: string;
}

/** `limit` has a default on the server's side, so it need not be sent. */
type ListRequest = Pick<ListUsersInput, 'app'> & Partial<Pick<ListUsersInput, 'cursor' | 'limit'>>;

/** `immint user list APP` */
export function addUserList(user: Command, runner: Runner): void {
  const command = user
    .command('list')
    .summary('the provider’s users (Easemob)')
    .description(
      'Lists the users that the provider has, a page at a time. Easemob only: the others have no such call, and ' +
        '`token list` shows whose tokens are stored.',
    )
    .argument('<app>', 'our name of the app')
    .addOption(new Option('--limit <number>', 'how many, at most 100 (otherwise 100)').argParser(wholeNumber))
    .option('--cursor <cursor>', 'where the page before ended, as it said');
  addExamples(command, [{ does: 'the first ten', line: 'immint user list easemob-demo --limit 10' }]);
  command.action((app: string, { limit, cursor }: ListFlags) =>
    runner.run(command, (invocation) =>
      list(invocation, { app, ...present<Omit<ListRequest, 'app'>>({ limit, cursor }) }),
    ),
  );
}

async function list(invocation: Invocation, input: ListRequest): Promise<void> {
  const { output } = invocation;
  const page = await callServer(invocation, { progress: `listing the users of ${input.app}` }, (client) =>
    client.user.list.query(input),
  );
  output.answer(page, (paint) => render(paint, page));
  if (page.users.length === 0) output.talk('the provider has no users here');
  if (page.nextCursor !== null) output.talk(`more: the same command with --cursor ${page.nextCursor}`);
}

function render(paint: Paint, page: ListedUsers): string {
  if (page.users.length === 0) return '';
  return renderTable(
    paint,
    ['USER', 'NAME', 'MADE', 'BANNED'],
    page.users.map(({ userId, name, createdAt, banned }) => [
      userId,
      name ?? '',
      createdAt ?? '',
      banned === null ? '' : banned ? 'yes' : 'no',
    ]),
  );
}
