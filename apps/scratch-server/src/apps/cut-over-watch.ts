import type { AppRecord, AppStore } from '@immint/db';
import type { Services } from '../services.ts';

const LOOKS_EVERY_MS = 100;

/** Looks at apps again and again, for all who wait for the same one: a thousand logins that wait ask the database once. */
export interface CutOverWatch {
  /** The app as it is a moment from now; undefined if it is not there any more. */
  next(name: string): Promise<AppRecord | undefined>;
}

export function createCutOverWatch(apps: Pick<AppStore, 'find'>, sleep: Services['sleep']): CutOverWatch {
  const looks = new Map<string, Promise<AppRecord | undefined>>();
  return {
    next(name) {
      const known = looks.get(name);
      if (known !== undefined) return known;
      const look = sleep(LOOKS_EVERY_MS).then(() => {
        // Who comes from now on wants what is written after it came.
        looks.delete(name);
        return apps.find(name);
      });
      looks.set(name, look);
      return look;
    },
  };
}
