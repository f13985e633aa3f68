import type { ImmintClient } from '@immint/client';
import type { JobView } from '@immint/contracts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import { wholeNumber } from '../../flag-values.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { present } from '../../present.ts';
import { jobNumber } from './job-number.ts';
import { renderJob } from './render-job.ts';

interface ResumeFlags {
  readonly cap?: number;
}

/** `immint job pause NUMBER` */
export function addJobPause(job: Command, runner: Runner): void {
  const command = job
    .command('pause')
    .summary('hold a job up')
    .description('Holds a job up. What is under way is brought to its end; `job resume` goes on with the rest.')
    .argument('<number>', 'the number of the job', jobNumber);
  addExamples(command, [{ does: 'hold it up', line: 'immint job pause 7' }]);
  command.action((number: number) =>
    runner.run(command, (invocation) =>
      change(invocation, 'pausing the job', (client) => client.job.pause.mutate({ job: number })),
    ),
  );
}

/** `immint job resume NUMBER` */
export function addJobResume(job: Command, runner: Runner): void {
  const command = job
    .command('resume')
    .summary('go on with a paused job')
    .description('Goes on with a paused job where it was. A job that its cap has paused needs a higher one.')
    .argument('<number>', 'the number of the job', jobNumber)
    .addOption(new Option('--cap <calls>', 'at most so many calls for tokens in all').argParser(wholeNumber));
  addExamples(command, [{ does: 'go on, with more calls', line: 'immint job resume 7 --cap 20000' }]);
  command.action((number: number, { cap }: ResumeFlags) =>
    runner.run(command, (invocation) =>
      change(invocation, 'resuming the job', (client) =>
        client.job.resume.mutate({ job: number, ...present<ResumeFlags>({ cap }) }),
      ),
    ),
  );
}

/** `immint job cancel NUMBER` */
export function addJobCancel(job: Command, runner: Runner): void {
  const command = job
    .command('cancel')
    .summary('end a job for good')
    .description('Ends a job for good. What is under way is brought to its end, and tokens that were issued stay.')
    .argument('<number>', 'the number of the job', jobNumber);
  addExamples(command, [{ does: 'it was the wrong file', line: 'immint job cancel 7' }]);
  command.action((number: number) =>
    runner.run(command, (invocation) =>
      change(invocation, 'cancelling the job', (client) => client.job.cancel.mutate({ job: number })),
    ),
  );
}

async function change(
  invocation: Invocation,
  progress: string,
  work: (client: ImmintClient) => Promise<JobView>,
): Promise<void> {
  const view = await callServer(invocation, { progress, changes: true }, work);
  invocation.output.answer(view, (paint) => renderJob(paint, view));
}
