import { desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import { type Database, databaseNowMs, oneRow } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { appActivity, appOutcome } from './schema.ts';

/** What was counted of an app's tokens. */
export interface ActivityCounts {
  /** Callers who were answered with a token. */
  readonly handedOut: number;
  /** Calls to the provider that brought a token. */
  readonly issued: number;
  /** Calls to the provider that brought none. */
  readonly failed: number;
  /** Reports of devices. */
  readonly reported: number;
}

/** Why a call brought no token. Texts of ours. */
export interface ActivityFailure {
  readonly kind: string;
  readonly reason: string;
  readonly sentence: string;
  /** Whether another failure says more of the provider: it takes the place of one that does only once that one is over. */
  readonly isMinor: boolean;
}

/** What one server noted of an app since it last added it up. Ages are in milliseconds before now. */
export interface NewActivity {
  readonly appId: number;
  readonly counts: ActivityCounts;
  /** How long ago the provider last gave a token; null if it did not. */
  readonly succeededMsAgo: number | null;
  /** The last failure, and how long ago it was; null if there was none. */
  readonly failure: (ActivityFailure & { readonly msAgo: number }) | null;
}

/** When an app's provider last gave a token, and why it last gave none: by the database's clock. */
export interface AppOutcome {
  readonly succeededAtMs: number | null;
  readonly failure: (Omit<ActivityFailure, 'isMinor'> & { readonly atMs: number }) | null;
}

/** What happened within a minute that began at `atMs`. */
export type ActivityMinute = ActivityCounts & { readonly atMs: number };

/** What happens with the tokens of each app, over all servers. Every method throws {@link DatabaseError}. */
export interface ActivityStore {
  /** Adds up what a server noted, for any number of apps, each at most once. Apps that are gone are passed over. */
  add(activity: readonly NewActivity[]): Promise<void>;
  outcome(appId: number): Promise<AppOutcome>;
  /** The minute that is under way and the `minutes - 1` before it, newest first; a quiet one has zeros. */
  minutes(appId: number, minutes: number): Promise<ActivityMinute[]>;
  /** Forgets the minutes that began longer ago than this. Gives how many rows that were. */
  purge(olderThanMs: number): Promise<number>;
}

/** Makes the store of what happens with tokens. */
export function createActivityStore(database: Database): ActivityStore {
  return {
    async add(activity) {
      if (activity.length === 0) return;
      await database.transaction(async (queries) => {
        await queries.execute(addCounts(activity));
        await queries.execute(noteOutcomes(activity));
      });
    },

    outcome: (appId) =>
      database.run(async (queries) => {
        const [row] = await queries.select().from(appOutcome).where(eq(appOutcome.appId, appId));
        return row === undefined ? { succeededAtMs: null, failure: null } : toOutcome(row);
      }),

    minutes: (appId, minutes) =>
      database.run(async (queries) => {
        const [clock] = await queries.select({ nowMs: databaseNowMs }).from(oneRow);
        if (clock === undefined) throw new DatabaseError('DATABASE_FAILED');
        const firstAtMs = Math.floor(clock.nowMs / MINUTE_MS) * MINUTE_MS;
        const rows = await queries
          .select()
          .from(appActivity)
          .where(eq(appActivity.appId, appId))
          .orderBy(desc(appActivity.minute))
          .limit(minutes);
        const known = new Map(rows.map(({ appId: _appId, minute: atMs, ...counts }) => [atMs, { atMs, ...counts }]));
        return Array.from({ length: minutes }, (_, index) => {
          const atMs = firstAtMs - index * MINUTE_MS;
          return known.get(atMs) ?? { atMs, ...NOTHING };
        });
      }),

    purge: (olderThanMs) =>
      database.run(async (queries) => {
        const limit = sql`statement_timestamp() - ${olderThanMs} * interval '1 millisecond'`;
        const gone = await queries
          .delete(appActivity)
          .where(lt(appActivity.minute, limit))
          .returning({ appId: appActivity.appId });
        return gone.length;
      }),
  };
}

const MINUTE_MS = 60_000;

const NOTHING: ActivityCounts = { handedOut: 0, issued: 0, failed: 0, reported: 0 };

/** One parameter, however many apps there are. An app may have been purged since something was noted of it. */
function notedRows(activity: readonly NewActivity[]): SQL {
  const rows = activity.map(({ appId, counts, succeededMsAgo, failure }) => ({
    app_id: appId,
    handed_out: counts.handedOut,
    issued: counts.issued,
    failed: counts.failed,
    reported: counts.reported,
    succeeded_ms_ago: succeededMsAgo,
    failed_ms_ago: failure?.msAgo,
    kind: failure?.kind,
    reason: failure?.reason,
    sentence: failure?.sentence,
    is_minor: failure?.isMinor,
  }));
  return sql`(
    select noted.* from jsonb_to_recordset((${JSON.stringify(rows)}::text)::jsonb) as noted (
      app_id bigint, handed_out integer, issued integer, failed integer, reported integer,
      succeeded_ms_ago double precision, failed_ms_ago double precision,
      kind text, reason text, sentence text, is_minor boolean
    )
    join immint.app on app.id = noted.app_id
    -- Servers that add up at the same time take the rows in the same order.
    order by noted.app_id
  ) as noted`;
}

function addCounts(activity: readonly NewActivity[]): SQL {
  return sql`
    insert into immint.app_activity as known (app_id, minute, handed_out, issued, failed, reported)
    select app_id, date_trunc('minute', statement_timestamp()), handed_out, issued, failed, reported
    from ${notedRows(activity)}
    on conflict (app_id, minute) do update set
      handed_out = known.handed_out + excluded.handed_out,
      issued = known.issued + excluded.issued,
      failed = known.failed + excluded.failed,
      reported = known.reported + excluded.reported`;
}

/**
 * Whether what is noted now is the last failure. Of two of a kind the later one is. A minor one counts only once the other
 * is over, which is when a token was given between the two; and the other takes its place, also when it is told of later than it was.
 */
const isLast = sql`(
  excluded.failed_at is not null
  and (case
    when known.failed_at is null then true
    when excluded.failure_is_minor and not known.failure_is_minor
      then coalesce(greatest(known.succeeded_at, excluded.succeeded_at) between known.failed_at and excluded.failed_at, false)
    when known.failure_is_minor and not excluded.failure_is_minor
      then excluded.failed_at > coalesce(greatest(known.succeeded_at, excluded.succeeded_at), '-infinity')
        or excluded.failed_at >= known.failed_at
    else excluded.failed_at >= known.failed_at
  end)
)`;

const FAILURE_COLUMNS = ['failed_at', 'failure_kind', 'failure_reason', 'failure_sentence', 'failure_is_minor'];

const lastFailure = sql.raw(FAILURE_COLUMNS.join(', '));
const lastOf = FAILURE_COLUMNS.map((name) => {
  const column = sql.identifier(name);
  return sql`${column} = case when ${isLast} then excluded.${column} else known.${column} end`;
});

function noteOutcomes(activity: readonly NewActivity[]): SQL {
  return sql`
    insert into immint.app_outcome as known (app_id, succeeded_at, ${lastFailure})
    select app_id, ${msAgo('succeeded_ms_ago')}, ${msAgo('failed_ms_ago')}, kind, reason, sentence, is_minor
    from ${notedRows(activity)}
    where succeeded_ms_ago is not null or failed_ms_ago is not null
    on conflict (app_id) do update set
      succeeded_at = greatest(known.succeeded_at, excluded.succeeded_at),
      ${sql.join(lastOf, sql`, `)}`;
}

function msAgo(column: string): SQL {
  return sql`statement_timestamp() - ${sql.identifier(column)} * interval '1 millisecond'`;
}

function toOutcome(row: typeof appOutcome.$inferSelect): AppOutcome {
  const { succeededAt, failedAt, failureKind: kind, failureReason: reason, failureSentence: sentence } = row;
  const isWhole = failedAt !== null && kind !== null && reason !== null && sentence !== null;
  return {
    succeededAtMs: succeededAt,
    failure: isWhole ? { kind, reason, sentence, atMs: failedAt } : null,
  };
}
