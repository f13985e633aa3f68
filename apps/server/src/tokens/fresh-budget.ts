import { DomainError } from '../domain-error.ts';

/** One user's token is replaced on demand at most this often. */
const FRESH_INTERVAL_MS = 2_000;

/** One app's tokens are replaced on demand at most this many times in the window: a twentieth of the documented issue rate. */
const FRESH_PER_APP = 100;
const FRESH_WINDOW_MS = 10_000;

/**
 * Bounds how many stored tokens may be replaced because somebody asked, not because they ended. The interval per user
 * is kept in the database; the budget per app is this process's own.
 */
export interface FreshBudget {
  /** Takes one replacement, or refuses with `FRESH_TOO_SOON` and the time to wait. */
  take(appId: number): void;
}

export function createFreshBudget(monotonicMs: () => number): FreshBudget {
  const takenAtMs = new Map<number, number[]>();
  return {
    take(appId) {
      const nowMs = monotonicMs();
      const recent = (takenAtMs.get(appId) ?? []).filter((atMs) => nowMs - atMs < FRESH_WINDOW_MS);
      takenAtMs.set(appId, recent);
      const [oldest] = recent;
      if (oldest !== undefined && recent.length >= FRESH_PER_APP) throw tooSoon(FRESH_WINDOW_MS - (nowMs - oldest));
      recent.push(nowMs);
    },
  };
}

/** Refuses a replacement that comes too soon after the last one of the same user, by the database's clock. */
export function refuseTooSoon(replacedAtMs: number | null, nowMs: number): void {
  if (replacedAtMs === null) return;
  const waitMs = replacedAtMs + FRESH_INTERVAL_MS - nowMs;
  if (waitMs > 0) throw tooSoon(waitMs);
}

function tooSoon(retryAfterMs: number): DomainError {
  return new DomainError('FRESH_TOO_SOON', { retryAfterMs });
}
