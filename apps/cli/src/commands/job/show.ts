import type { Command } from 'commander';
import { callServer } from '../../call-server.ts';
import { addExamples } from '../../examples.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Invocation, Runner } from '../../invocation.ts';
import { jobNumber } from './job-number.ts';
import { renderJob } from './render-job.ts';
import { watchToItsEnd } from './watch-to-its-end.ts';

interface ShowFlags {
  readonly watch?: boolean;
}

/** `immint job show NUMBER` */
export function addJobShow(job: Command, runner: Runner): void {
  const command = job
    .command('show')
    .summary('how far a job is')
    .description('Shows a job and how far it is; with --watch until it is done, cancelled or paused.')
    .argument('<number>', 'the number of the job', jobNumber)
    .option('--watch', 'go on showing how far it is');
  addExamples(command, [{ does: 'how far is it', line: 'immint job show 7' }]);
  command.action((number: number, flags: ShowFlags) =>
    runner.run(command, (invocation) => show(invocation, number, flags)),
  );
}

async function show(invocation: Invocation, job: number, { watch }: ShowFlags): Promise<ExitCode | void> {
  if (watch === true) return callServer(invocation, {}, (client) => watchToItsEnd(invocation, client, job));
  const view = await callServer(invocation, { progress: 'looking up the job' }, (client) =>
    client.job.show.query({ job }),
  );
  invocation.output.answer(view, (paint) => renderJob(paint, view));
}
