import { DatabaseError } from '@immint/db';
import { LRUCache } from 'lru-cache';
import type { ChangeFeed } from './change-feed.ts';

/** Values by key, read through: from memory while that may be believed, and from the database otherwise. */
export interface Remembered<Value> {
  /**
   * What is remembered, if `isUsable` agrees; otherwise what `fetch` brings, which is shared with others who ask meanwhile.
   * Throws what `fetch` throws.
   */
  read(
    key: string,
    fetch: () => Promise<Value>,
    isUsable?: (value: Value) => boolean,
  ): Promise<{ readonly value: Value; readonly isRemembered: boolean }>;
  /** Changes what is remembered of a key, if anything is. */
  amend(key: string, change: (value: Value) => Value): void;
  /** Forgets these keys, and keeps nothing of them that is on its way from the database now. */
  forget(isMeant: (key: string) => boolean): void;
  /** The same for one key. */
  forgetOne(key: string): void;
}

/** What to remember, and how much of it. */
interface RememberedOptions<Value> {
  readonly feed: Pick<ChangeFeed, 'sight'>;
  /** 0 remembers nothing. */
  readonly maxBytes: number;
  readonly bytesOf: (value: Value, key: string) => number;
  /** What may be kept: that of which every change is told. */
  readonly isKept: (value: Value) => boolean;
}

interface Reading<Value> {
  readonly result: Promise<Value>;
  /** A change that concerns it was seen since it began, so it may be from before that. */
  isOvertaken: boolean;
}

/** Remembers values up to a bound in bytes; what was not asked for the longest goes first. */
export function createRemembered<Value extends object>(options: RememberedOptions<Value>): Remembered<Value> {
  const { feed, maxBytes, bytesOf, isKept } = options;
  const readings = new Map<string, Reading<Value>>();
  const isOff = maxBytes <= 0;
  const values = new LRUCache<string, Value>({ maxSize: Math.max(1, maxBytes), sizeCalculation: bytesOf });

  /**
   * One reading at a time for a key, so that a crowd that finds nothing remembered asks once. What others are reading is as
   * good as what is remembered: while that is good, and no change overtakes it.
   */
  async function readThrough(key: string, fetch: () => Promise<Value>): Promise<Value> {
    for (;;) {
      const others = readings.get(key);
      if (others === undefined) return fetchAndKeep(key, fetch);
      if (feed.sight() !== 'clear') return fetch();
      const value = await others.result;
      if (!others.isOvertaken && feed.sight() === 'clear') return value;
    }
  }

  async function fetchAndKeep(key: string, fetch: () => Promise<Value>): Promise<Value> {
    const reading: Reading<Value> = { result: fetch(), isOvertaken: false };
    readings.set(key, reading);
    try {
      const value = await reading.result;
      if (!reading.isOvertaken && feed.sight() !== 'blind' && isKept(value)) values.set(key, value);
      return value;
    } finally {
      if (!reading.isOvertaken) readings.delete(key);
    }
  }

  /** A reading that was overtaken goes on for those who began it, and nobody joins it any more. */
  function overtake(key: string): void {
    const reading = readings.get(key);
    if (reading === undefined) return;
    reading.isOvertaken = true;
    readings.delete(key);
  }

  return {
    async read(key, fetch, isUsable = () => true) {
      if (isOff) return { value: await fetch(), isRemembered: false };
      const known = feed.sight() === 'clear' ? values.get(key) : undefined;
      if (known !== undefined && isUsable(known)) return { value: known, isRemembered: true };
      try {
        return { value: await readThrough(key, fetch), isRemembered: false };
      } catch (error) {
        const isOutOfReach = error instanceof DatabaseError && error.code === 'DATABASE_UNREACHABLE';
        const kept = isOutOfReach && feed.sight() !== 'blind' ? values.get(key) : undefined;
        if (kept === undefined || !isUsable(kept)) throw error;
        return { value: kept, isRemembered: true };
      }
    },
    amend(key, change) {
      const known = values.peek(key);
      if (known !== undefined) values.set(key, change(known));
    },
    forget(isMeant) {
      for (const key of [...readings.keys()].filter((each) => isMeant(each))) overtake(key);
      for (const key of [...values.keys()].filter((each) => isMeant(each))) values.delete(key);
    },
    forgetOne(key) {
      overtake(key);
      values.delete(key);
    },
  };
}
