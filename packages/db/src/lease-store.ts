import { and, count, eq, gt, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { replacementBudget, userStanding } from './schema.ts';

/** A user of an app. */
export interface LeasedUser {
  readonly appId: number;
  readonly canonicalUserId: string;
}

/** A right to ask the provider for a token of one user, as it was taken. */
export interface Lease extends LeasedUser {
  /** Higher than that of every lease of this user before. */
  readonly fence: number;
}

/** Who waits for what is asked under a lease. */
type LeaseUrgency = 'login' | 'background';

/** Why a lease brought no token, for those who waited for it. Holds no secret and no text of a provider. */
export interface LeaseFailure {
  readonly reason: string;
  readonly sentence: string;
  readonly retryAfterMs?: number;
}

/** How a user's lease is right now. */
export interface LeaseState extends Lease {
  readonly isHeld: boolean;
  readonly urgency: LeaseUrgency | null;
  /** Why the lease of this fence brought no token; null while it is held, or when it brought one. */
  readonly failure: LeaseFailure | null;
}

/**
 * Who asks the provider for a token of which user: one server at a time. Leases run by the database's clock and are rows, so
 * they need no session: they hold on PGlite, and behind a pooler. Every method throws `DatabaseError`, and each is one statement.
 */
export interface LeaseStore {
  /**
   * Takes the lease of a user for `forMs`, at most 30 seconds, or gives undefined while another one holds it. Taking over one that was never
   * ended counts a possible orphan: its holder may have been given a token before it died.
   */
  take(
    user: LeasedUser,
    options: { readonly holder: string; readonly urgency: LeaseUrgency; readonly forMs: number },
  ): Promise<Lease | undefined>;
  /**
   * Makes leases last for `forMs` from now. Gives those that are still this holder's, and whether a login waits for them. A row
   * that somebody is changing at this moment is passed over, so that one transaction that stands still costs no other lease.
   */
  renew(leases: readonly Lease[], forMs: number): Promise<(Lease & { readonly isHurried: boolean })[]>;
  /** How the leases of these users are now; one that was never taken is not among them. */
  look(users: readonly LeasedUser[]): Promise<LeaseState[]>;
  /** Ends a lease without a token: why, and how many tokens the provider may have given meanwhile. A later one is left as it is. */
  end(
    lease: Lease,
    outcome: { readonly failure?: LeaseFailure | undefined; readonly possibleOrphans: number },
  ): Promise<void>;
  /** Lets the holder of a lease know that a login waits for it. */
  hurry(lease: Lease): Promise<void>;
  /** Counts a token that the provider may have given and that nobody will store. */
  countPossibleOrphan(user: LeasedUser): Promise<void>;
  /**
   * How many tokens of an app the provider may have given that were never stored: an upper bound. A lease that was never
   * ended counts as well, since its holder may be dead, with a token that nobody will come to ask for.
   */
  possibleOrphans(appId: number): Promise<number>;
  /**
   * Takes one replacement on demand out of an app's allowance: `most` at once, and `perSecond` more from then on. Gives how
   * long to wait, in milliseconds; 0 when it was taken.
   */
  takeReplacement(appId: number, allowance: { readonly most: number; readonly perSecond: number }): Promise<number>;
}

/** Makes the store of leases. */
export function createLeaseStore(database: Database): LeaseStore {
  return {
    take: ({ appId, canonicalUserId }, { holder, urgency, forMs }) =>
      database.run(async (queries) => {
        const taken = { leaseUntil: fromNow(forMs), leaseHolder: holder, leaseUrgency: urgency, hurried: false };
        const [row] = await queries
          .insert(userStanding)
          .values({ appId, canonicalUserId, fence: 1, ...taken })
          .onConflictDoUpdate({
            target: [userStanding.appId, userStanding.canonicalUserId],
            set: {
              ...taken,
              fence: sql`${userStanding.fence} + 1`,
              failure: null,
              failedAt: null,
              possibleOrphans: sql`${userStanding.possibleOrphans}
                + case when ${userStanding.leaseUntil} is null then 0 else 1 end`,
            },
            setWhere: sql`not ${isHeld}`,
          })
          .returning({ fence: userStanding.fence });
        return row === undefined ? undefined : { appId, canonicalUserId, fence: row.fence };
      }),

    renew: (leases, forMs) =>
      database.aside((queries) =>
        queries
          .update(userStanding)
          .set({ leaseUntil: fromNow(forMs) })
          .where(
            sql`(${userStanding.appId}, ${userStanding.canonicalUserId}) in ${queries
              .select({ appId: userStanding.appId, canonicalUserId: userStanding.canonicalUserId })
              .from(userStanding)
              .where(sql`${userStanding.leaseUntil} is not null and ${isOneOf(leases)}`)
              .for('update', { skipLocked: true })}`,
          )
          .returning({
            appId: userStanding.appId,
            canonicalUserId: userStanding.canonicalUserId,
            fence: userStanding.fence,
            isHurried: userStanding.hurried,
          }),
      ),

    look: (users) =>
      database.aside(async (queries) => {
        const rows = await queries
          .select({
            appId: userStanding.appId,
            canonicalUserId: userStanding.canonicalUserId,
            fence: userStanding.fence,
            isHeld: sql<boolean>`${isHeld}`,
            urgency: userStanding.leaseUrgency,
            failure: userStanding.failure,
          })
          .from(userStanding)
          .where(isAnyOf(users));
        return rows.map((row) => ({ ...row, failure: toFailure(row.failure) }));
      }),

    end: (lease, { failure, possibleOrphans }) =>
      database.run(async (queries) => {
        await queries
          .update(userStanding)
          .set({
            leaseUntil: null,
            failure: failure ?? null,
            failedAt: failure === undefined ? null : now,
            possibleOrphans: sql`${userStanding.possibleOrphans} + ${possibleOrphans}`,
          })
          .where(isLease(lease));
      }),

    hurry: (lease) =>
      database.run(async (queries) => {
        await queries
          .update(userStanding)
          .set({ hurried: true })
          .where(and(isLease(lease), eq(userStanding.hurried, false)));
      }),

    countPossibleOrphan: (user) =>
      database.run(async (queries) => {
        await queries
          .update(userStanding)
          .set({ possibleOrphans: sql`${userStanding.possibleOrphans} + 1` })
          .where(isUser(user));
      }),

    possibleOrphans: (appId) =>
      database.run(async (queries) => {
        const [row] = await queries
          .select({
            counted: sql`coalesce(sum(${userStanding.possibleOrphans}), 0)`.mapWith(Number),
            notEnded: count(userStanding.leaseUntil),
          })
          .from(userStanding)
          .where(
            and(
              eq(userStanding.appId, appId),
              or(gt(userStanding.possibleOrphans, 0), isNotNull(userStanding.leaseUntil)),
            ),
          );
        return row === undefined ? 0 : row.counted + row.notEnded;
      }),

    takeReplacement: (appId, { most, perSecond }) =>
      database.run(async (queries) => {
        const elapsed = sql`extract(epoch from ${now} - ${replacementBudget.usedAt})`;
        const stillUsed = sql`greatest(0, ${replacementBudget.used} - ${elapsed} * ${perSecond}::double precision)`;
        const taken = await queries
          .insert(replacementBudget)
          .values({ appId, used: 1, usedAt: now })
          .onConflictDoUpdate({
            target: replacementBudget.appId,
            set: { used: sql`${stillUsed} + 1`, usedAt: now },
            setWhere: sql`${stillUsed} + 1 <= ${most}::double precision`,
          })
          .returning({ used: replacementBudget.used });
        if (taken.length > 0) return 0;
        const [row] = await queries
          .select({ stillUsed: stillUsed.mapWith(Number) })
          .from(replacementBudget)
          .where(eq(replacementBudget.appId, appId));
        return Math.max(1, Math.ceil((((row?.stillUsed ?? most) + 1 - most) * 1000) / perSecond));
      }),
  };
}

const now = sql`statement_timestamp()`;

/**
 * No lease is so long: one that ends later is from before the database's clock was set back, and must not lock a user out for
 * as long as that. Whoever lives has renewed it by then.
 */
const NO_LEASE_ENDS_AFTER = sql`${now} + interval '30 seconds'`;

const isHeld = sql`coalesce(
  ${userStanding.leaseUntil} > ${now} and ${userStanding.leaseUntil} < ${NO_LEASE_ENDS_AFTER}, false)`;

const fromNow = (ms: number): SQL => sql`statement_timestamp() + ${ms} * interval '1 millisecond'`;

function isUser({ appId, canonicalUserId }: LeasedUser) {
  return and(eq(userStanding.appId, appId), eq(userStanding.canonicalUserId, canonicalUserId));
}

function isLease(lease: Lease) {
  return and(isUser(lease), eq(userStanding.fence, lease.fence));
}

/** One parameter however many there are: a statement that stays the same, and no limit on their number. */
function isAnyOf(users: readonly LeasedUser[]): SQL {
  return sql`(${userStanding.appId}, ${userStanding.canonicalUserId}) in (
    select app_id, user_id from ${asRows(users)} as wanted (app_id bigint, user_id text))`;
}

function isOneOf(leases: readonly Lease[]): SQL {
  return sql`(${userStanding.appId}, ${userStanding.canonicalUserId}, ${userStanding.fence}) in (
    select app_id, user_id, fence from ${asRows(leases)} as held (app_id bigint, user_id text, fence bigint))`;
}

function asRows(users: readonly (LeasedUser & { readonly fence?: number })[]): SQL {
  const rows = users.map(({ appId, canonicalUserId, fence }) => ({ app_id: appId, user_id: canonicalUserId, fence }));
  return sql`jsonb_to_recordset((${JSON.stringify(rows)}::text)::jsonb)`;
}

function toFailure(stored: unknown): LeaseFailure | null {
  if (typeof stored !== 'object' || stored === null || !('reason' in stored) || !('sentence' in stored)) return null;
  const { reason, sentence } = stored;
  if (typeof reason !== 'string' || typeof sentence !== 'string') return null;
  const wait = 'retryAfterMs' in stored ? stored.retryAfterMs : undefined;
  return { reason, sentence, ...(typeof wait === 'number' ? { retryAfterMs: wait } : {}) };
}
