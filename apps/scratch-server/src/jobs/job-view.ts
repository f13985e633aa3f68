import { PauseCause, REASONS, Reason } from '@immint/contracts';
import type { JobItem, JobView } from '@immint/contracts';
import type { JobItemRecord, NamedJob } from '@immint/db';
import type { DescribedApp } from '../apps/app-connections.ts';
import { estimateMs } from './estimate.ts';

const WORDS_OF_PAUSE = {
  ASKED: 'Somebody paused it: `immint job resume` goes on.',
  CAP_REACHED: 'It has made as many calls as its cap allows: `immint job resume --cap` raises it.',
} as const;

/** A job as callers see it. */
export function toJobView(job: NamedJob, app: DescribedApp): JobView {
  const { issued, stored, failed, duplicates, told } = job.counts;
  const waiting = Math.max(0, job.items - issued - stored - failed - duplicates - told);
  const because = PauseCause.safeParse(job.pausedBecause);
  const pausedBecause = because.success ? because.data : null;
  return {
    job: job.id,
    app: app.record.name,
    provider: app.record.provider,
    kind: job.kind,
    state: job.state,
    pausedBecause,
    message: pausedBecause === null ? null : sentenceOf(pausedBecause),
    cap: job.cap,
    calls: job.calls,
    items: job.items,
    counts: { waiting, ...job.counts },
    estimatedMs: waiting === 0 ? null : estimateMs(job.kind, waiting, app),
    createdBy: job.actor,
    createdAtMs: job.createdAtMs,
    startedAtMs: job.startedAtMs,
    finishedAtMs: job.finishedAtMs,
  };
}

/** An item as callers see it. */
export function toJobItem({ number, userId, state, reason: text, sameAs, attempts }: JobItemRecord): JobItem {
  const known = Reason.safeParse(text);
  const reason = known.success ? known.data : null;
  const message = reason === null ? sentenceOfState(state, sameAs) : REASONS[reason].sentence;
  return { number, userId, state, reason, message, sameAs, attempts };
}

function sentenceOfState(state: JobItem['state'], sameAs: number | null): string | null {
  return state === 'duplicate' ? `Item ${sameAs} is the same user to the provider.` : null;
}

function sentenceOf(because: PauseCause): string {
  return because === 'ASKED' || because === 'CAP_REACHED' ? WORDS_OF_PAUSE[because] : REASONS[because].sentence;
}
