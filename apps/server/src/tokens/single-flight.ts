import type { Urgency } from '@immint/providers';

/**
 * What is done once for all who wait for it. `hurried` aborts as soon as a login does, or waits for what comes after: from the
 * beginning where a login began it.
 */
type Work<T> = (hurried: AbortSignal) => Promise<T>;

/**
 * One piece of work at a time for a key, and one for all who want the same. Work of another kind waits its turn, so that
 * nobody is given what somebody else asked for. This is the protocol inside one process; the lease between servers goes
 * around `work`.
 */
export interface SingleFlight<T> {
  /** Joins work of this kind that is under way or in line; otherwise lines up. */
  join(key: string, kind: string, work: Work<T>, urgency?: Urgency): Promise<T>;
  /** Joins only work of this kind that has not begun yet; otherwise lines up. */
  joinNext(key: string, kind: string, work: Work<T>, urgency?: Urgency): Promise<T>;
  /** Resolves when nothing is under way or in line. */
  settled(): Promise<void>;
}

interface Flight<T> {
  readonly kind: string;
  readonly result: Promise<T>;
  readonly hurry: () => void;
  /** Never rejects: what goes wrong goes to those who wait for the result. */
  readonly begin: () => Promise<void>;
}

interface Line<T> {
  underWay: Flight<T> | undefined;
  readonly waiting: Flight<T>[];
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const lines = new Map<string, Line<T>>();

  function lineUp(key: string, kind: string, work: Work<T>): Flight<T> {
    const line = lines.get(key) ?? { underWay: undefined, waiting: [] };
    lines.set(key, line);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const hurry = new AbortController();
    const flight: Flight<T> = {
      kind,
      result: promise,
      hurry: () => hurry.abort(),
      begin: () => work(hurry.signal).then(resolve, reject),
    };
    line.waiting.push(flight);
    return flight;
  }

  function advance(key: string, line: Line<T>): void {
    line.underWay = line.waiting.shift();
    if (line.underWay === undefined) lines.delete(key);
    else void line.underWay.begin().then(() => advance(key, line));
  }

  /** A login has to wait for whatever stands before what it waits for. */
  function hurryUpTo(flight: Flight<T>, { underWay, waiting }: Line<T>): void {
    const before = waiting.slice(0, waiting.indexOf(flight) + 1);
    for (const each of underWay === undefined ? before : [underWay, ...before]) each.hurry();
  }

  function waitFor(flight: Flight<T>, key: string, urgency: Urgency): Promise<T> {
    const line = lines.get(key);
    if (line === undefined) return flight.result;
    if (urgency === 'login') hurryUpTo(flight, line);
    if (line.underWay === undefined) advance(key, line);
    return flight.result;
  }

  const waitingOf = (key: string, kind: string): Flight<T> | undefined =>
    lines.get(key)?.waiting.find((flight) => flight.kind === kind);

  return {
    join(key, kind, work, urgency = 'login') {
      const underWay = lines.get(key)?.underWay;
      const joined = underWay?.kind === kind ? underWay : waitingOf(key, kind);
      return waitFor(joined ?? lineUp(key, kind, work), key, urgency);
    },
    joinNext: (key, kind, work, urgency = 'login') =>
      waitFor(waitingOf(key, kind) ?? lineUp(key, kind, work), key, urgency),
    async settled() {
      while (lines.size > 0) {
        const flights = [...lines.values()].flatMap(({ underWay, waiting }) => [
          ...(underWay ? [underWay] : []),
          ...waiting,
        ]);
        await Promise.allSettled(flights.map(({ result }) => result));
      }
    },
  };
}
