/** A slot that this process holds: its instant by the database's clock, and for how many calls it counts. */
export interface Slot {
  readonly atMs: number;
  readonly weight: number;
}

/** What the provider counts calls by. */
const COUNTED_WITHIN_MS = 1_000;

/**
 * The slots of this process that came up too late to be used. A call may leave at any instant between two slots of ours that
 * are no further apart than a second: whichever second holds that instant holds one of the two. So a process that is so busy
 * that all its timers are late gets its calls out all the same, at two slots each.
 */
export interface MissedSlots {
  add(slot: Slot): void;
  /** Whether a missed slot goes with this one, which is still to come; it is used up then, and so is this one. */
  pairWith(next: Slot): boolean;
  /** None of them is worth anything any more. */
  forget(): void;
}

export function createMissedSlots(): MissedSlots {
  let missed: Slot[] = [];
  return {
    add: (slot) => void missed.push(slot),
    pairWith(next) {
      missed = missed.filter(({ atMs }) => next.atMs - atMs <= COUNTED_WITHIN_MS);
      const at = missed.findIndex(({ weight }) => weight === next.weight);
      if (at >= 0) missed.splice(at, 1);
      return at >= 0;
    },
    forget: () => void (missed = []),
  };
}
