import type { AppRecord } from '@immint/db';
import type { AppSettings, Pace, RateGroup, Transport } from '@immint/providers';
import { createDatabaseClock } from './database-clock.ts';
import { createLateArrivals, watchArrivals } from './late-arrivals.ts';
import type { LateArrivals } from './late-arrivals.ts';
import { createPacedGroup } from './paced-group.ts';
import type { PacedGroup, PacingParts } from './paced-group.ts';

/** What an app says of its pace. */
interface PacedApp {
  readonly record: Pick<AppRecord, 'provider' | 'appKey' | 'updatedAtMs'>;
  readonly settings: Pick<AppSettings, 'rateShare'>;
}

/** The pace of one account, with what it learns from the answers to its calls. */
interface PacedAccount extends Pace {
  /** The transport that the account's calls go through: the pace sees by its answers when calls arrive late. */
  watched(transport: Transport): Transport;
}

/**
 * The pace of every account. All connections of one account share it, old and new ones, since the provider counts by
 * App Key; the rate and the share are those of the app as it was changed last.
 */
export interface Paces {
  of(app: PacedApp): PacedAccount;
}

/** What this process knows of one account. */
interface Account {
  readonly arrivals: LateArrivals;
  readonly groups: Map<string, { readonly paced: PacedGroup; version: number }>;
}

/** Of one process: every process on the same database keeps the same schedule. */
export function createPaces({ store, monotonicMs, log }: Omit<PacingParts, 'clock'>): Paces {
  const clock = createDatabaseClock(monotonicMs, () => store.readClockMs());
  const accounts = new Map<string, Account>();

  function findAccount({ record: { provider, appKey } }: PacedApp): Account {
    const id = JSON.stringify([provider, appKey]);
    const account = accounts.get(id) ?? { arrivals: createLateArrivals(monotonicMs), groups: new Map() };
    accounts.set(id, account);
    return account;
  }

  function findGroup(app: PacedApp, { name, perSecond }: RateGroup): PacedGroup {
    const { groups } = findAccount(app);
    const { provider, appKey, updatedAtMs: version } = app.record;
    const key = { provider, appKey, rateGroup: name };
    const group = groups.get(name) ?? { paced: createPacedGroup(key, { store, clock, monotonicMs, log }), version };
    groups.set(name, group);
    if (version >= group.version) {
      group.version = version;
      group.paced.setRate(perSecond, app.settings.rateShare);
    }
    return group.paced;
  }

  return {
    of: (app) => ({
      take: (group, slots, context) => findGroup(app, group).take(slots, context),
      tooOften: (group, retryAfterMs) => findGroup(app, group).tooOften(retryAfterMs),
      watched(transport) {
        const { arrivals, groups } = findAccount(app);
        return watchArrivals(transport, arrivals, (standstillMs) => {
          for (const { paced } of groups.values()) paced.stoodStill(standstillMs);
        });
      },
    }),
  };
}
