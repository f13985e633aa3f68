/** One line of the proof: what was tried, how often, and whether it held. */
export interface ProofRow {
  readonly what: string;
  readonly size: string;
  readonly expected: string;
  readonly measured: string;
  /** How often what must never happen did. */
  readonly violations: readonly string[];
  readonly notes: string;
}

/** How long something took, in words: the middle, the slowest of a hundred, the slowest. */
export function describeTimes(timesMs: readonly number[]): string {
  const { p50, p99, max } = quantiles(timesMs);
  return `p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`;
}

/** By the nearest rank, in whole milliseconds; 0 of nothing. */
export function quantiles(timesMs: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = timesMs.toSorted((one, other) => one - other);
  const at = (part: number) => Math.round(sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** How often each thing happened, in words. */
export function describeCounts(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([what, times]) => `${times} x ${what}`).join(', ') || 'none';
}

/** Counts one more. */
export function countOne(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
