/**
 * One piece of work at a time for a key, shared by everybody who asks meanwhile. This is the protocol inside one
 * process; the lease between servers goes around `work`.
 */
export interface SingleFlight<T> {
  /** Joins the work that is under way for this key, or starts it. */
  join(key: string, work: () => Promise<T>): Promise<T>;
  /** Joins work that begins after this moment: the next one in line, which waits for the work under way. */
  joinNext(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const running = new Map<string, Promise<T>>();
  const waiting = new Map<string, Promise<T>>();

  function start(key: string, work: () => Promise<T>): Promise<T> {
    const flight = work().finally(() => running.delete(key));
    running.set(key, flight);
    return flight;
  }

  async function startWhenFree(key: string, work: () => Promise<T>): Promise<T> {
    for (let flight = running.get(key); flight !== undefined; flight = running.get(key))
      await Promise.allSettled([flight]);
    waiting.delete(key);
    return start(key, work);
  }

  return {
    join: (key, work) => running.get(key) ?? start(key, work),
    joinNext(key, work) {
      const next = waiting.get(key);
      if (next !== undefined) return next;
      if (!running.has(key)) return start(key, work);
      const queued = startWhenFree(key, work);
      waiting.set(key, queued);
      return queued;
    },
    async settled() {
      while (running.size > 0 || waiting.size > 0) await Promise.allSettled([...running.values(), ...waiting.values()]);
    },
  };
}
