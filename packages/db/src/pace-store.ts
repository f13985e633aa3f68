import { and, eq, sql } from 'drizzle-orm';
import { type Database, oneRow, type Queries } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { pace } from './schema.ts';

/** Which calls share one schedule. */
export interface PaceKey {
  readonly provider: string;
  readonly appKey: string;
  readonly rateGroup: string;
}

/** Slots that a server wants, because calls wait for them. */
export interface SlotsWanted {
  /** Milliseconds from one slot to the next, while nothing slows the pace down. */
  readonly spacingMs: number;
  /** How many; fewer may be given. */
  readonly count: number;
  /** For how many calls one slot counts. More than one goes with a `count` of 1. */
  readonly weight: number;
  /** Only slots that begin within this time are given. What may reserve less far ahead comes later. */
  readonly aheadMs: number;
  /** How long the answer takes to be of use to the server: no slot is given that would be over by then. */
  readonly leadMs: number;
}

/** The slots that were given: `count` of them, the first at `firstAtMs`, each `spacingMs` after the one before. */
export interface SlotsGranted {
  /** May be 0: then `firstAtMs` is when the first would have been. */
  readonly count: number;
  readonly firstAtMs: number;
  /** What lies between two slots now, the slowing down included. */
  readonly spacingMs: number;
  /** The database's clock in epoch milliseconds with fractions, read while the schedule was held. */
  readonly nowMs: number;
}

/** How one schedule of an account stands, for people who look. */
export interface PaceView {
  readonly rateGroup: string;
  /** How far ahead of the clock slots are given away: 0 while nobody waits. */
  readonly aheadMs: number;
  /** Until when no slot is given, since the provider said so; null while it does not. Epoch milliseconds. */
  readonly pausedUntilMs: number | null;
  /** The part of the pace that is used now: 1, or less for a minute after a refusal. */
  readonly slowedTo: number;
}

/**
 * One exact schedule an account and group of calls, for all servers on this database: no slot is given twice, and none in
 * the past. A slot that counts for n calls takes n slots before its instant and leaves n - 1 empty behind it, so that no
 * stretch of time holds more than one without such slots would. Every method is one small statement.
 */
export interface PaceStore {
  /** Gives the next slots away. @throws DatabaseError */
  reserve(key: PaceKey, wanted: SlotsWanted): Promise<SlotsGranted>;
  /**
   * Stops the schedule for `pauseMs` (at most a minute), halves the pace, but at most once a second, and lets it grow back
   * over a minute. @throws DatabaseError
   */
  slowDown(key: PaceKey, pauseMs: number): Promise<void>;
  /** The schedules of an account that were ever used, by their names; nothing is held or changed. @throws DatabaseError */
  look(account: Omit<PaceKey, 'rateGroup'>): Promise<PaceView[]>;
  /** The clock that slots are dated by, in epoch milliseconds with fractions. @throws DatabaseError */
  readClockMs(): Promise<number>;
}

/** Several refusals within this time tell of one and the same excess. */
const ONE_EXCESS_MS = 1_000;
/** What a refusal leaves of the pace, and what any number of them leaves. */
const SLOWED_BY = 0.5;
const SLOWEST = 1 / 32;
/** How long after a refusal the pace is whole again. It grows by the same amount each second. */
const RECOVERY_MS = 60_000;
const LONGEST_PAUSE_MS = 60_000;
/**
 * No server reserves further ahead than this. A slot that lies further in the future was given by a clock that has been set
 * back since, and must not hold everything up until that time has come again.
 */
const CLOCK_SET_BACK_MS = 5_000;

/** Makes the store of schedules. */
export function createPaceStore(database: Database): PaceStore {
  // Whoever asks late for a slot gets one that is over before it is known: this must not wait behind a crowd of callers.
  const reserveSlots = database.prepareAside(prepareReserve);
  const slow = database.prepare(prepareSlowDown);
  const readClock = database.prepareAside((queries) =>
    queries
      .select({ nowMs: sql<number>`${clockMs}` })
      .from(oneRow)
      .prepare('immint_read_clock'),
  );

  /** Runs a statement on a row that is there nearly always: it is made only when it turns out to be missing. */
  async function onRow<Row>(key: PaceKey, statement: () => Promise<readonly Row[]>): Promise<Row> {
    const [known] = await statement();
    if (known !== undefined) return known;
    await database.aside((queries) => queries.insert(pace).values(key).onConflictDoNothing());
    const [made] = await statement();
    if (made === undefined) throw new DatabaseError('ROW_MISSING');
    return made;
  }

  return {
    reserve: (key, wanted) => onRow(key, () => reserveSlots({ ...key, ...wanted })),
    slowDown: async (key, pauseMs) => {
      await onRow(key, () => slow({ ...key, pauseMs: Math.min(pauseMs, LONGEST_PAUSE_MS) }));
    },
    look: ({ provider, appKey }) =>
      database.run((queries) =>
        queries
          .select({
            rateGroup: sql<string>`rate_group`,
            aheadMs: sql<number>`(case
              when last_at_ms between now_ms and now_ms + ${CLOCK_SET_BACK_MS} then last_at_ms - now_ms else 0
            end)::double precision`,
            pausedUntilMs: sql<number | null>`(case
              when paused_until_ms between now_ms and now_ms + ${LONGEST_PAUSE_MS} then paused_until_ms
            end)::double precision`,
            slowedTo: sql<number>`${shareNow}`,
          })
          .from(sql`(
            select *, ${clockMs} as now_ms from ${pace}
            where ${and(eq(pace.provider, provider), eq(pace.appKey, appKey))}
          ) as held`)
          .orderBy(sql`rate_group`),
      ),
    async readClockMs() {
      const [row] = await readClock({});
      if (row === undefined) throw new DatabaseError('DATABASE_FAILED');
      return row.nowMs;
    },
  };
}

const number = (name: string) => sql`${sql.placeholder(name)}::double precision`;

/** The clock itself: unlike `now()` and `statement_timestamp()` it goes on while a statement waits. */
const clockMs = sql`extract(epoch from clock_timestamp())::double precision * 1000`;

const isKey = and(
  eq(pace.provider, sql.placeholder('provider')),
  eq(pace.appKey, sql.placeholder('appKey')),
  eq(pace.rateGroup, sql.placeholder('rateGroup')),
);

/** The part of the pace that may be used at `now_ms`, of a row that is called `held`. */
const shareNow = sql`(case
  when held.now_ms between held.slowed_at_ms and held.slowed_at_ms + ${RECOVERY_MS}
  then held.slowed_to + (1 - held.slowed_to) * (held.now_ms - held.slowed_at_ms) / ${RECOVERY_MS}
  else 1
end)::double precision`;

/**
 * The row, held until the statement ends, with the time at which it was got hold of: the clock is read above the lock, so
 * a server that had to wait for the row does not work with the time at which it began to wait. `share` is the part of the
 * pace that may be used now.
 */
const heldRow = sql`(
  select held.*, ${shareNow} as share
  from (
    select locked.*, ${clockMs} as now_ms
    from (select * from ${pace} where ${isKey} for update) as locked
  ) as held
) as paced`;

/** What of the schedule can be given, above {@link heldRow}. */
const grant = sql`(
  select *, (case
    when next_at_ms > latest_at_ms then 0
    else least(${sql.placeholder('count')}::integer, 1 + floor((latest_at_ms - next_at_ms) / spacing_ms))
  end)::integer as granted
  from (
    select now_ms, spacing_ms,
      now_ms + ${number('leadMs')} + ${number('aheadMs')} as latest_at_ms,
      greatest(
        now_ms + ${number('leadMs')},
        case when paused_until_ms <= now_ms + ${LONGEST_PAUSE_MS} then paused_until_ms end,
        case
          when last_at_ms - gap_slots * spacing_ms <= now_ms + ${CLOCK_SET_BACK_MS}
          then last_at_ms + (1 + gap_slots) * spacing_ms
        end
      ) as next_at_ms
    from (select *, ${number('spacingMs')} / share as spacing_ms from ${heldRow}) as spaced
  ) as planned
) as granting`;

/** A slot that counts for several begins where the last of those would. */
const firstAt = sql`next_at_ms + (${sql.placeholder('weight')}::integer - 1) * spacing_ms`;

const prepareReserve = (queries: Queries) =>
  queries
    .update(pace)
    .set({
      lastAtMs: sql`case when granted > 0 then ${firstAt} + (granted - 1) * spacing_ms else ${pace.lastAtMs} end`,
      gapSlots: sql`case when granted > 0 then ${sql.placeholder('weight')}::integer - 1 else ${pace.gapSlots} end`,
    })
    .from(grant)
    .where(isKey)
    .returning({
      count: sql<number>`granted`,
      firstAtMs: sql<number>`${firstAt}`,
      spacingMs: sql<number>`spacing_ms`,
      nowMs: sql<number>`now_ms`,
    })
    .prepare('immint_reserve_slots');

/** Whether a refusal tells of an excess that has not been answered yet. */
const isNewExcess = sql`now_ms not between paced.slowed_at_ms and paced.slowed_at_ms + ${ONE_EXCESS_MS}`;

const prepareSlowDown = (queries: Queries) =>
  queries
    .update(pace)
    .set({
      slowedTo: sql`case when ${isNewExcess} then greatest(${SLOWEST}, share * ${SLOWED_BY}) else paced.slowed_to end`,
      slowedAtMs: sql`case when ${isNewExcess} then now_ms else paced.slowed_at_ms end`,
      pausedUntilMs: sql`greatest(
        case when paced.paused_until_ms <= now_ms + ${LONGEST_PAUSE_MS} then paced.paused_until_ms end,
        now_ms + ${number('pauseMs')}
      )`,
    })
    .from(heldRow)
    .where(isKey)
    .returning({ nowMs: sql<number>`now_ms` })
    .prepare('immint_slow_down');
