import type { JournalEntry } from '@immint/e2e/sandbox-control';

/** What the sandbox noted of the calls to one path. */
export interface Arrivals {
  readonly all: number;
  /** Those that its limiter refused. */
  readonly overLimit: number;
  /**
   * By how many milliseconds the fullest stretch of `rate` + 1 arrivals was longer than a second: what is left of the
   * tolerance. Undefined when there were fewer.
   */
  readonly marginMs: number | undefined;
}

/** Counts the arrivals at a path, from the journal of a sandbox. */
export function countArrivals(entries: readonly JournalEntry[], path: string, rate: number): Arrivals {
  const calls = entries.filter((entry) => entry.path.endsWith(path));
  const stretches = calls.slice(rate).map((entry, index) => entry.atMs - (calls[index]?.atMs ?? 0));
  return {
    all: calls.length,
    overLimit: calls.filter(({ overLimit }) => overLimit).length,
    marginMs: stretches.length === 0 ? undefined : Math.min(...stretches) - 1_000,
  };
}
