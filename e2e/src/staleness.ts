import { setTimeout as sleep } from 'node:timers/promises';

/** How old an old answer was when it came: milliseconds from the acknowledgement of the change to the answer. */
export interface Staleness {
  /** The latest old answer; 0 if there was none after the acknowledgement. */
  readonly worstMs: number;
  /** Old answers to questions that were asked after the acknowledgement. */
  readonly askedAfter: number;
  readonly answers: number;
}

/** Each place is asked this often. */
const PAUSE_MS = 40;

/** Longer than an old answer may come. */
const WATCHED_AFTER_MS = 1_200;

/**
 * Asks several places again and again while a change is made, and for a while after it was acknowledged. `isOld` asks once,
 * and says whether the answer is one from before the change.
 */
export async function watchForOld<Place>(
  places: readonly Place[],
  isOld: (place: Place) => Promise<boolean>,
  change: () => Promise<unknown>,
): Promise<Staleness> {
  let acknowledgedAtMs: number | undefined;
  const seen = { worstMs: 0, askedAfter: 0, answers: 0 };
  const isOver = (): boolean =>
    acknowledgedAtMs !== undefined && performance.now() - acknowledgedAtMs > WATCHED_AFTER_MS;

  async function watch(place: Place): Promise<void> {
    while (!isOver()) {
      const askedAtMs = performance.now();
      const wasOld = await isOld(place);
      seen.answers += 1;
      if (wasOld && acknowledgedAtMs !== undefined) {
        seen.worstMs = Math.max(seen.worstMs, performance.now() - acknowledgedAtMs);
        if (askedAtMs > acknowledgedAtMs) seen.askedAfter += 1;
      }
      await sleep(PAUSE_MS);
    }
  }

  const watching = Promise.all(places.map((place) => watch(place)));
  await sleep(PAUSE_MS);
  await change();
  acknowledgedAtMs = performance.now();
  await watching;
  return seen;
}

/** A line for people: how many rounds, and how stale the worst, the 99th and the middle one were. */
export function describeStaleness(what: string, rounds: readonly Staleness[]): string {
  const sorted = rounds.map(({ worstMs }) => worstMs).toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  const answers = rounds.reduce((sum, round) => sum + round.answers, 0);
  return `${what}: ${rounds.length} rounds, ${answers} answers; ms to the last old one: median ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`;
}
