import type { JobView } from '@immint/contracts';
import { renderDuration } from '../../duration.ts';
import { renderInstant } from '../../instant.ts';
import type { Paint } from '../../paint.ts';
import { renderRecord } from '../../table.ts';

/** How many users of a job are settled. */
export function settledOf({ items, counts }: JobView): number {
  return items - counts.waiting;
}

/** A job, a line for each thing that is known of it. */
export function renderJob(paint: Paint, job: JobView): string {
  const { counts } = job;
  return renderRecord(paint, [
    ['job', `${job.job} (${job.kind})`],
    ['app', `${job.app} (${job.provider})`],
    ['state', job.pausedBecause === null ? job.state : `${job.state}: ${job.pausedBecause}`],
    ...(job.message === null ? [] : [['why', job.message] as const]),
    ['users', String(job.items)],
    ...(job.kind === 'revoke-all'
      ? [['told', String(counts.told)] as const]
      : [['issued', String(counts.issued)] as const, ['stored before', String(counts.stored)] as const]),
    ['failed', String(counts.failed)],
    ['duplicates', String(counts.duplicates)],
    ['waiting', waitingOf(job)],
    ['calls', job.cap === null ? String(job.calls) : `${job.calls} of at most ${job.cap}`],
    ['made', `${renderInstant(job.createdAtMs)} by ${job.createdBy}`],
    ['ended', job.finishedAtMs === null ? 'not yet' : renderInstant(job.finishedAtMs)],
  ]);
}

function waitingOf({ counts, estimatedMs }: JobView): string {
  return estimatedMs === null ? String(counts.waiting) : `${counts.waiting}, at least ${renderDuration(estimatedMs)}`;
}
