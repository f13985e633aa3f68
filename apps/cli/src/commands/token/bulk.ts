import type { ImmintClient } from '@immint/client';
import { MAX_JOB_ITEMS_PER_CALL } from '@immint/contracts';
import type { JobView } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { CliError } from '../../cli-error.ts';
import { addExamples } from '../../examples.ts';
import type { ExitCode } from '../../exit-code.ts';
import { wholeNumber } from '../../flag-values.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { present } from '../../present.ts';
import { createProgressBar } from '../../progress-bar.ts';
import { jobNumber } from '../job/job-number.ts';
import { watchToItsEnd } from '../job/watch-to-its-end.ts';
import { readBulkPages } from './bulk-pages.ts';
import { previewBulk } from './bulk-preview.ts';

interface BulkFlags {
  readonly file?: string;
  readonly dryRun?: boolean;
  readonly cap?: number;
  readonly job?: number;
}

/** `immint token bulk APP --file FILE` */
export function addTokenBulk(token: Command, runner: Runner): void {
  const command = token
    .command('bulk')
    .summary('issue ahead for many users')
    .description(
      'Issues tokens ahead for the users of a CSV file whose first line is userId,name,avatarUrl (the last two may be left ' +
        'out): a job that the servers work on in the background, behind logins, for whoever has no good token stored. It goes ' +
        'on without this command; --job takes it up again, and an upload that was cut off too. A full account, or a locked ' +
        'or paused app, pauses it. Ends with 0 if every user has a token, 1 if some failed, 75 or 78 if it is paused.',
    )
    .argument('<app>', 'our name of the app')
    .option('--file <file>', 'the users; - for standard input')
    .option('--dry-run', 'only say what would be done')
    .addOption(new Option('--cap <calls>', 'make at most so many calls for tokens, then pause').argParser(wholeNumber))
    .addOption(new Option('--job <number>', 'take up a job that was begun').argParser(jobNumber));
  addExamples(command, [
    { does: 'what would it do', line: 'immint token bulk rongcloud-demo --file launch.csv --dry-run' },
    { does: 'before the launch', line: 'immint token bulk rongcloud-demo --file launch.csv' },
  ]);
  command.action((app: string, flags: BulkFlags) => runner.run(command, (invocation) => bulk(invocation, app, flags)));
}

async function bulk(invocation: Invocation, app: string, flags: BulkFlags): Promise<ExitCode> {
  const { file, dryRun, job } = flags;
  if (file === undefined && job === undefined)
    throw new CliError('USAGE', 'Name the users with --file, or a job with --job.');
  if (dryRun === true) {
    if (file === undefined) throw new CliError('USAGE', 'A dry run needs the users: name them with --file.');
    return callServer(invocation, {}, (client) => previewBulk(invocation, client, app, file));
  }
  return callServer(invocation, { changes: true }, async (client) => {
    const begun = job === undefined ? await create(client, app, flags) : await takeUp(client, app, job);
    await bringToWork(invocation, client, begun, flags);
    return watchToItsEnd(invocation, client, begun.job);
  });
}

function create(client: ImmintClient, app: string, { cap }: BulkFlags): Promise<JobView> {
  return client.job.create.mutate({ app, ...present<{ cap: number }>({ cap }) });
}

async function takeUp(client: ImmintClient, app: string, job: number): Promise<JobView> {
  const view = await client.job.show.query({ job });
  if (view.app !== app) throw new CliError('USAGE', `Job ${job} is one of ${view.app}.`);
  return view;
}

/** Uploads what is not there yet, and lets the job go on, whichever state it is in. */
async function bringToWork(
  invocation: Invocation,
  client: ImmintClient,
  view: JobView,
  { file, cap }: BulkFlags,
): Promise<void> {
  const { job, state } = view;
  if (state === 'filling') {
    if (file === undefined)
      throw new CliError('USAGE', `The users of job ${job} are not all there: name them with --file.`);
    try {
      await upload(invocation, client, view, file);
    } catch (error) {
      invocation.output.warn(
        `job ${job} is not complete: the same command with --job ${job} goes on where this one ended.`,
      );
      throw error;
    }
    await client.job.start.mutate({ job });
  } else if (state === 'paused') {
    await client.job.resume.mutate({ job, ...present<{ cap: number }>({ cap }) });
  }
  if (state !== 'done' && state !== 'cancelled') {
    invocation.output.talk(`job ${job} is under way, and goes on without this command`);
  }
}

/** The last page that arrived is sent again, so that another file than before is noticed. */
async function upload(
  invocation: Invocation,
  client: ImmintClient,
  { job, items }: JobView,
  file: string,
): Promise<void> {
  const { terminal, output } = invocation;
  const bar = createProgressBar(terminal, output);
  try {
    for await (const page of readBulkPages(terminal, file, Math.max(0, items - MAX_JOB_ITEMS_PER_CALL))) {
      const added = await client.job.addItems.mutate({ job, items: page });
      bar.show(`${added.items} users brought to the server`);
    }
  } finally {
    bar.clear();
  }
}
