import type { JobPage, JobView } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../flag-values.ts';
import { renderInstant } from '../../instant.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { present } from '../../present.ts';
import { renderTable } from '../../table.ts';
import { settledOf } from './render-job.ts';

interface ListFlags {
  readonly app?: string;
  readonly limit?: number;
  readonly cursor?: number;
}

/** `immint job list` */
export function addJobList(job: Command, runner: Runner): void {
  const command = job
    .command('list')
    .summary('the latest jobs')
    .description('Lists jobs, the latest first, with how far they are. Jobs are forgotten 30 days after their end.')
    .option('--app <app>', 'only those of one app')
    .addOption(new Option('--limit <count>', 'how many (default 20, at most 100)').argParser(wholeNumber))
    .addOption(new Option('--cursor <number>', 'go on behind the job of this number').argParser(wholeNumber));
  addExamples(command, [{ does: 'the latest', line: 'immint job list' }]);
  command.action((flags: ListFlags) => runner.run(command, (invocation) => list(invocation, flags)));
}

async function list(invocation: Invocation, { app, limit, cursor }: ListFlags): Promise<void> {
  const page = await callServer(invocation, { progress: 'listing the jobs' }, (client) =>
    client.job.list.query(present<ListFlags>({ app, limit, cursor })),
  );
  invocation.output.answer(page, (paint) =>
    page.jobs.length === 0
      ? ''
      : renderTable(paint, ['JOB', 'APP', 'KIND', 'STATE', 'SETTLED', 'FAILED', 'MADE'], page.jobs.map(rowOf)),
  );
  sayMore(invocation, page);
}

function rowOf(job: JobView): string[] {
  return [
    String(job.job),
    job.app,
    job.kind,
    job.pausedBecause === null ? job.state : `${job.state}: ${job.pausedBecause}`,
    `${settledOf(job)} of ${job.items}`,
    String(job.counts.failed),
    renderInstant(job.createdAtMs),
  ];
}

function sayMore({ output }: Invocation, { jobs, nextCursor }: JobPage): void {
  if (jobs.length === 0) output.talk('there is no job');
  if (nextCursor !== null) output.talk(`more: the same command with --cursor ${nextCursor}`);
}
