import type { AppStore } from '@immint/db';
import { describeApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import { DomainError } from '../domain-error.ts';
import type { ChangeFeed } from './change-feed.ts';
import { createRemembered } from './remembered.ts';

/** The apps as the calls that come by the thousand look them up. Whoever changes an app asks the store instead. */
export interface AppReader {
  /** As `describeApp`: refuses with `APP_UNKNOWN`. */
  describe(name: string): Promise<DescribedApp>;
  /** Whether what is remembered may be used for this app; an app that is not there has nothing to be strict about. */
  isStrict(name: string): Promise<boolean>;
}

/** What an entry takes at most: settings are small. */
const ENTRY_BYTES = 8_000;

/** Makes the reader; with a bound of 0 bytes it asks the store each time. */
export function createAppReader(apps: AppStore, feed: ChangeFeed, maxBytes: number): AppReader {
  const remembered = createRemembered<DescribedApp>({
    feed,
    maxBytes,
    bytesOf: () => ENTRY_BYTES,
    isKept: () => true,
  });
  const fetch = (name: string) => describeApp({ apps }, name);
  const recall = async (name: string) => (await remembered.read(name, () => fetch(name))).value;

  feed.watch((concerns) => {
    // Changes name apps by id; there are few, and they are read again with one query each.
    if (concerns.some(({ about }) => about === 'app' || about === 'everything')) remembered.forget(() => true);
  });

  return {
    async describe(name) {
      const app = await recall(name);
      return app.settings.readMode === 'strict' ? fetch(name) : app;
    },
    async isStrict(name) {
      try {
        return (await recall(name)).settings.readMode === 'strict';
      } catch (error) {
        if (error instanceof DomainError && error.reason === 'APP_UNKNOWN') return false;
        throw error;
      }
    },
  };
}
