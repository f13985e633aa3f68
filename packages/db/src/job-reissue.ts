import { and, asc, eq, gt, gte, lt, sql } from 'drizzle-orm';
import type { Queries } from './database.ts';
import { app, job, jobItem, token, userStanding } from './schema.ts';

/** How many items are made at a time: far below the time that a statement may take. */
const PAGE = 2_000;

/**
 * Makes the next items of a reissue, whose job stands still meanwhile: users whose stored token an earlier secret gave, who
 * were seen late enough, and whose tokens were not revoked since. The last page says that there is no more.
 */
export async function fillReissue(queries: Queries, held: typeof job.$inferSelect): Promise<void> {
  const { id, appId, items, filledUpTo, seenSince } = held;
  const epoch = sql`${app.revocationEpoch} + coalesce(${userStanding.revocationEpoch}, 0)`;
  const page = queries
    .select({ userId: token.userId, canonicalUserId: token.canonicalUserId })
    .from(token)
    .innerJoin(app, eq(app.id, token.appId))
    .leftJoin(
      userStanding,
      and(eq(userStanding.appId, token.appId), eq(userStanding.canonicalUserId, token.canonicalUserId)),
    )
    .where(
      and(
        eq(token.appId, appId),
        lt(token.secretEpoch, app.secretEpoch),
        filledUpTo === null ? undefined : gt(token.canonicalUserId, filledUpTo),
        seenSince === null ? undefined : gte(token.lastHandedOutOn, seenSince),
        eq(token.revocationEpoch, epoch),
      ),
    )
    .orderBy(asc(token.canonicalUserId))
    .limit(PAGE)
    .as('page');
  const number = sql<number>`${items}::integer + row_number() over (order by ${page.canonicalUserId})`;
  const rows = queries.select({
    jobId: sql`${id}::bigint`.as('job_id'),
    number: number.as('number'),
    userId: page.userId,
    canonicalUserId: page.canonicalUserId,
    name: sql`null`.as('name'),
    avatarUrl: sql`null`.as('avatar_url'),
    state: sql`'waiting'`.as('state'),
    reason: sql`null`.as('reason'),
    sameAs: sql`null`.as('same_as'),
    attempts: sql`0`.as('attempts'),
    dueAt: sql`statement_timestamp()`.as('due_at'),
    takenBy: sql`null`.as('taken_by'),
  });
  const made = await queries
    .insert(jobItem)
    .select(rows.from(page))
    .returning({ number: jobItem.number, user: jobItem.canonicalUserId });
  // By number, since the database orders ids by their bytes, and we would not.
  const last = made.toSorted((one, other) => one.number - other.number).at(-1);
  await queries
    .update(job)
    .set({ items: items + made.length, isFilled: made.length < PAGE, filledUpTo: last?.user ?? filledUpTo })
    .where(eq(job.id, id));
}
