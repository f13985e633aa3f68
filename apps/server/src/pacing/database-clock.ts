/** One look at the database's clock, which happened at some moment between two of ours; milliseconds. */
export interface ClockReading {
  readonly sentMs: number;
  readonly databaseMs: number;
  readonly receivedMs: number;
}

/**
 * What this process knows of the database's clock. Each reading bounds how far that clock is from ours, and bounds are
 * narrowed by every reading that agrees with them: the quickest answers count most, a slow one does no harm. The wall clock of
 * this machine has no part in it.
 */
export interface DatabaseClock {
  /** Takes a reading. Gives false when it cannot be true together with the earlier ones: the database's clock was set. */
  learn(reading: ClockReading): boolean;
  /** The database's clock, as far as is known; it needs one reading. */
  nowMs(): number;
}

/** How much two clocks may drift apart: what a clock that is being adjusted may gain or lose at most (adjtimex(2)). */
const DRIFT = 500e-6;

export function createDatabaseClock(monotonicMs: () => number): DatabaseClock {
  let least = -Infinity;
  let most = Infinity;
  let learnedAtMs = monotonicMs();

  return {
    learn({ sentMs, databaseMs, receivedMs }) {
      const driftMs = (receivedMs - learnedAtMs) * DRIFT;
      const [leastNow, mostNow] = [databaseMs - receivedMs, databaseMs - sentMs];
      const [leastOfBoth, mostOfBoth] = [Math.max(least - driftMs, leastNow), Math.min(most + driftMs, mostNow)];
      const agrees = leastOfBoth <= mostOfBoth;
      [least, most] = agrees ? [leastOfBoth, mostOfBoth] : [leastNow, mostNow];
      learnedAtMs = receivedMs;
      return agrees;
    },
    nowMs: () => monotonicMs() + (least + most) / 2,
  };
}
