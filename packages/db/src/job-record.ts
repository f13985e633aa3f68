import type { JobItemState, JobKind, JobState } from '@immint/contracts';
import type { job, jobItem } from './schema.ts';

/** What became of the items of a job, so far. */
interface JobCounts {
  readonly issued: number;
  readonly stored: number;
  readonly failed: number;
  readonly duplicates: number;
  /** Users of whom the provider was told. */
  readonly told: number;
}

/** A job, as it stands. */
export interface JobRecord {
  readonly id: number;
  readonly appId: number;
  readonly kind: JobKind;
  readonly state: JobState;
  /** A reason, or a word; not null exactly while it is paused. */
  readonly pausedBecause: string | null;
  /** Who made it. */
  readonly actor: string;
  /** At most so many calls for tokens. */
  readonly cap: number | null;
  /** How many calls were allowed: an upper bound of those that were made. */
  readonly calls: number;
  /** How many items it has, whatever became of them. */
  readonly items: number;
  readonly counts: JobCounts;
  /** Of a revoke of all: the instant, by the provider's clock, before which tokens end; null until it is known, or where there is none. */
  readonly revokedBeforeMs: number | null;
  /** Whether all of its items are there. */
  readonly isFilled: boolean;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

/** One user of a job. */
export interface JobItemRecord {
  readonly number: number;
  readonly userId: string;
  readonly state: JobItemState;
  readonly reason: string | null;
  readonly sameAs: number | null;
  readonly attempts: number;
}

/** Turns a row into a record. */
export function toJobRecord(row: typeof job.$inferSelect): JobRecord {
  const { issued, stored, failed, duplicates, told } = row;
  return {
    id: row.id,
    appId: row.appId,
    kind: row.kind,
    state: row.state,
    pausedBecause: row.pausedBecause,
    actor: row.actor,
    cap: row.cap,
    calls: row.calls,
    items: row.items,
    counts: { issued, stored, failed, duplicates, told },
    revokedBeforeMs: row.revokedBefore,
    isFilled: row.isFilled,
    createdAtMs: row.createdAt,
    startedAtMs: row.startedAt,
    finishedAtMs: row.finishedAt,
  };
}

/** Turns a row into a record. */
export function toJobItemRecord({
  number,
  userId,
  state,
  reason,
  sameAs,
  attempts,
}: typeof jobItem.$inferSelect): JobItemRecord {
  return { number, userId, state, reason, sameAs, attempts };
}
