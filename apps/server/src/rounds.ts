/** Work that is done again and again in the background, one round at a time. */
export interface Rounds {
  start(): void;
  /** Begins no more rounds, and waits for the one that is under way. */
  stop(): Promise<void>;
}

/**
 * Makes rounds, the next one `intervalMs` after the last one has ended. `round` is given a signal that aborts when they are
 * stopped. A round that fails is told, and the next one comes all the same; a process that has nothing else to do may end.
 */
export function createRounds(
  intervalMs: number,
  round: (stopping: AbortSignal) => Promise<void>,
  failed: (error: unknown) => void,
): Rounds {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();

  function schedule(): void {
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      underWay = round(stopping.signal).catch(failed).then(schedule);
    }, intervalMs);
    timer.unref();
  }

  return {
    start: schedule,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await underWay;
    },
  };
}
