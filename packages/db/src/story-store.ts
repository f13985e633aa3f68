import { and, desc, eq, gt, isNull, lt, min, or, type SQL, sql } from 'drizzle-orm';
import type { Database, Queries } from './database.ts';
import { type RevocationRecord, toRevocationRecord } from './revocation-outbox.ts';
import { audit, revocation, userStanding } from './schema.ts';

/** What somebody did, as it was written down. */
export interface WrittenAct {
  /** Later acts have higher ids. */
  readonly id: number;
  readonly atMs: number;
  readonly actor: string;
  readonly action: string;
  readonly requestId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Whether it was done to the whole app. */
  readonly isOfApp: boolean;
}

/** How the last ask for a user ended. */
export interface StoryEnd {
  /** Why the last ask brought no token, and when; null once one did. Texts of ours. */
  readonly failure: { readonly atMs: number; readonly reason: string; readonly sentence: string } | null;
  readonly possibleOrphans: number;
}

/** What happened to one user. Every method throws {@link DatabaseError}. */
export interface StoryStore {
  /**
   * What was done about the user, and to the whole app since the user was first heard of: the latest `limit` acts before
   * `beforeId`, newest first.
   */
  acts(
    appId: number,
    canonicalUserId: string,
    page: { readonly beforeId?: number; readonly limit: number },
  ): Promise<WrittenAct[]>;
  /** The latest revokes of the user, newest first. */
  revocations(appId: number, canonicalUserId: string, limit: number): Promise<RevocationRecord[]>;
  end(appId: number, canonicalUserId: string): Promise<StoryEnd>;
}

/** Makes the store of stories. */
export function createStoryStore(database: Database): StoryStore {
  return {
    acts: (appId, canonicalUserId, { beforeId, limit }) =>
      database.run(async (queries) => {
        const isOfUser = and(
          eq(audit.appId, appId),
          eq(audit.subject, canonicalUserId),
          or(isAbout('token'), isAbout('user')),
        );
        const [first] = await queries
          .select({ id: min(audit.id) })
          .from(audit)
          .where(isOfUser);
        const firstId = first?.id ?? null;
        if (firstId === null) return [];
        const isOfApp = and(
          eq(audit.appId, appId),
          or(and(isNull(audit.subject), isAbout('token')), isAbout('app')),
          gt(audit.id, firstId),
        );
        const isBefore = beforeId === undefined ? undefined : lt(audit.id, beforeId);
        const ofUser = await readActs(queries, and(isOfUser, isBefore), limit, false);
        const ofApp = await readActs(queries, and(isOfApp, isBefore), limit, true);
        return [...ofUser, ...ofApp].toSorted((one, other) => other.id - one.id).slice(0, limit);
      }),

    revocations: (appId, canonicalUserId, limit) =>
      database.run(async (queries) => {
        const rows = await queries
          .select()
          .from(revocation)
          .where(and(eq(revocation.appId, appId), eq(revocation.canonicalUserId, canonicalUserId)))
          .orderBy(desc(revocation.id))
          .limit(limit);
        return rows.map((row) => toRevocationRecord(row));
      }),

    end: (appId, canonicalUserId) =>
      database.run(async (queries) => {
        const [row] = await queries
          .select({
            failure: userStanding.failure,
            failedAt: userStanding.failedAt,
            possibleOrphans: userStanding.possibleOrphans,
          })
          .from(userStanding)
          .where(and(eq(userStanding.appId, appId), eq(userStanding.canonicalUserId, canonicalUserId)));
        if (row === undefined) return { failure: null, possibleOrphans: 0 };
        return { failure: toFailure(row), possibleOrphans: row.possibleOrphans };
      }),
  };
}

/** As text of the statement, or the index of what is done to apps would not be seen to fit. */
function isAbout(noun: 'token' | 'user' | 'app'): SQL {
  return sql`${audit.action} like ${sql.raw(`'${noun}.%'`)}`;
}

async function readActs(
  queries: Queries,
  which: SQL | undefined,
  limit: number,
  isOfApp: boolean,
): Promise<WrittenAct[]> {
  const rows = await queries.select().from(audit).where(which).orderBy(desc(audit.id)).limit(limit);
  return rows.map(({ id, at: atMs, actor, action, requestId, detail }) => ({
    id,
    atMs,
    actor,
    action,
    requestId,
    detail: isRecord(detail) ? detail : {},
    isOfApp,
  }));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toFailure({ failure, failedAt: atMs }: { failure: unknown; failedAt: number | null }): StoryEnd['failure'] {
  if (atMs === null || !isRecord(failure)) return null;
  const { reason, sentence } = failure;
  return typeof reason === 'string' && typeof sentence === 'string' ? { atMs, reason, sentence } : null;
}
