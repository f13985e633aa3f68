import type { PaceKey, PaceStore, SlotsGranted } from '@immint/db';
import { ProviderError } from '@immint/providers';
import type { CallContext, Urgency } from '@immint/providers';
import type { Log } from '../log.ts';
import type { DatabaseClock } from './database-clock.ts';
import { createLastSecond } from './last-second.ts';
import { createMissedSlots } from './missed-slots.ts';
import type { Slot } from './missed-slots.ts';
import { EARLIEST_USE_MS, latestUseOf, slackOf, spacingOf } from './tolerance.ts';
import { createWaitingLine } from './waiting-line.ts';
import type { Waiting } from './waiting-line.ts';

/**
 * How far ahead of the database's clock slots are reserved. Background work reserves only what is due at once, so a login
 * at any server finds at most this much before it; logins reserve behind each other.
 */
const AHEAD_MS = { login: 1_000, background: 25 } as const satisfies Record<Urgency, number>;

/** How much of the schedule one reservation takes: several slots a query, yet a turn for every server in between. */
const SLICE_MS = 25;

/** The next slots are reserved when those at hand end within this time, which is a few answers of a busy database. */
const REFILL_MS = 50;

/** The part of its time that a call needs for itself: a slot that leaves less is of no use to it. */
const CALL_SHARE = 0.1;

/** Of a wait that is shorter than this the line is not told beforehand: it may be long, and all of it would be looked at. */
const SOON_MS = 100;

/**
 * What came late counts for a second after it came, and every slot dropped within that second makes up for one. It is done
 * late in the second, so that it also makes up for what comes late in the meantime.
 */
const PAID_AFTER_MS = 750;

/** How long to stop where the provider does not say: it counts by the second. */
const PAUSE_MS = 1_000;

/** What is known of how late answers are is at most this: a database further away than that cannot keep a pace. */
const LONGEST_LEAD_MS = 250;

/** What the groups of one process share. */
export interface PacingParts {
  readonly store: PaceStore;
  readonly clock: DatabaseClock;
  readonly monotonicMs: () => number;
  readonly log: Log;
}

/** The calls of one account and group in this process: who waits, and which slots are at hand. */
export interface PacedGroup {
  /** How many calls the provider takes a second, and which part of that may be used; from the next reservation on. */
  setRate(perSecond: number, share: number): void;
  /** Resolves at the instant of a slot; the caller sends at once. @throws ProviderError, or what the store threw */
  take(weight: number, context: CallContext): Promise<void>;
  tooOften(retryAfterMs: number | undefined): void;
  /**
   * Calls have perhaps arrived late and in one bunch, by up to this much. The slots of the second that follows come on top
   * of them, so as many as do not fit into it are dropped: each process drops what belongs to its own calls.
   */
  stoodStill(standstillMs: number): void;
}

/** Nothing is kept up while nobody waits: no timer, no query. */
export function createPacedGroup(key: PaceKey, { store, clock, monotonicMs, log }: PacingParts): PacedGroup {
  const line = createWaitingLine();
  const missed = createMissedSlots();
  let ownSpacingMs = spacingOf(1);
  let slackMs = 0;
  let latestUseMs = 0;
  let spacingMs = ownSpacingMs;
  let slots: Slot[] = [];
  /** Counts what makes slots worthless that were given before. */
  let voided = 0;
  let leadMs = 0;
  let isReserving = false;
  let isSlowing = false;
  /** Until when the schedule is known to be full, by our own clock. */
  const fullUntilMs = { login: -Infinity, background: -Infinity };
  const usedAtMs = createLastSecond(monotonicMs);
  /** From when on the next slots are dropped, each for a call that came late. */
  let owedFromMs: number[] = [];
  let timer: NodeJS.Timeout | undefined;

  function advance(): void {
    useDueSlots();
    const wakeInMs = line.size === 0 ? undefined : reserveOrWait();
    clearTimeout(timer);
    const nextMs = Math.min(wakeInMs ?? Infinity, line.size === 0 ? Infinity : untilNextSlotMs());
    if (nextMs < Infinity) timer = setTimeout(advance, Math.max(1, Math.ceil(nextMs - EARLIEST_USE_MS)));
  }

  const untilNextSlotMs = () => (slots[0] === undefined ? Infinity : slots[0].atMs - clock.nowMs());

  function useDueSlots(): void {
    while (untilNextSlotMs() <= EARLIEST_USE_MS) {
      const lateMs = -untilNextSlotMs();
      const slot = slots.shift();
      if (slot === undefined || payBack(slot)) continue;
      if (lateMs > latestUseMs) missed.add(slot);
      else letGo(slot);
    }
    useBetween();
  }

  /** Makes up for slots that came up too late, before the next one is too late as well. */
  function useBetween(): void {
    for (;;) {
      const [next] = slots;
      if (next === undefined || line.first(next.weight) === undefined || !missed.pairWith(next)) return;
      slots.shift();
      letGo(next);
    }
  }

  function letGo({ weight }: Slot): void {
    const waiting = firstInTime(weight);
    if (waiting !== undefined) usedAtMs.add();
    waiting?.go();
  }

  function payBack({ weight }: Slot): boolean {
    const nowMs = monotonicMs();
    owedFromMs = owedFromMs.filter((fromMs) => nowMs - fromMs < 1_000 - PAID_AFTER_MS);
    const isDue = owedFromMs[0] !== undefined && owedFromMs[0] <= nowMs;
    if (isDue) owedFromMs.splice(0, weight);
    return isDue;
  }

  /** Whoever has no time left for a call is told so and does not use up the slot. */
  function firstInTime(weight: number): Waiting | undefined {
    for (;;) {
      const waiting = line.first(weight);
      if (waiting === undefined || monotonicMs() <= waiting.latestMs) return waiting;
      waiting.refuse(heldBack(estimateMs(waiting.urgency)));
    }
  }

  /** Reserves if it is time to; otherwise gives the milliseconds until it is. */
  function reserveOrWait(): number | undefined {
    if (isReserving || isSlowing) return undefined;
    const most = Math.max(1, Math.ceil(SLICE_MS / spacingMs));
    const demand = line.demandBeyond(
      slots.map(({ weight }) => weight),
      most,
    );
    if (demand === undefined) return undefined;
    const last = slots.at(-1);
    const untilRefillMs = last === undefined ? 0 : last.atMs - clock.nowMs() - REFILL_MS;
    const waitMs = Math.max(untilRefillMs, fullUntilMs[demand.urgency] - monotonicMs());
    if (waitMs > 0) return waitMs;
    isReserving = true;
    void reserve(demand).finally(() => {
      isReserving = false;
      advance();
    });
    return undefined;
  }

  async function reserve({ urgency, weight, count }: Pick<Waiting, 'urgency' | 'weight'> & { count: number }) {
    const wanted = { spacingMs: ownSpacingMs, count, weight, aheadMs: AHEAD_MS[urgency], leadMs };
    const asOf = voided;
    let sentMs: number;
    let granted: SlotsGranted;
    try {
      await clock.ready();
      sentMs = monotonicMs();
      granted = await store.reserve(key, wanted);
    } catch (error) {
      // Without the schedule nothing goes out: only those stay whose slots are at hand.
      for (const waiting of line.all().slice(slots.length)) waiting.refuse(error);
      return;
    }
    const isSameClock = clock.learn({ sentMs, databaseMs: granted.nowMs, receivedMs: monotonicMs() });
    if (!isSameClock) forgetSlots();
    learnLead(clock.nowMs() - granted.nowMs);
    spacingMs = granted.spacingMs;
    if (asOf === voided || !isSameClock) keep(granted, weight);
    if (granted.count < count) waitForRoom(urgency, granted);
  }

  function keep({ count, firstAtMs }: SlotsGranted, weight: number): void {
    for (let index = 0; index < count; index += 1) slots.push({ atMs: firstAtMs + index * spacingMs, weight });
  }

  /** The schedule is full as far as may be reserved: comes back when half of that is free, and tells whom that is too late. */
  function waitForRoom(urgency: Urgency, { count, firstAtMs }: SlotsGranted): void {
    const untilNextMs = firstAtMs + count * spacingMs - clock.nowMs();
    const nextMs = monotonicMs() + untilNextMs;
    fullUntilMs[urgency] = nextMs - AHEAD_MS[urgency] / 2;
    if (untilNextMs < SOON_MS) return;
    for (const waiting of line.all().slice(slots.length)) {
      if (waiting.latestMs < nextMs) waiting.refuse(heldBack(untilNextMs));
    }
  }

  /** Rises at once to what was seen, and falls slowly. */
  function learnLead(answerTookMs: number): void {
    leadMs = Math.min(LONGEST_LEAD_MS, Math.max(answerTookMs, leadMs * 0.9));
  }

  function forgetSlots(): void {
    slots = [];
    missed.forget();
    voided += 1;
  }

  const estimateMs = (urgency: Urgency) => (line.before(urgency) + 1) * spacingMs;

  function lineUp(weight: number, { signal, deadlineMs, timeoutMs, ...context }: CallContext): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { hurried } = context;
    const urgency = hurried?.aborted === true ? 'login' : context.urgency;
    const leave = (): void => {
      line.remove(waiting);
      signal.removeEventListener('abort', giveUp);
      hurried?.removeEventListener('abort', hurry);
    };
    let waiting: Waiting = {
      urgency,
      weight,
      latestMs: deadlineMs - timeoutMs * CALL_SHARE,
      go() {
        leave();
        resolve();
      },
      refuse(error) {
        leave();
        reject(error);
      },
    };
    const hurry = (): void => {
      line.remove(waiting);
      waiting = { ...waiting, urgency: 'login' };
      line.add(waiting);
      advance();
    };
    const giveUp = (): void => {
      const isOver = monotonicMs() >= waiting.latestMs;
      waiting.refuse(
        isOver ? heldBack(estimateMs(urgency)) : new ProviderError('timed-out', { mayHaveExecuted: false }),
      );
    };
    // Those before it use up every slot that could come in time.
    if (monotonicMs() + line.before(urgency) * spacingMs > waiting.latestMs) {
      return Promise.reject(heldBack(estimateMs(urgency)));
    }
    line.add(waiting);
    signal.addEventListener('abort', giveUp, { once: true });
    if (urgency !== 'login') hurried?.addEventListener('abort', hurry, { once: true });
    return promise;
  }

  return {
    setRate(perSecond, share) {
      const nextSpacingMs = spacingOf(perSecond * share);
      slackMs = slackOf(perSecond, nextSpacingMs);
      latestUseMs = latestUseOf(slackMs);
      if (nextSpacingMs === ownSpacingMs) return;
      ownSpacingMs = nextSpacingMs;
      spacingMs = nextSpacingMs;
      fullUntilMs.login = -Infinity;
      fullUntilMs.background = -Infinity;
    },

    take(weight, context) {
      if (context.signal.aborted) return Promise.reject(new ProviderError('timed-out', { mayHaveExecuted: false }));
      const taken = lineUp(weight, context);
      advance();
      return taken;
    },

    stoodStill(standstillMs) {
      const tooLongMs = standstillMs - (slackMs - latestUseMs);
      const tooMany = Math.ceil((tooLongMs * usedAtMs.count()) / 1_000);
      while (owedFromMs.length < tooMany) owedFromMs.push(monotonicMs() + PAID_AFTER_MS);
    },

    tooOften(retryAfterMs = PAUSE_MS) {
      // The slots at hand belong to the pace that was too fast, and the other refusals of one burst say nothing new.
      forgetSlots();
      if (isSlowing) return;
      isSlowing = true;
      log.warn('pace.too-often', { ...key, retryAfterMs });
      void store
        .slowDown(key, retryAfterMs)
        .catch((error: unknown) => log.warn('pace.not-slowed', { ...key }, error))
        .finally(() => {
          isSlowing = false;
          advance();
        });
    },
  };
}

const heldBack = (retryAfterMs: number): ProviderError =>
  new ProviderError('held-back', { retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)) });
