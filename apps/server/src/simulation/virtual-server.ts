import type { Later } from '../later.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How to answer something that was asked. Only the first answer counts. */
interface Answering<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A process that may stand still or die at any moment. Everything that comes in, answers and timers alike, goes through it:
 * while it stands still it comes later, and once it is dead never. What it has sent goes on without it.
 */
export interface VirtualServer {
  /** Says which server and which of its lives. */
  readonly name: string;
  readonly index: number;
  readonly isDead: () => boolean;
  die(): void;
  /** Dies instead of going on for the so-manieth time from now: at any of the places where it waits for something. */
  dieInSteps(steps: number): void;
  /** Stands still for so long. A `suspended` machine does not know of it: its monotonic clock stands still as well. */
  standStill(forMs: number, options: { readonly isSuspended: boolean }): void;
  /** Asks somebody outside. `begin` is called once what is asked leaves the process. */
  ask<T>(begin: (answering: Answering<T>) => void): Promise<T>;
  readonly later: Later;
  readonly sleep: (ms: number) => Promise<void>;
  readonly abortAfter: (ms: number) => AbortSignal;
  readonly monotonicMs: () => number;
  readonly nowMs: () => number;
  jumpWallClock(byMs: number): void;
}

/** Clocks that are set against each other are this exact. */
const ROUNDING_MS = 0.001;

/** The wall clocks of the simulation begin here, in the middle of a day. */
export const BEGINNING_MS = Date.UTC(2026, 0, 15, 12);

export function createVirtualServer(
  { name, index }: Pick<VirtualServer, 'name' | 'index'>,
  time: VirtualTime,
  whenDead: () => void,
): VirtualServer {
  const startedAtMs = time.nowMs();
  let isDead = false;
  let standsUntilMs = 0;
  let suspendedMs = 0;
  let suspension = { fromMs: 0, untilMs: 0 };
  let wallOffsetMs = 0;
  let stepsToLive = Infinity;
  // Made once: making one takes longer than all the rest of a step.
  const timeIsOver = new DOMException('The time is over.', 'TimeoutError');

  const suspendedUntilNowMs = () =>
    suspendedMs + Math.max(0, Math.min(time.nowMs(), suspension.untilMs) - suspension.fromMs);
  const monotonicMs = () => time.nowMs() - startedAtMs - suspendedUntilNowMs();

  function die(): void {
    isDead = true;
    whenDead();
  }

  /** Now, or when it goes on, or never. */
  function go(work: () => void): void {
    if (isDead) return;
    if (standsUntilMs > time.nowMs()) {
      time.at(standsUntilMs, () => go(work));
      return;
    }
    stepsToLive -= 1;
    if (stepsToLive <= 0) die();
    else work();
  }

  const later: Later = (ms, work) => {
    const dueMs = monotonicMs() + Math.max(1, ms);
    let isTakenBack = false;
    let takeBack: (() => void) | undefined;
    const wait = (leftMs: number): void => {
      takeBack = time.after(leftMs, () =>
        go(() => {
          if (isTakenBack) return;
          if (dueMs - monotonicMs() > ROUNDING_MS) wait(dueMs - monotonicMs());
          else work();
        }),
      );
    };
    wait(dueMs - monotonicMs());
    return () => {
      isTakenBack = true;
      takeBack?.();
    };
  };

  return {
    name,
    index,
    isDead: () => isDead,
    die,
    dieInSteps(steps) {
      stepsToLive = steps;
    },
    standStill(forMs, { isSuspended }) {
      const nowMs = time.nowMs();
      standsUntilMs = Math.max(standsUntilMs, nowMs + forMs);
      if (!isSuspended) return;
      suspendedMs = suspendedUntilNowMs();
      suspension = { fromMs: nowMs, untilMs: standsUntilMs };
    },
    ask: (begin) =>
      new Promise((resolve, reject) => {
        go(() =>
          begin({
            resolve: (value) => go(() => resolve(value)),
            reject: (error) => go(() => reject(error)),
          }),
        );
      }),
    later,
    sleep: (ms) => new Promise((resolve) => void later(ms, resolve)),
    abortAfter(ms) {
      const controller = new AbortController();
      later(ms, () => controller.abort(timeIsOver));
      return controller.signal;
    },
    monotonicMs,
    nowMs: () => Math.floor(BEGINNING_MS + time.nowMs() + wallOffsetMs),
    jumpWallClock(byMs) {
      wallOffsetMs += byMs;
    },
  };
}
