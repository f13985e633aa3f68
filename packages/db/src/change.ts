import { sql } from 'drizzle-orm';
import { noteChanges } from './committed-changes.ts';
import type { Queries } from './database.ts';
import { change } from './schema.ts';

/**
 * Every kind of change that servers must see, with what it is about. A hinted one wakes the other servers at once; hints cost
 * all writers a lock at their commit, so what comes many times a second is left to the next look.
 */
const KINDS = {
  'user.revoked': { about: 'user', isHinted: true },
  'user.unbarred': { about: 'user', isHinted: true },
  'user.dated': { about: 'user', isHinted: false },
  'token.replaced': { about: 'user', isHinted: false },
  'token.reported': { about: 'user', isHinted: true },
  'token.discarded': { about: 'user', isHinted: true },
  'profile.changed': { about: 'user', isHinted: false },
  'app.added': { about: 'app', isHinted: true },
  'app.changed': { about: 'app', isHinted: true },
  'app.removed': { about: 'app', isHinted: true },
  'app.revoked': { about: 'app', isHinted: true },
  'app.discarded': { about: 'app', isHinted: true },
  'app.cut-over': { about: 'app', isHinted: true },
  'key.added': { about: 'key', isHinted: true },
  'key.revoked': { about: 'key', isHinted: true },
} as const satisfies Record<string, { readonly about: 'user' | 'app' | 'key'; readonly isHinted: boolean }>;

type Kinds = typeof KINDS;
type KindAbout<About> = {
  [Kind in keyof Kinds]: Kinds[Kind]['about'] extends About ? Kind : never;
}[keyof Kinds];

/** A change of one user, by canonical id. */
export interface UserChange {
  readonly kind: KindAbout<'user'>;
  readonly appId: number;
  readonly subject: string;
}

/** A change, as it is written down: of a user, of a whole app with all its users, or of an API key, by its id. */
type Change =
  | UserChange
  | { readonly kind: KindAbout<'app'>; readonly appId: number }
  | { readonly kind: KindAbout<'key'>; readonly subject: string };

/** What is no longer known for certain after a change, and has to be read again. */
export type Concern =
  | { readonly about: 'user'; readonly appId: number; readonly canonicalUserId: string }
  | { readonly about: 'app'; readonly appId: number }
  | { readonly about: 'key'; readonly keyId: string }
  | { readonly about: 'everything' };

/** The channel of the hints. */
export const CHANGE_CHANNEL = 'immint_change';

/**
 * Writes down changes that every server must see within a second. To be called in the transaction of the changes: throws
 * a `TypeError` outside of one. This process is told when it is committed, the others find it.
 */
export async function appendChanges(queries: Queries, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  noteChanges(queries, changes.map(toConcern));
  await queries.insert(change).values([...changes]);
  if (changes.some(({ kind }) => KINDS[kind].isHinted)) {
    await queries.execute(sql`select pg_notify(${CHANGE_CHANNEL}, '')`);
  }
}

/** The same for one change. */
export function appendChange(queries: Queries, one: Change): Promise<void> {
  return appendChanges(queries, [one]);
}

/** A row as it was read: what a newer version has written of a kind that is not known here may be about anything. */
export function toConcern(row: {
  readonly kind: string;
  readonly appId?: number | null;
  readonly subject?: string | null;
}): Concern {
  const { appId, subject } = row;
  const about = isKnown(row.kind) ? KINDS[row.kind].about : undefined;
  if (about === 'user' && isGiven(appId) && isGiven(subject)) return { about, appId, canonicalUserId: subject };
  if (about === 'app' && isGiven(appId)) return { about, appId };
  if (about === 'key' && isGiven(subject)) return { about, keyId: subject };
  return { about: 'everything' };
}

function isKnown(kind: string): kind is keyof Kinds {
  return Object.hasOwn(KINDS, kind);
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}
