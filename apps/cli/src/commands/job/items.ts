import { JOB_ITEM_STATES } from '@immint/contracts';
import type { JobItemPage, JobItemState } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../flag-values.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { present } from '../../present.ts';
import { renderTable } from '../../table.ts';
import { jobNumber } from './job-number.ts';

interface ItemsFlags {
  readonly state?: JobItemState;
  readonly limit?: number;
  readonly cursor?: number;
}

/** `immint job items NUMBER` */
export function addJobItems(job: Command, runner: Runner): void {
  const command = job
    .command('items')
    .summary('what became of each user of a job')
    .description('Lists the users of a job by their numbers, with what became of each and why.')
    .argument('<number>', 'the number of the job', jobNumber)
    .addOption(new Option('--state <state>', 'only those in one state').choices(JOB_ITEM_STATES))
    .addOption(new Option('--limit <count>', 'how many (default 100, at most 500)').argParser(wholeNumber))
    .addOption(new Option('--cursor <number>', 'go on behind this item').argParser(wholeNumber));
  addExamples(command, [
    { does: 'for whom there is no token, and why', line: 'immint job items 7 --state failed --limit 500' },
  ]);
  command.action((number: number, flags: ItemsFlags) =>
    runner.run(command, (invocation) => list(invocation, number, flags)),
  );
}

async function list(invocation: Invocation, job: number, { state, limit, cursor }: ItemsFlags): Promise<void> {
  const page = await callServer(invocation, { progress: 'listing the users of the job' }, (client) =>
    client.job.items.query({ job, ...present<ItemsFlags>({ state, limit, cursor }) }),
  );
  invocation.output.answer(page, (paint) =>
    page.items.length === 0
      ? ''
      : renderTable(
          paint,
          ['ITEM', 'USER', 'STATE', 'ATTEMPTS', 'REASON', 'WHY'],
          page.items.map((item) => [
            String(item.number),
            item.userId,
            item.state,
            String(item.attempts),
            item.reason ?? '',
            item.message ?? '',
          ]),
        ),
  );
  sayMore(invocation, page);
}

function sayMore({ output }: Invocation, { items, nextCursor }: JobItemPage): void {
  if (items.length === 0) output.talk('there is no such item');
  if (nextCursor !== null) output.talk(`more: the same command with --cursor ${nextCursor}`);
}
