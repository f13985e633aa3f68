import type { ProviderName } from '@immint/contracts';

import type { FaultKind } from './control-input.ts';
import type { Domain } from './provider-call.ts';

/** One provider call as it arrived and as it was answered. */
export interface JournalEntry {
  /** Counts arrivals from 1 since the sandbox started; no DELETE or reset sets it back. */
  readonly seq: number;
  /** When the request line and headers were in, by the sandbox clock. */
  readonly atMs: number;
  readonly domain: Domain;
  readonly provider: ProviderName;
  readonly method: string;
  /** Without the query, double slashes folded, cut to 512 characters. */
  readonly path: string;
  /** As the caller claims it, cut to 128 characters; null when it claims none. */
  readonly appKey: string | null;
  /** The first 100, each cut to 128 characters. */
  userIds: readonly string[];
  /** The HTTP status that went out; null while there is none, and for ever when a fault lost the answer. */
  status: number | null;
  /** The provider's code that went out: a number, Easemob's `error`, null on Easemob success and when no answer went out. */
  code: number | string | null;
  /** Refused because of the rate. */
  overLimit: boolean;
  /** The fault that struck this call. */
  fault: FaultKind | null;
  /** The work was done, whether or not the caller could learn of it. Counts orphans exactly. */
  executed: boolean;
}

export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  /** Give it as `after` to read on. */
  readonly next: number;
  /** How many old entries the journal no longer holds. */
  readonly dropped: number;
}

const CAPACITY = 10_000;
const MAX_USERS = 100;
/** Twice what an id may have: enough to see that it was too long. */
const MAX_USER_ID_CHARACTERS = 128;
/** More than any served path has with the longest names. */
const MAX_PATH_CHARACTERS = 512;
/** As long as the App Key of an account may be. */
const MAX_APP_KEY_CHARACTERS = 128;

/** The users of a call as an entry holds them. */
export function toJournalUsers(userIds: readonly string[]): readonly string[] {
  return userIds.slice(0, MAX_USERS).map((userId) => cut(userId, MAX_USER_ID_CHARACTERS));
}

// Copied, so that no entry keeps the whole that its text was cut from.
function cut(text: string, maxCharacters: number): string {
  return Buffer.from(text.slice(0, maxCharacters)).toString('utf8');
}

/** The last provider calls, oldest dropped and counted. */
export class Journal {
  readonly #capacity: number;
  #entries: JournalEntry[] = [];
  #lastSeq = 0;
  #dropped = 0;

  constructor(capacity: number = CAPACITY) {
    this.#capacity = capacity;
  }

  /** Notes an arrival. The caller fills in what becomes of it. */
  open(arrival: Pick<JournalEntry, 'atMs' | 'domain' | 'provider' | 'method' | 'path' | 'appKey'>): JournalEntry {
    this.#lastSeq += 1;
    const { path, appKey } = arrival;
    const entry: JournalEntry = {
      seq: this.#lastSeq,
      ...arrival,
      path: cut(path, MAX_PATH_CHARACTERS),
      appKey: appKey === null ? null : cut(appKey, MAX_APP_KEY_CHARACTERS),
      userIds: [],
      status: null,
      code: null,
      overLimit: false,
      fault: null,
      executed: false,
    };
    this.#entries.push(entry);
    // Dropping in blocks keeps an arrival cheap; reading still shows no more than the capacity.
    if (this.#entries.length >= this.#capacity * 2) this.#trim();
    return entry;
  }

  read(after: number, limit: number): JournalPage {
    this.#trim();
    const entries = this.#entries.filter((entry) => entry.seq > after).slice(0, limit);
    return { entries, next: entries.at(-1)?.seq ?? after, dropped: this.#dropped };
  }

  /** Forgets the entries that `forget` picks; without it, all, and the count of dropped ones. */
  clear(forget?: (entry: JournalEntry) => boolean): void {
    this.#entries = forget === undefined ? [] : this.#entries.filter((entry) => !forget(entry));
    if (forget === undefined) this.#dropped = 0;
  }

  #trim(): void {
    const excess = this.#entries.length - this.#capacity;
    if (excess <= 0) return;
    this.#entries.splice(0, excess);
    this.#dropped += excess;
  }
}
