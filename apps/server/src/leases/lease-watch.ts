import type { LeasedUser, LeaseState } from '@immint/db';
import { DomainError } from '../domain-error.ts';
import { keyOf } from './held-leases.ts';
import type { LeaseParts } from './held-leases.ts';

/** How soon a lease is looked at again: at once in the beginning, and less often the longer it takes. */
const FIRST_LOOK_MS = 15;
const LAST_LOOK_MS = 60;
const LOOKS_PER_AGE = 8;

/** Servers that wait for the same lease do not look at the same moment. */
const JITTER_MS = 20;

/** Waits for leases that other servers hold: all of them with one query, whatever their number. */
export interface LeaseWatch {
  /**
   * Resolves when nobody holds the user's lease any more, with what became of it; undefined if there never was one.
   * Rejects with `DEADLINE_EXCEEDED` when `signal` aborts, or with what the database threw. When `hurried` aborts, the holder is
   * told that a login waits.
   */
  ended(user: LeasedUser, hurried: AbortSignal, signal: AbortSignal): Promise<LeaseState | undefined>;
}

interface Watched {
  readonly user: LeasedUser;
  readonly sinceMs: number;
  readonly waiters: Set<PromiseWithResolvers<LeaseState | undefined>>;
  lookAtMs: number;
  isHurried: boolean;
  hurriedFence: number;
}

/** `random` is from 0 to 1. */
export function createLeaseWatch(
  { store, monotonicMs, sleep, log }: LeaseParts,
  { random }: { readonly random: () => number },
): LeaseWatch {
  const watched = new Map<string, Watched>();
  let isLooking = false;

  const lookInMs = (ageMs: number) =>
    Math.min(LAST_LOOK_MS, Math.max(FIRST_LOOK_MS, ageMs / LOOKS_PER_AGE)) + random() * JITTER_MS;

  async function lookWhileWaited(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    while (watched.size > 0) {
      const nextMs = Math.min(...[...watched.values()].map(({ lookAtMs }) => lookAtMs));
      await sleep(Math.max(1, Math.ceil(nextMs - monotonicMs())));
      const due = [...watched.values()].filter(({ lookAtMs }) => lookAtMs <= monotonicMs());
      if (due.length > 0) await look(due);
    }
    isLooking = false;
  }

  async function look(due: readonly Watched[]): Promise<void> {
    try {
      const states = await store.look(due.map(({ user }) => user));
      const byKey = new Map(states.map((state) => [keyOf(state), state]));
      for (const each of due) tell(each, byKey.get(keyOf(each.user)));
    } catch (error) {
      for (const each of due) settle(each, ({ reject }) => reject(error));
    }
  }

  function tell(each: Watched, state: LeaseState | undefined): void {
    if (state?.isHeld !== true) {
      settle(each, ({ resolve }) => resolve(state));
      return;
    }
    const nowMs = monotonicMs();
    each.lookAtMs = nowMs + lookInMs(nowMs - each.sinceMs);
    if (!each.isHurried || state.urgency !== 'background' || each.hurriedFence === state.fence) return;
    each.hurriedFence = state.fence;
    void store.hurry(state).catch((error: unknown) => log.warn('lease.not-hurried', {}, error));
  }

  function settle(each: Watched, how: (waiter: PromiseWithResolvers<LeaseState | undefined>) => void): void {
    watched.delete(keyOf(each.user));
    for (const waiter of each.waiters) how(waiter);
  }

  return {
    async ended(user, hurried, signal) {
      if (signal.aborted) throw new DomainError('DEADLINE_EXCEEDED');
      const key = keyOf(user);
      const nowMs = monotonicMs();
      const each = watched.get(key) ?? {
        user,
        sinceMs: nowMs,
        waiters: new Set(),
        lookAtMs: nowMs + lookInMs(0),
        isHurried: false,
        hurriedFence: 0,
      };
      const hurry = (): void => void (each.isHurried = true);
      if (hurried.aborted) hurry();
      hurried.addEventListener('abort', hurry, { once: true });
      watched.set(key, each);
      const waiter = Promise.withResolvers<LeaseState | undefined>();
      each.waiters.add(waiter);
      const giveUp = (): void => {
        each.waiters.delete(waiter);
        if (each.waiters.size === 0 && watched.get(key) === each) watched.delete(key);
        waiter.reject(new DomainError('DEADLINE_EXCEEDED'));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      void lookWhileWaited();
      return waiter.promise.finally(() => {
        signal.removeEventListener('abort', giveUp);
        hurried.removeEventListener('abort', hurry);
      });
    },
  };
}
