/** One look at the database's clock, which happened at some moment between two of ours; milliseconds. */
interface ClockReading {
  readonly sentMs: number;
  readonly databaseMs: number;
  readonly receivedMs: number;
}

/**
 * What this process knows of the database's clock. Each reading bounds how far that clock is from ours, and bounds are
 * narrowed by every reading that agrees with them: the quickest answers count most, a slow one does no harm. The wall clock
 * of this machine has no part in it.
 */
export interface DatabaseClock {
  /**
   * Reads the clock a few times if it is not known well enough: at the beginning, and after nobody has asked for long.
   * Throws what the reading throws.
   */
  ready(): Promise<void>;
  /** Takes a reading. Gives false when it cannot be true together with the earlier ones: the database's clock was set. */
  learn(reading: ClockReading): boolean;
  /** The database's clock, as far as is known; it needs one reading. */
  nowMs(): number;
}

/** How much two clocks may drift apart: what a clock that is being adjusted may gain or lose at most (adjtimex(2)). */
const DRIFT = 500e-6;

/** By how much the clock may be mistaken. A first answer that also opened a connection bounds it by tens of milliseconds. */
const GOOD_ENOUGH_MS = 2;
const READINGS = 3;
/** A database that is far away is never known well enough, and is asked no more often than this for that reason. */
const READ_AGAIN_MS = 10_000;

export function createDatabaseClock(monotonicMs: () => number, readClockMs: () => Promise<number>): DatabaseClock {
  let least = -Infinity;
  let most = Infinity;
  let learnedAtMs = monotonicMs();
  let readAtMs = -Infinity;
  let reading: Promise<void> | undefined;

  const mistakenByMs = () => (most - least) / 2 + (monotonicMs() - learnedAtMs) * DRIFT;

  function learn({ sentMs, databaseMs, receivedMs }: ClockReading): boolean {
    const driftMs = (receivedMs - learnedAtMs) * DRIFT;
    const [leastNow, mostNow] = [databaseMs - receivedMs, databaseMs - sentMs];
    const [leastOfBoth, mostOfBoth] = [Math.max(least - driftMs, leastNow), Math.min(most + driftMs, mostNow)];
    const agrees = leastOfBoth <= mostOfBoth;
    [least, most] = agrees ? [leastOfBoth, mostOfBoth] : [leastNow, mostNow];
    learnedAtMs = receivedMs;
    return agrees;
  }

  async function readSeveral(): Promise<void> {
    for (let times = 0; times < READINGS && mistakenByMs() > GOOD_ENOUGH_MS; times += 1) {
      const sentMs = monotonicMs();
      const databaseMs = await readClockMs();
      learn({ sentMs, databaseMs, receivedMs: monotonicMs() });
    }
    readAtMs = monotonicMs();
  }

  return {
    async ready() {
      if (mistakenByMs() <= GOOD_ENOUGH_MS || monotonicMs() - readAtMs < READ_AGAIN_MS) return;
      reading ??= readSeveral().finally(() => {
        reading = undefined;
      });
      await reading;
    },
    learn,
    nowMs: () => monotonicMs() + (least + most) / 2,
  };
}
