/**
 * Time that passes only from one event to the next. Nothing waits for real: whatever is due next happens next, and all
 * promises that it settles run to their end before the event after it.
 */
export interface VirtualTime {
  /** What no clock of the simulation shows, but all of them are made of. Begins at 0. */
  nowMs(): number;
  /** Does something at an instant; what is due at the same one happens in the order in which it was asked for. Gives what takes it back. */
  at(atMs: number, work: () => void): () => void;
  after(ms: number, work: () => void): () => void;
  /** Resolves when nothing is left to happen until this instant. Gives how many events there were, and how many are still to come. */
  runUntil(untilMs: number): Promise<{ readonly events: number; readonly left: number }>;
}

/** Whatever takes more than this goes round in circles. */
const MOST_EVENTS = 1_000_000;

interface Event {
  readonly atMs: number;
  readonly order: number;
  work: (() => void) | undefined;
}

/** A tick that is asked for from a microtask comes when no microtask is left. */
function afterAllPromises(step: () => void): void {
  queueMicrotask(() => process.nextTick(step));
}

export function createVirtualTime(): VirtualTime {
  const heap: Event[] = [];
  let nowMs = 0;
  let order = 0;

  const isBefore = (one: Event, other: Event) =>
    one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

  function push(event: Event): void {
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !isBefore(event, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = event;
  }

  function pop(): Event | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = heap[childIndex];
      const sibling = heap[childIndex + 1];
      if (child !== undefined && sibling !== undefined && isBefore(sibling, child)) {
        child = sibling;
        childIndex += 1;
      }
      if (child === undefined || !isBefore(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
    return first;
  }

  /** The next event until an instant that nobody took back. */
  function nextUntil(untilMs: number): Event | undefined {
    for (let first = heap[0]; first !== undefined && first.atMs <= untilMs; first = heap[0]) {
      pop();
      if (first.work !== undefined) return first;
    }
    return undefined;
  }

  function at(atMs: number, work: () => void): () => void {
    const event: Event = { atMs: Math.max(atMs, nowMs), order: (order += 1), work };
    push(event);
    return () => {
      event.work = undefined;
    };
  }

  return {
    nowMs: () => nowMs,
    at,
    after: (ms, work) => at(nowMs + Math.max(0, ms), work),
    runUntil(untilMs) {
      let events = 0;
      return new Promise((resolve, reject) => {
        const step = (): void => {
          try {
            const event = nextUntil(untilMs);
            if (event?.work === undefined) {
              nowMs = Math.max(nowMs, untilMs);
              resolve({ events, left: heap.filter(({ work }) => work !== undefined).length });
              return;
            }
            events += 1;
            if (events > MOST_EVENTS) throw new Error(`at ${event.atMs} ms there is no end to it`);
            nowMs = event.atMs;
            event.work();
          } catch (error) {
            reject(error);
            return;
          }
          afterAllPromises(step);
        };
        afterAllPromises(step);
      });
    },
  };
}
