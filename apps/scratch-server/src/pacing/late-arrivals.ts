import type { Transport } from '@immint/providers';

/** Gives what the answers of a transport tell to `learn`, and changes nothing about them. */
export function watchArrivals(
  transport: Transport,
  arrivals: LateArrivals,
  learn: (standstillMs: number) => void,
): Transport {
  return {
    async send(request, signal) {
      const call = arrivals.sent();
      try {
        return await transport.send(request, signal);
      } finally {
        learn(call.ended());
      }
    },
    close: () => transport.close(),
  };
}

/**
 * What the answers of a provider tell of when its calls arrived. A call that left in time may be counted late: where the way
 * or the provider stood still for a moment, all that was under way arrives in one bunch. Nobody sees arrivals, but a call
 * that is under way for longer than the quickest ones were has perhaps not arrived yet.
 */
export interface LateArrivals {
  /** Notes that a call leaves. */
  sent(): Call;
}

interface Call {
  /** Notes its answer, or its end without one. Gives for how long, in milliseconds, calls have perhaps not been arriving. */
  ended(): number;
}

/** The quickest answer is looked for in this time and the one before. */
const QUICKEST_WITHIN_MS = 10_000;
const RATE_WITHIN_MS = 1_000;

/** An answer that is later than the quickest by less than this tells nothing: answers differ by as much on a busy machine. */
const USUAL_JITTER_MS = 8;

export function createLateArrivals(monotonicMs: () => number): LateArrivals {
  const underWay = new Set<{ readonly sentMs: number }>();
  let leftMs: number[] = [];
  let quickest = { beganAtMs: monotonicMs(), nowMs: Infinity, beforeMs: Infinity };

  function learnQuickest(tookMs: number): void {
    if (monotonicMs() - quickest.beganAtMs > QUICKEST_WITHIN_MS)
      quickest = { beganAtMs: monotonicMs(), nowMs: Infinity, beforeMs: quickest.nowMs };
    quickest.nowMs = Math.min(quickest.nowMs, tookMs);
  }

  /**
   * By Little's law: so many calls are under way for too long, at so many a second. But one call alone tells only how late it
   * is itself: where few calls leave, it would stand for all the time until the next one.
   */
  function standstillMs(): number {
    const nowMs = monotonicMs();
    const left = leftMs.filter((atMs) => nowMs - atMs < RATE_WITHIN_MS).length;
    if (left === 0) return 0;
    const usualMs = Math.min(quickest.nowMs, quickest.beforeMs);
    const lateMs = [...underWay].map(({ sentMs }) => nowMs - sentMs - usualMs).filter((ms) => ms > USUAL_JITTER_MS);
    const standstill = (lateMs.length * RATE_WITHIN_MS) / left;
    return lateMs.length === 1 ? Math.min(standstill, ...lateMs) : standstill;
  }

  return {
    sent() {
      const sentMs = monotonicMs();
      leftMs = leftMs.filter((atMs) => sentMs - atMs < RATE_WITHIN_MS);
      leftMs.push(sentMs);
      const call = { sentMs };
      underWay.add(call);
      return {
        ended() {
          const found = standstillMs();
          underWay.delete(call);
          learnQuickest(monotonicMs() - sentMs);
          return found;
        },
      };
    },
  };
}
