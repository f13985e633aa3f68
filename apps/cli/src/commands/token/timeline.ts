import type { Timeline, TimelineInput } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../flag-values.ts';
import { renderInstant } from '../../instant.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import type { Paint } from '../../paint.ts';
import { plainText } from '../../plain-text.ts';
import { present } from '../../present.ts';
import { renderTable } from '../../table.ts';

interface TimelineFlags {
  readonly limit?: number;
  readonly cursor?: string;
}

/** `limit` has a default on the server's side, so it need not be sent. */
type TimelineRequest = Pick<TimelineInput, 'app' | 'userId'> & Partial<Pick<TimelineInput, 'cursor' | 'limit'>>;

/** `immint token timeline APP USER_ID` */
export function addTokenTimeline(token: Command, runner: Runner): void {
  const command = token
    .command('timeline')
    .summary('the story of one user in sentences')
    .description(
      'Tells what happened to the tokens of one user, newest last and in UTC: issued, reported, revoked, what the provider ' +
        'was told, barred, discarded, and what was done to the whole app meanwhile; and how the user stands now. ' +
        'Asks no provider, and shows no token.',
    )
    .argument('<app>', 'our name of the app')
    .argument('<user-id>', 'the user’s id, as your product writes it')
    .addOption(
      new Option('--limit <number>', 'how many, at most 500 (otherwise the latest 100)').argParser(wholeNumber),
    )
    .option('--cursor <cursor>', 'what was before the page that named this');
  addExamples(command, [
    { does: 'why is this user refused?', line: 'immint token timeline rongcloud-demo jlk456j5' },
    { does: 'the last ten, for a program', line: 'immint token timeline rongcloud-demo jlk456j5 --limit 10 --json' },
  ]);
  command.action((app: string, userId: string, { limit, cursor }: TimelineFlags) =>
    runner.run(command, (invocation) =>
      timeline(invocation, { app, userId, ...present<Omit<TimelineRequest, 'app' | 'userId'>>({ limit, cursor }) }),
    ),
  );
}

async function timeline(invocation: Invocation, input: TimelineRequest): Promise<void> {
  const { output } = invocation;
  const story = await callServer(invocation, { progress: `looking up ${input.userId}` }, (client) =>
    client.token.timeline.query(input),
  );
  output.answer(story, (paint) => render(paint, story));
  if (story.nextCursor !== null)
    output.talk(`there is more before: the same command with --cursor ${story.nextCursor}`);
}

function render(paint: Paint, { events, now }: Timeline): string {
  const what =
    events.length === 0
      ? 'Nothing was done about this user.'
      : renderTable(
          paint,
          ['WHEN', 'WHO', 'WHAT'],
          events.map(({ atMs, actor, sentence }) => [renderInstant(atMs), actor, sentence]),
        );
  return `${what}\n\n${paint('bold', 'NOW')}\n${now.map(plainText).join('\n')}`;
}
