import type { ListTokensInput, TokenPage } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../flag-values.ts';
import { renderInstant } from '../../instant.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { present } from '../../present.ts';
import { renderTable } from '../../table.ts';
import { renderLife } from './render-life.ts';

interface ListFlags {
  readonly limit?: number;
  readonly cursor?: string;
}

/** `limit` has a default on the server's side, so it need not be sent. */
type ListTokensRequest = Pick<ListTokensInput, 'app'> & Partial<Pick<ListTokensInput, 'cursor' | 'limit'>>;

/** `immint token list APP` */
export function addTokenList(token: Command, runner: Runner): void {
  const command = token
    .command('list')
    .summary('whose tokens of an app are stored')
    .description(
      'Lists the stored tokens of an app by user id, a page at a time: what is known of them, never the tokens.',
    )
    .argument('<app>', 'our name of the app')
    .addOption(new Option('--limit <number>', 'how many, at most 500 (otherwise 100)').argParser(wholeNumber))
    .option('--cursor <cursor>', 'where the page before ended, as it said');
  addExamples(command, [
    { does: 'the first hundred', line: 'immint token list easemob-demo' },
    { does: 'ten, for a program', line: 'immint token list easemob-demo --limit 10 --json' },
  ]);
  command.action((app: string, { limit, cursor }: ListFlags) =>
    runner.run(command, (invocation) =>
      list(invocation, { app, ...present<Omit<ListTokensRequest, 'app'>>({ limit, cursor }) }),
    ),
  );
}

async function list(invocation: Invocation, input: ListTokensRequest): Promise<void> {
  const { output } = invocation;
  const page = await callServer(invocation, { progress: `listing the tokens of ${input.app}` }, (client) =>
    client.token.list.query(input),
  );
  output.answer(page, (paint) => render(paint, page));
  if (page.tokens.length === 0) output.talk('no token is stored');
  if (page.nextCursor !== null) output.talk(`more: the same command with --cursor ${page.nextCursor}`);
}

function render(paint: Paint, page: TokenPage): string {
  if (page.tokens.length === 0) return '';
  return renderTable(
    paint,
    ['USER', 'NAME', 'GOOD', 'LIFE', 'ISSUED', 'HANDED OUT', 'GENERATION', 'FINGERPRINT'],
    page.tokens.map((token) => [
      token.userId,
      token.name,
      token.good ? 'yes' : 'no',
      renderLife(token),
      renderInstant(token.issuedAtMs),
      token.lastHandedOutOn ?? 'never',
      String(token.generation),
      token.fingerprint,
    ]),
  );
}
