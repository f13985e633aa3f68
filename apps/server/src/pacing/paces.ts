import type { AppRecord } from '@immint/db';
import type { AppSettings, Pace, RateGroup } from '@immint/providers';
import { createDatabaseClock } from './database-clock.ts';
import { createPacedGroup } from './paced-group.ts';
import type { PacedGroup, PacingParts } from './paced-group.ts';

/** What an app says of its pace. */
interface PacedApp {
  readonly record: Pick<AppRecord, 'provider' | 'appKey' | 'updatedAtMs'>;
  readonly settings: Pick<AppSettings, 'rateShare'>;
}

/**
 * The pace of every account. All connections of one account share it, old and new ones, since the provider counts by
 * App Key; the rate and the share are those of the app as it was changed last.
 */
export interface Paces {
  of(app: PacedApp): Pace;
}

/** Of one process: every process on the same database keeps the same schedule. */
export function createPaces({ store, monotonicMs, log }: Omit<PacingParts, 'clock'>): Paces {
  const parts = { store, monotonicMs, log, clock: createDatabaseClock(monotonicMs, () => store.readClockMs()) };
  const groups = new Map<string, { readonly paced: PacedGroup; version: number }>();

  function find({ record, settings }: PacedApp, { name, perSecond }: RateGroup): PacedGroup {
    const { provider, appKey, updatedAtMs: version } = record;
    const id = JSON.stringify([provider, appKey, name]);
    const group = groups.get(id) ?? {
      paced: createPacedGroup({ provider, appKey, rateGroup: name }, parts),
      version,
    };
    groups.set(id, group);
    if (version >= group.version) {
      group.version = version;
      group.paced.setRate(perSecond * settings.rateShare);
    }
    return group.paced;
  }

  return {
    of: (app) => ({
      take: (group, slots, context) => find(app, group).take(slots, context),
      tooOften: (group, retryAfterMs) => find(app, group).tooOften(retryAfterMs),
    }),
  };
}
