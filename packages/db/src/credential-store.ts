import { and, eq, gte, lte, sql } from 'drizzle-orm';
import type { AppRecord } from './app-record.ts';
import { type Database, databaseNowMs } from './database.ts';
import { credentialState } from './schema.ts';

/** So many refusals in all pause an app. */
const REFUSALS_TO_PAUSE = 3;

/** How often a paused app is tried, by all servers together. */
const PROBE_INTERVAL_MS = 60_000;

/** An app as it was changed last: whatever was said of an earlier version does not count. */
type AppVersion = Pick<AppRecord, 'id' | 'updatedAtMs'>;

/** What is known of an app's secret. */
export interface CredentialState {
  /** Refusals of this version of the app since the last success. */
  readonly refusals: number;
  /** How long no call may be made, in milliseconds; 0 when this caller may make one now. */
  readonly retryAfterMs: number;
  /** What the provider accepted last, of whatever version of the app: a keyed hash, and how long ago. */
  readonly accepted: { readonly credentials: string; readonly msAgo: number } | null;
}

/** The same for people who look: nothing is taken by looking. Times by the database's clock. */
export interface CredentialView {
  /** Refusals of this version of the app since the last success. */
  readonly refusals: number;
  /** Whether so many pause the app. */
  readonly isPaused: boolean;
  /** From when on a paused app may be tried; null while it is not paused. */
  readonly probeAtMs: number | null;
  /** When the provider last took a secret of this app, as far as it was noted: once an hour while all is well. */
  readonly acceptedAtMs: number | null;
}

/** What the provider said of each app's secret. Every method throws `DatabaseError`. */
export interface CredentialStore {
  /**
   * What is known before a call: one read, while the app is not paused. Of a paused one (3 refusals) one call a minute is
   * let through for all servers: whoever is given `retryAfterMs` 0 has taken it.
   */
  admit(app: AppVersion): Promise<CredentialState>;
  look(app: AppVersion): Promise<CredentialView>;
  /** The provider took the secret: refusals are forgotten. A version that is no longer the last says nothing. */
  accepted(app: AppVersion, credentials: string): Promise<void>;
  /** The provider refused the secret. Gives how often by now; 0 if this version is no longer the last. */
  refused(app: AppVersion): Promise<number>;
}

/** Makes the store of what providers say of secrets. */
export function createCredentialStore(database: Database): CredentialStore {
  const findByApp = database.prepare((queries) =>
    queries
      .select({ row: credentialState, nowMs: databaseNowMs })
      .from(credentialState)
      .where(eq(credentialState.appId, sql.placeholder('appId')))
      .prepare('immint_find_credential_state'),
  );

  /** Whether this caller is the one of this minute. */
  const takeProbe = ({ id, updatedAtMs }: AppVersion): Promise<boolean> =>
    database.run(async (queries) => {
      const taken = await queries
        .update(credentialState)
        .set({ probeAt: nextProbeAt })
        .where(
          and(
            eq(credentialState.appId, id),
            eq(credentialState.appUpdatedAt, updatedAtMs),
            gte(credentialState.refusals, REFUSALS_TO_PAUSE),
            lte(credentialState.probeAt, sql`statement_timestamp()`),
          ),
        )
        .returning({ appId: credentialState.appId });
      return taken.length > 0;
    });

  return {
    async admit(app) {
      const [found] = await findByApp({ appId: app.id });
      if (found === undefined) return { refusals: 0, retryAfterMs: 0, accepted: null };
      const { row, nowMs } = found;
      const { acceptedAt, acceptedCredentials: credentials } = row;
      const accepted =
        acceptedAt === null || credentials === null ? null : { credentials, msAgo: Math.max(0, nowMs - acceptedAt) };
      const refusals = row.appUpdatedAt === app.updatedAtMs ? row.refusals : 0;
      const known = { refusals, accepted };
      if (refusals < REFUSALS_TO_PAUSE || row.probeAt === null) return { ...known, retryAfterMs: 0 };
      // The column rounds to whole milliseconds and the clock is cut to them, so the difference can be one too many.
      const leftMs = Math.min(row.probeAt - nowMs, PROBE_INTERVAL_MS);
      if (leftMs > 0) return { ...known, retryAfterMs: leftMs };
      return { ...known, retryAfterMs: (await takeProbe(app)) ? 0 : PROBE_INTERVAL_MS };
    },

    async look(app) {
      const [found] = await findByApp({ appId: app.id });
      if (found === undefined) return { refusals: 0, isPaused: false, probeAtMs: null, acceptedAtMs: null };
      const { row } = found;
      const refusals = row.appUpdatedAt === app.updatedAtMs ? row.refusals : 0;
      const isPaused = refusals >= REFUSALS_TO_PAUSE;
      return { refusals, isPaused, probeAtMs: isPaused ? row.probeAt : null, acceptedAtMs: row.acceptedAt };
    },

    accepted: ({ id, updatedAtMs }, acceptedCredentials) =>
      database.run(async (queries) => {
        const values = {
          appUpdatedAt: updatedAtMs,
          refusals: 0,
          probeAt: null,
          acceptedAt: sql`statement_timestamp()`,
          acceptedCredentials,
        };
        await queries
          .insert(credentialState)
          .values({ appId: id, ...values })
          .onConflictDoUpdate({
            target: credentialState.appId,
            set: values,
            setWhere: lte(credentialState.appUpdatedAt, updatedAtMs),
          });
      }),

    refused: ({ id, updatedAtMs }) =>
      database.run(async (queries) => {
        const isSameVersion = eq(credentialState.appUpdatedAt, updatedAtMs);
        const [row] = await queries
          .insert(credentialState)
          .values({ appId: id, appUpdatedAt: updatedAtMs, refusals: 1, probeAt: nextProbeAt })
          .onConflictDoUpdate({
            target: credentialState.appId,
            set: {
              appUpdatedAt: updatedAtMs,
              refusals: sql`case when ${isSameVersion} then ${credentialState.refusals} + 1 else 1 end`,
              probeAt: nextProbeAt,
            },
            setWhere: lte(credentialState.appUpdatedAt, updatedAtMs),
          })
          .returning({ refusals: credentialState.refusals });
        return row?.refusals ?? 0;
      }),
  };
}

const nextProbeAt = sql`statement_timestamp() + ${PROBE_INTERVAL_MS} * interval '1 millisecond'`;
