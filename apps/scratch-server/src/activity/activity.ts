import type { ActivityCounts, ActivityStore, NewActivity } from '@immint/db';
import type { ProviderError } from '@immint/providers';
import type { Log } from '../log.ts';
import { failureOf } from './failure.ts';

/** How often what was counted is added up in the database, while there is anything. */
const FLUSH_EVERY_MS = 1_000;

/**
 * Counts what happens with the tokens of each app, in this process, and adds it up in the database once a second: so that
 * whoever looks sees all servers, and no caller waits for it. Nothing runs while nothing happens.
 */
export interface Activity {
  /** A caller was answered with a token. */
  handedOut(appId: number): void;
  /** The provider gave a token. */
  issued(appId: number): void;
  /** A call to the provider brought none. */
  failed(appId: number, error: ProviderError): void;
  /** A device reported a token. */
  reported(appId: number): void;
  /** Adds up now what is not yet; for whoever is about to look, and for the end. @throws DatabaseError */
  flush(): Promise<void>;
}

interface ActivityParts {
  readonly store: Pick<ActivityStore, 'add'>;
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
}

/** What is noted of one app and not added up yet. Times are by the monotonic clock. */
interface Noted {
  readonly counts: { -readonly [Name in keyof ActivityCounts]: number };
  succeededAtMs?: number;
  failure?: { readonly error: ProviderError; readonly atMs: number };
}

export function createActivity({ store, monotonicMs, sleep, log }: ActivityParts): Activity {
  let noted = new Map<number, Noted>();
  let isWaiting = false;
  let adding: Promise<void> = Promise.resolve();

  function of(appId: number): Noted {
    const known = noted.get(appId) ?? { counts: { handedOut: 0, issued: 0, failed: 0, reported: 0 } };
    noted.set(appId, known);
    if (!isWaiting) void flushLater();
    return known;
  }

  async function flushLater(): Promise<void> {
    isWaiting = true;
    await sleep(FLUSH_EVERY_MS);
    isWaiting = false;
    await flush().catch((error: unknown) => log.warn('activity.not-added', { apps: noted.size }, error));
  }

  /** What could not be added is added with the next. */
  async function add(): Promise<void> {
    const taken = noted;
    if (taken.size === 0) return;
    noted = new Map();
    try {
      await store.add([...taken].map(([appId, each]) => toNewActivity(appId, each, monotonicMs())));
    } catch (error) {
      for (const [appId, earlier] of taken) merge(of(appId), earlier);
      throw error;
    }
  }

  function flush(): Promise<void> {
    const next = adding.then(add);
    adding = next.catch(() => {});
    return next;
  }

  return {
    handedOut: (appId) => void (of(appId).counts.handedOut += 1),
    reported: (appId) => void (of(appId).counts.reported += 1),
    issued(appId) {
      const app = of(appId);
      app.counts.issued += 1;
      app.succeededAtMs = monotonicMs();
    },
    failed(appId, error) {
      const app = of(appId);
      app.counts.failed += 1;
      app.failure = laterFailure(app, { error, atMs: monotonicMs() });
    },
    flush,
  };
}

/** A failure that says little of the provider does not take the place of one that says more and is not over. */
function laterFailure(
  { failure, succeededAtMs = -Infinity }: Noted,
  later: NonNullable<Noted['failure']>,
): NonNullable<Noted['failure']> {
  if (failure === undefined || failure.atMs <= succeededAtMs) return later;
  return failureOf(later.error).isMinor && !failureOf(failure.error).isMinor ? failure : later;
}

function merge(now: Noted, earlier: Noted): void {
  for (const name of ['handedOut', 'issued', 'failed', 'reported'] as const) now.counts[name] += earlier.counts[name];
  const { succeededAtMs, failure } = earlier;
  if (succeededAtMs !== undefined) now.succeededAtMs ??= succeededAtMs;
  if (failure === undefined) return;
  now.failure = now.failure === undefined ? failure : laterFailure({ ...now, failure }, now.failure);
}

function toNewActivity(appId: number, { counts, succeededAtMs, failure }: Noted, nowMs: number): NewActivity {
  return {
    appId,
    counts,
    succeededMsAgo: succeededAtMs === undefined ? null : nowMs - succeededAtMs,
    failure: failure === undefined ? null : { ...failureOf(failure.error), msAgo: nowMs - failure.atMs },
  };
}
