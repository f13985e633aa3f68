import type { Urgency } from '@immint/providers';

/** A call that waits for its slot. */
export interface Waiting {
  readonly urgency: Urgency;
  /** For how many calls it counts. */
  readonly weight: number;
  /** The last instant at which a slot is still of use to it; monotonic milliseconds. */
  readonly latestMs: number;
  /** Lets it go out now. */
  readonly go: () => void;
  readonly refuse: (error: unknown) => void;
}

/** What the calls that have no slot yet need next. */
interface Demand {
  readonly urgency: Urgency;
  readonly weight: number;
  readonly count: number;
}

/** The calls of one group that wait, logins before background work, and otherwise in the order in which they came. */
export interface WaitingLine {
  readonly size: number;
  add(waiting: Waiting): void;
  remove(waiting: Waiting): void;
  /** The first one for which a slot of this weight is enough. */
  first(weight: number): Waiting | undefined;
  /** All of them, in their order. */
  all(): Waiting[];
  /** How many calls are before one that would come now. */
  before(urgency: Urgency): number;
  /** What the first ones need for whom these slots are not enough; at most `most` slots. */
  demandBeyond(slotWeights: readonly number[], most: number): Demand | undefined;
}

export function createWaitingLine(): WaitingLine {
  const lines = { login: new Set<Waiting>(), background: new Set<Waiting>() };
  const weights = { login: 0, background: 0 };

  function* inOrder(): Generator<Waiting> {
    yield* lines.login;
    yield* lines.background;
  }

  return {
    get size() {
      return lines.login.size + lines.background.size;
    },
    add(waiting) {
      lines[waiting.urgency].add(waiting);
      weights[waiting.urgency] += waiting.weight;
    },
    remove(waiting) {
      if (lines[waiting.urgency].delete(waiting)) weights[waiting.urgency] -= waiting.weight;
    },
    first(weight) {
      for (const waiting of inOrder()) if (waiting.weight <= weight) return waiting;
      return undefined;
    },
    all: () => [...inOrder()],
    before: (urgency) => weights.login + (urgency === 'login' ? 0 : weights.background),
    demandBeyond(slotWeights, most) {
      const slots = [...slotWeights];
      let demand: Demand | undefined;
      for (const { urgency, weight } of inOrder()) {
        const slot = slots.findIndex((each) => each >= weight);
        if (slot >= 0) {
          slots.splice(slot, 1);
        } else if (demand === undefined) {
          demand = { urgency, weight, count: 1 };
          if (weight > 1) return demand;
        } else {
          if (urgency !== demand.urgency || weight > 1 || demand.count >= most) return demand;
          demand = { ...demand, count: demand.count + 1 };
        }
      }
      return demand;
    },
  };
}
