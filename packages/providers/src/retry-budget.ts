/** Over which time calls and repeats are counted. */
const WINDOW_SECONDS = 10;
const SHARE = 0.1;
/** So many are free, or a quiet connection could never repeat anything. */
const FREE_REPEATS = 3;

/**
 * Keeps repeats from becoming a second load on a provider that is failing under the first: over the last 10 s at most 10 %
 * of the calls may be repeated, but always 3.
 */
export interface RetryBudget {
  /** A call begins. */
  called(): void;
  /** Takes one repeat out of the budget; false if there is none left. */
  take(): boolean;
}

interface Second {
  readonly second: number;
  calls: number;
  repeats: number;
}

/** Counts in whole seconds. Clock: monotonic milliseconds. */
export const createRetryBudget = (monotonicMs: () => number): RetryBudget => {
  let seconds: Second[] = [];

  const current = (): Second => {
    const second = Math.floor(monotonicMs() / 1000);
    seconds = seconds.filter((each) => each.second > second - WINDOW_SECONDS);
    const last = seconds.at(-1);
    if (last?.second === second) return last;
    const begun = { second, calls: 0, repeats: 0 };
    seconds.push(begun);
    return begun;
  };

  return {
    called() {
      current().calls += 1;
    },
    take() {
      const now = current();
      const calls = seconds.reduce((sum, each) => sum + each.calls, 0);
      const repeats = seconds.reduce((sum, each) => sum + each.repeats, 0);
      if (repeats >= Math.max(FREE_REPEATS, Math.floor(calls * SHARE))) return false;
      now.repeats += 1;
      return true;
    },
  };
};
