/**
 * One piece of work at a time for a key, and one for all who want the same. Work of another kind waits its turn, so that
 * nobody is given what somebody else asked for. This is the protocol inside one process; the lease between servers goes
 * around `work`.
 */
export interface SingleFlight<T> {
  /** Joins work of this kind that is under way or in line; otherwise lines up. */
  join(key: string, kind: string, work: () => Promise<T>): Promise<T>;
  /** Joins only work of this kind that has not begun yet; otherwise lines up. */
  joinNext(key: string, kind: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way or in line. */
  settled(): Promise<void>;
}

interface Flight<T> {
  readonly kind: string;
  readonly result: Promise<T>;
  /** Never rejects: what goes wrong goes to those who wait for the result. */
  readonly begin: () => Promise<void>;
}

interface Line<T> {
  underWay: Flight<T> | undefined;
  readonly waiting: Flight<T>[];
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const lines = new Map<string, Line<T>>();

  function lineUp(key: string, kind: string, work: () => Promise<T>): Promise<T> {
    const line = lines.get(key) ?? { underWay: undefined, waiting: [] };
    lines.set(key, line);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    line.waiting.push({ kind, result: promise, begin: () => work().then(resolve, reject) });
    if (line.underWay === undefined) advance(key, line);
    return promise;
  }

  function advance(key: string, line: Line<T>): void {
    line.underWay = line.waiting.shift();
    if (line.underWay === undefined) lines.delete(key);
    else void line.underWay.begin().then(() => advance(key, line));
  }

  function waitingOf(key: string, kind: string): Promise<T> | undefined {
    return lines.get(key)?.waiting.find((flight) => flight.kind === kind)?.result;
  }

  return {
    join(key, kind, work) {
      const underWay = lines.get(key)?.underWay;
      if (underWay?.kind === kind) return underWay.result;
      return waitingOf(key, kind) ?? lineUp(key, kind, work);
    },
    joinNext: (key, kind, work) => waitingOf(key, kind) ?? lineUp(key, kind, work),
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
