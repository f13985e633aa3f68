import type { Log } from './log.ts';

const LOOK_EVERY_MS = 100;

/** A third of a lease: what is near to costing one. */
const STALL_MS = 500;

/**
 * Logs when this process did nothing for half a second or longer: it was stopped, had no processor, or one piece of its own
 * work took so long. A server that stands still for longer than its leases loses them. Gives what ends the watch.
 */
export function watchStalls({
  log,
  monotonicMs,
}: {
  readonly log: Log;
  readonly monotonicMs: () => number;
}): () => void {
  let expectedMs = monotonicMs() + LOOK_EVERY_MS;
  const looking = setInterval(() => {
    const nowMs = monotonicMs();
    const stalledMs = Math.round(nowMs - expectedMs);
    if (stalledMs >= STALL_MS) log.warn('server.stalled', { stalledMs });
    expectedMs = nowMs + LOOK_EVERY_MS;
  }, LOOK_EVERY_MS);
  looking.unref();
  return () => clearInterval(looking);
}
