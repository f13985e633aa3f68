import { EASEMOB_APP_TOKEN_TIMES } from '@immint/contracts/easemob';
import type { KeyRing, SealContext, Secret } from '@immint/secrets';
import { and, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { appToken } from './schema.ts';

/** What is known of an app token. Durations are in milliseconds. */
interface AppTokenState {
  readonly fence: number;
  readonly token: { readonly secret: Secret; readonly livesMs: number; readonly renewInMs: number } | undefined;
  readonly asking: 'nobody' | 'somebody' | 'died';
  readonly failure: unknown;
  readonly floorLeftMs: number;
  readonly mayGoOutOfTurn: boolean;
}

/**
 * The app token of each account, sealed for its credentials and generation, and who asks the provider for it: the ledger of
 * `@immint/providers` for all servers on this database. `credentials` is a keyed hash that names the account and what it is
 * asked with. Every method is one statement, and throws `DatabaseError`.
 */
export interface AppTokenStore {
  /** `SEALED_VALUE_UNREADABLE` if the stored token does not open. */
  read(credentials: string): Promise<AppTokenState>;
  /**
   * Takes the right to ask for 2 s, if nothing was written since `knownFence`, nobody asks, and nobody did within 60 s or
   * `outOfTurn` is wanted and was not used in them. Forgets `refused` with it. Gives the fence to write with.
   */
  take(
    credentials: string,
    knownFence: number,
    wanted: { readonly outOfTurn: boolean; readonly refused?: Secret },
  ): Promise<number | undefined>;
  /** For 2 s more. False if somebody else took the right to ask, as of the three below. */
  renew(credentials: string, fence: number): Promise<boolean>;
  save(credentials: string, fence: number, given: { readonly token: Secret; readonly ttlMs: number }): Promise<boolean>;
  /** Keeps JSON until an ask succeeds. */
  fail(credentials: string, fence: number, failure: unknown): Promise<boolean>;
  /** The provider was not asked after all. */
  giveBack(credentials: string, fence: number): Promise<boolean>;
  /** Forgets the token if it is the stored one. */
  forget(credentials: string, refused: Secret): Promise<void>;
  /** Deletes what ended longer ago than this. Gives how many that were. */
  purgeEnded(olderThanMs: number): Promise<number>;
}

const { floorMs, leaseMs, renewedAfterShare } = EASEMOB_APP_TOKEN_TIMES;

/** Makes the store of app tokens. */
export function createAppTokenStore(database: Database, keyRing: KeyRing): AppTokenStore {
  /** Ends the right to ask that was taken with this fence. */
  const end = (credentials: string, fence: number, changes: Changes): Promise<boolean> =>
    database.aside(async (queries) => {
      const ended = await queries
        .update(appToken)
        .set({ leaseUntil: null, fence: nextFence, ...changes })
        .where(holds(credentials, fence))
        .returning({ fence: appToken.fence });
      return ended.length > 0;
    });

  return {
    read: (credentials) =>
      database.run(async (queries) => {
        const [row] = await queries.select(stateColumns).from(appToken).where(eq(appToken.credentials, credentials));
        if (row === undefined) return UNKNOWN;
        const { generation, tokenSealed, livesMs, renewInMs, ...state } = row;
        const isAlive = tokenSealed !== null && generation !== null && livesMs > 0;
        const open = (sealed: Uint8Array, of: number) => keyRing.open(tokenContext(credentials, of), sealed);
        return {
          ...state,
          token: isAlive ? { secret: open(tokenSealed, generation), livesMs, renewInMs } : undefined,
        };
      }),

    take: (credentials, knownFence, { outOfTurn, refused }) =>
      database.run(async (queries) => {
        const begun = { fence: nextFence, leaseUntil: after(leaseMs), takenAt: now };
        const [row] = await queries
          .insert(appToken)
          .values({ credentials, ...begun })
          .onConflictDoUpdate({
            target: appToken.credentials,
            set: {
              ...begun,
              askedAt: sql`${floorFrom}`,
              wasOutOfTurn: sql`${appToken.outOfTurn}`,
              outOfTurn: sql`not (${isFloorOver})`,
              ...(refused === undefined ? {} : unless(eq(appToken.fingerprint, keyRing.fingerprint(refused)))),
            },
            setWhere: sql`${appToken.fence} = ${knownFence} and not ${isBeingAsked}
              and (${isFloorOver} or ${outOfTurn} and not ${appToken.outOfTurn})`,
          })
          .returning({ fence: appToken.fence });
        return row?.fence;
      }),

    renew: (credentials, fence) =>
      database.aside(async (queries) => {
        const renewed = await queries
          .update(appToken)
          .set({ leaseUntil: after(leaseMs) })
          .where(holds(credentials, fence))
          .returning({ fence: appToken.fence });
        return renewed.length > 0;
      }),

    save: (credentials, fence, { token, ttlMs }) =>
      end(credentials, fence, {
        askedAt: now,
        failure: null,
        generation: fence,
        tokenSealed: keyRing.seal(tokenContext(credentials, fence), token),
        fingerprint: keyRing.fingerprint(token),
        renewAt: after(ttlMs * renewedAfterShare, sql`${appToken.takenAt}`),
        expiresAt: after(ttlMs, sql`${appToken.takenAt}`),
      }),

    fail: (credentials, fence, failure) => end(credentials, fence, { askedAt: now, failure }),

    giveBack: (credentials, fence) => end(credentials, fence, { outOfTurn: sql`${appToken.wasOutOfTurn}` }),

    forget: (credentials, refused) =>
      database.run(async (queries) => {
        const isStored = eq(appToken.fingerprint, keyRing.fingerprint(refused));
        await queries
          .update(appToken)
          .set(NO_TOKEN)
          .where(and(eq(appToken.credentials, credentials), isStored));
      }),

    purgeEnded: (olderThanMs) =>
      database.run(async (queries) => {
        const endedAt = sql`greatest(${appToken.leaseUntil}, ${appToken.askedAt}, ${appToken.takenAt}, ${appToken.expiresAt})`;
        const ended = lt(endedAt, after(-olderThanMs));
        return (await queries.delete(appToken).where(ended).returning({ fence: appToken.fence })).length;
      }),
  };
}

type Changes = {
  readonly [Column in keyof typeof appToken.$inferInsert]?: (typeof appToken.$inferInsert)[Column] | SQL;
};

const UNKNOWN: AppTokenState = {
  fence: 0,
  token: undefined,
  asking: 'nobody',
  failure: null,
  floorLeftMs: 0,
  mayGoOutOfTurn: true,
};

const NO_TOKEN = { generation: null, tokenSealed: null, fingerprint: null, renewAt: null, expiresAt: null };

/** The token as it is, and none if a condition holds. */
function unless(condition: SQL): Changes {
  const kept = (column: SQL) => sql`case when ${condition} then null else ${column} end`;
  return {
    generation: kept(sql`${appToken.generation}`),
    tokenSealed: kept(sql`${appToken.tokenSealed}`),
    fingerprint: kept(sql`${appToken.fingerprint}`),
    renewAt: kept(sql`${appToken.renewAt}`),
    expiresAt: kept(sql`${appToken.expiresAt}`),
  };
}

/** A token opens only for the credentials that it was asked for with, and as of its own generation. */
function tokenContext(credentials: string, generation: number): SealContext {
  return ['app token', 'app_token', 'token_sealed', credentials, String(generation)];
}

function holds(credentials: string, fence: number): SQL | undefined {
  return and(eq(appToken.credentials, credentials), eq(appToken.fence, fence));
}

const now = sql`statement_timestamp()`;
const nextFence = sql`nextval('immint.app_token_fence')`;

function after(ms: number, from: SQL = now): SQL {
  return sql`${from} + ${ms} * interval '1 millisecond'`;
}

function msUntil(instant: SQL): SQL<number> {
  return sql<number>`(extract(epoch from ${instant} - ${now}) * 1000)::double precision`;
}

/** A lease that ends later than any can was given by a clock that has been set back since. */
const isBeingAsked = sql`coalesce(${appToken.leaseUntil} > ${now} and ${appToken.leaseUntil} < ${after(2 * leaseMs)}, false)`;

/** From when the 60 s count. Of an ask without an end: from when the right to it ran out. */
const floorFrom = sql`coalesce(${appToken.leaseUntil}, ${appToken.askedAt})`;

/** The same of the floor: a clock that was set back may make it longer, but not without end. */
const isFloorOver = sql`coalesce(abs(extract(epoch from ${floorFrom} - ${now})) * 1000 >= ${floorMs}, true)`;

const stateColumns = {
  fence: appToken.fence,
  generation: appToken.generation,
  tokenSealed: appToken.tokenSealed,
  failure: appToken.failure,
  livesMs: msUntil(sql`coalesce(${appToken.expiresAt}, ${now})`),
  renewInMs: msUntil(sql`coalesce(${appToken.renewAt}, ${now})`),
  asking: sql<
    AppTokenState['asking']
  >`case when ${appToken.leaseUntil} is null then 'nobody' when ${isBeingAsked} then 'somebody' else 'died' end`,
  floorLeftMs: sql<number>`case when ${isFloorOver} then 0 else ${msUntil(floorFrom)} + ${floorMs} end::double precision`,
  mayGoOutOfTurn: sql<boolean>`not ${appToken.outOfTurn}`,
};
