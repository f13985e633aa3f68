import type { ChangePosition, ChangeStore, Concern } from '@immint/db';
import type { Log } from '../log.ts';
import { createDatabaseClock } from '../pacing/database-clock.ts';

/** How often the changes are looked at, hint or not. */
const LOOK_EVERY_MS = 250;

/** Hints, however many, bring no more looks than this. */
const LEAST_GAP_MS = 25;

/**
 * So long ago the last look may have begun for what is remembered to be handed out as it is. The rule is a second from
 * the acknowledgement of a change; the rest is for the way of the answer.
 */
const CLEAR_MS = 800;

/** Beyond this nothing is handed out of memory, whatever else is out of order. */
const BLIND_MS = 5_000;

/** After a gap of this length everything is forgotten instead of caught up with; changes are kept for ten times as long. */
const CATCH_UP_MS = 60_000;
const KEPT_MS = 600_000;
const PURGE_EVERY_MS = 60_000;

/**
 * How far what is remembered may be believed. `clear`: every change that was acknowledged a second ago has been seen.
 * `doubtful`: not so, the last look began too long ago; the database is asked, and what is remembered is used only where
 * that cannot be reached. `blind`: not even then.
 */
export type Sight = 'clear' | 'doubtful' | 'blind';

/** What this server sees of the changes that all servers make: by looking again and again, and hints only make it earlier. */
export interface ChangeFeed {
  sight(): Sight;
  /** The database's clock, as far as is known; it needs one look. */
  databaseNowMs(): number;
  /** Calls back with what has changed, before anything newer is believed. */
  watch(onConcerns: (concerns: readonly Concern[]) => void): void;
  start(): void;
  /** Waits for the look that is under way. */
  stop(): Promise<void>;
}

/** What a feed is made of. */
export interface ChangeFeedParts {
  readonly store: ChangeStore;
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
}

const EVERYTHING: readonly Concern[] = [{ about: 'everything' }];

export function createChangeFeed({ store, monotonicMs, sleep, log }: ChangeFeedParts): ChangeFeed {
  const watchers: ((concerns: readonly Concern[]) => void)[] = [];
  const clock = createDatabaseClock(monotonicMs, async () => (await store.read(undefined)).nowMs);
  let position: ChangePosition | undefined;
  let lookedAtMs = -Infinity;
  let purgedAtMs = monotonicMs();
  let isFailing = false;
  const stopping = new AbortController();
  let hint = Promise.withResolvers<void>();
  let running: Promise<unknown> = Promise.resolve();
  const endings: (() => unknown)[] = [];

  const tell = (concerns: readonly Concern[]): void => {
    if (concerns.length > 0) for (const watcher of watchers) watcher(concerns);
  };

  async function look(): Promise<void> {
    const sentMs = monotonicMs();
    const read = await store.read(sentMs - lookedAtMs < CATCH_UP_MS ? position : undefined);
    clock.learn({ sentMs, databaseMs: read.nowMs, receivedMs: monotonicMs() });
    tell(read.isContinuous ? read.concerns : EVERYTHING);
    position = read.position;
    lookedAtMs = sentMs;
  }

  async function lookAndSay(): Promise<void> {
    try {
      await look();
      if (isFailing) log.info('changes.seen-again');
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn('changes.not-seen', {}, error);
      isFailing = true;
    }
  }

  async function purgeSometimes(): Promise<void> {
    if (monotonicMs() - purgedAtMs < PURGE_EVERY_MS) return;
    purgedAtMs = monotonicMs();
    await store.purge(KEPT_MS).catch((error: unknown) => log.warn('changes.not-purged', {}, error));
  }

  async function lookUntilStopped(): Promise<void> {
    while (!stopping.signal.aborted) {
      const beganMs = monotonicMs();
      hint = Promise.withResolvers();
      await lookAndSay();
      void purgeSometimes();
      await sleep(LEAST_GAP_MS);
      const leftMs = beganMs + LOOK_EVERY_MS - monotonicMs();
      if (leftMs > 0) await Promise.race([hint.promise, sleep(leftMs)]);
    }
  }

  /** A hint that cannot be listened for is not missed. */
  async function listen(): Promise<void> {
    try {
      const stop = await store.listen(() => hint.resolve());
      endings.push(stop);
    } catch (error) {
      log.warn('changes.no-hints', {}, error);
    }
  }

  return {
    sight() {
      const ageMs = monotonicMs() - lookedAtMs;
      if (ageMs > BLIND_MS) return 'blind';
      return ageMs > CLEAR_MS ? 'doubtful' : 'clear';
    },
    databaseNowMs: () => clock.nowMs(),
    watch: (onConcerns) => void watchers.push(onConcerns),
    start() {
      endings.push(store.watchOwn(tell));
      running = Promise.all([lookUntilStopped(), listen()]);
    },
    async stop() {
      stopping.abort();
      hint.resolve();
      await running;
      await Promise.allSettled(endings.map(async (end) => end()));
    },
  };
}
