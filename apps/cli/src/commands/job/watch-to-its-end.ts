import { watchJob } from '@immint/client';
import type { ImmintClient } from '@immint/client';
import type { JobView } from '@immint/contracts';
import { CliError } from '../../cli-error.ts';
import { renderDuration } from '../../duration.ts';
import { EXIT, EXIT_CODE_BY_REASON } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Invocation } from '../../invocation.ts';
import { createProgressBar } from '../../progress-bar.ts';
import { renderJob, settledOf } from './render-job.ts';

/** How many failures are named without being asked for. */
const NAMED_FAILURES = 10;

/**
 * Shows how far a job is until it is over or paused, then what it came to. Ctrl-C stops the watching, not the job. Ends with 0
 * if the job is done and no user failed.
 */
export async function watchToItsEnd(invocation: Invocation, client: ImmintClient, job: number): Promise<ExitCode> {
  const { terminal, output } = invocation;
  const bar = createProgressBar(terminal, output);
  const beganAtMs = terminal.nowMs();
  const signal = terminal.listenForStop();
  let first: JobView | undefined;
  let last: JobView | undefined;
  try {
    for await (const view of watchJob(client, job, { signal })) {
      first ??= view;
      last = view;
      const settled = settledOf(view);
      const text = textOf(view, settled - settledOf(first), terminal.nowMs() - beganAtMs);
      bar.show(text, view.items === 0 ? 0 : settled / view.items);
    }
  } finally {
    bar.clear();
  }
  if (signal.aborted || last === undefined) {
    throw new CliError('INTERRUPTED', `Stopped watching; the job goes on: \`immint job show ${job} --watch\`.`);
  }
  const ended = last;
  output.answer(ended, (paint) => renderJob(paint, ended));
  await nameFailures(invocation, client, ended);
  return exitCodeOf(ended);
}

function textOf(view: JobView, settled: number, elapsedMs: number): string {
  const { counts, items } = view;
  const perSecond = elapsedMs < 1_000 ? 0 : settled / (elapsedMs / 1_000);
  const leftMs = perSecond > 0 ? (counts.waiting / perSecond) * 1_000 : view.estimatedMs;
  const left = leftMs === null || counts.waiting === 0 ? '' : `, ${renderDuration(leftMs)} left`;
  const done =
    view.kind === 'revoke-all' ? `${counts.told} told` : `${counts.issued} issued, ${counts.stored} stored before`;
  return `of ${items} users: ${done}, ${counts.failed} failed${left}`;
}

async function nameFailures({ output }: Invocation, client: ImmintClient, view: JobView): Promise<void> {
  const { job, counts } = view;
  if (counts.failed > 0) {
    const { items } = await client.job.items.query({ job, state: 'failed', limit: NAMED_FAILURES });
    for (const { number, userId, message } of items) output.warn(`user ${number}, ${userId}: ${message ?? 'failed'}`);
    const more = counts.failed - items.length;
    if (more > 0) output.warn(`${more} more failed: \`immint job items ${job} --state failed\` lists them.`);
  }
  if (counts.duplicates > 0) {
    output.warn(
      `${counts.duplicates} users are named more than once: \`immint job items ${job} --state duplicate\` lists them.`,
    );
  }
}

function exitCodeOf({ state, pausedBecause, counts }: JobView): ExitCode {
  if (state === 'done') return counts.failed === 0 ? EXIT.done : EXIT.no;
  if (pausedBecause === null) return EXIT.no;
  if (pausedBecause === 'ASKED' || pausedBecause === 'CAP_REACHED') return EXIT.tryLater;
  return EXIT_CODE_BY_REASON[pausedBecause];
}
