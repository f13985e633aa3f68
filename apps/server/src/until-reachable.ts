import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from '@immint/db';
import type { Log } from './log.ts';

const RETRY_EVERY_MS = 1_000;

export interface ReachOptions {
  readonly forMs: number;
  readonly log: Log;
  readonly monotonicMs: () => number;
  /** Gives up at once when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens what needs the database, and tries again each second while it cannot be reached: servers and their database are
 * often started together, in any order. Throws what `open` threw once the time is over, and any other error at once.
 */
export async function untilReachable<Result>(
  open: () => Promise<Result>,
  { forMs, log, monotonicMs, signal }: ReachOptions,
): Promise<Result> {
  const beganMs = monotonicMs();
  for (;;) {
    try {
      return await open();
    } catch (error) {
      const waitedMs = monotonicMs() - beganMs;
      const isAway = error instanceof DatabaseError && error.code === 'DATABASE_UNREACHABLE';
      if (!isAway || waitedMs + RETRY_EVERY_MS > forMs || signal?.aborted === true) throw error;
      log.warn('database.not-reachable-yet', { waitedSeconds: Math.round(waitedMs / 1000), waitSeconds: forMs / 1000 });
      await sleep(RETRY_EVERY_MS, undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}
