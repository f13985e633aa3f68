import { and, asc, count, eq, gt, inArray, isNull, lte, sql } from 'drizzle-orm';
import { appendAudit, type AuditEntry } from './audit.ts';
import { appendChange } from './change.ts';
import type { Queries } from './database.ts';
import { type JobRecord, toJobRecord } from './job-record.ts';
import type { NewRevocation, RevocationInstant } from './new-revocation.ts';
import { app, job, revocation, token } from './schema.ts';

/** What was written down of a revoke of all users of an app. */
export interface AcceptedRevocationOfAll {
  /** How many of them have a stored token. */
  readonly users: number;
  /** The job that has the provider told; undefined where nobody is to be told. */
  readonly job: JobRecord | undefined;
  /** Whether the app is barred now, by this revoke or an earlier one. */
  readonly isBarred: boolean;
}

/** One revoke more for all users of an app; what an earlier one asked for is never taken back. */
export async function acceptRevocationOfAll(
  queries: Queries,
  { appId, secretEpoch, bar, isTold, instant }: Omit<NewRevocation, 'canonicalUserIds'>,
  audit: AuditEntry,
): Promise<AcceptedRevocationOfAll | undefined> {
  const known = instant === undefined || instant === 'missing' ? undefined : instant;
  const [row] = await queries
    .update(app)
    .set({
      revocationEpoch: sql`${app.revocationEpoch} + 1`,
      ...(bar ? { barredAt: sql`coalesce(${app.barredAt}, ${now})` } : {}),
      ...(known === undefined ? {} : { issueAfter: later(known.issueAfterMs) }),
      ...(instant === 'missing' ? { instantMissing: true } : {}),
    })
    .where(and(eq(app.id, appId), eq(app.secretEpoch, secretEpoch), isNull(app.removedAt)))
    .returning({ barredAt: app.barredAt });
  if (row === undefined) return undefined;
  // Nothing can be saved for this app until this transaction ends, so whoever is counted was issued for before it.
  const [counted] = await queries.select({ users: count() }).from(token).where(eq(token.appId, appId));
  const users = counted?.users ?? 0;
  const made = !isTold || users === 0 ? undefined : await insertJob(queries, { appId, users, known }, audit);
  await appendAudit(queries, { ...audit, detail: { ...audit.detail, users, job: made?.id ?? null } }, { appId });
  await appendChange(queries, { kind: 'app.revoked', appId });
  return { users, job: made, isBarred: row.barredAt !== null };
}

async function insertJob(
  queries: Queries,
  {
    appId,
    users,
    known,
  }: { readonly appId: number; readonly users: number; readonly known: RevocationInstant | undefined },
  { actor }: AuditEntry,
): Promise<JobRecord | undefined> {
  const [row] = await queries
    .insert(job)
    .values({
      appId,
      kind: 'revoke-all',
      state: 'running',
      actor,
      items: users,
      isFilled: false,
      revokedBefore: known?.revokedBeforeMs ?? null,
      createdAt: now,
      startedAt: now,
    })
    .returning();
  return row === undefined ? undefined : toJobRecord(row);
}

/** Fixes the instant of revokes of the whole app that have none yet. */
export async function fixInstantOfAll(
  queries: Queries,
  appId: number,
  { revokedBeforeMs, issueAfterMs }: RevocationInstant,
): Promise<void> {
  const fixed = await queries
    .update(app)
    .set({ instantMissing: false, issueAfter: later(issueAfterMs) })
    .where(and(eq(app.id, appId), eq(app.instantMissing, true)))
    .returning({ id: app.id });
  if (fixed.length === 0) return;
  await appendChange(queries, { kind: 'app.revoked', appId });
  await queries
    .update(job)
    .set({ revokedBefore: revokedBeforeMs })
    .where(and(eq(job.appId, appId), eq(job.kind, 'revoke-all'), isNull(job.revokedBefore)));
}

/** How many users are written down at a time, and until how many wait to be told: what there is room for in memory and time. */
const PAGE = 1_000;
const MOST_PENDING = 5_000;

/**
 * Goes on with the job of a revoke of all: writes down the next users of whom the provider is to be told, and counts what
 * became of those before. Gives the job as it is then, undefined if it is not running.
 */
export async function advanceRevocationOfAll(queries: Queries, id: number): Promise<JobRecord | undefined> {
  const isRunning = and(eq(job.id, id), eq(job.kind, 'revoke-all'), eq(job.state, 'running'));
  const [held] = await queries.select().from(job).where(isRunning).for('update');
  if (held === undefined) return undefined;
  const { pending, failed } = await countOpen(queries, id);
  const users = held.isFilled || pending >= MOST_PENDING ? [] : await readUsers(queries, held);
  if (users.length > 0) await writeDown(queries, held, users);
  const isFilled = held.isFilled || (pending < MOST_PENDING && users.length < PAGE);
  const written = held.written + users.length;
  const isDone = isFilled && pending + users.length === 0;
  const [row] = await queries
    .update(job)
    .set({
      written,
      isFilled,
      filledUpTo: users.at(-1) ?? held.filledUpTo,
      items: isFilled ? written : held.items,
      failed,
      told: held.written - pending - failed,
      ...(isDone ? { state: 'done', finishedAt: now } : {}),
    })
    .where(eq(job.id, id))
    .returning();
  return row === undefined ? undefined : toJobRecord(row);
}

async function countOpen(queries: Queries, id: number): Promise<{ pending: number; failed: number }> {
  const rows = await queries
    .select({ state: revocation.state, users: count() })
    .from(revocation)
    .where(and(eq(revocation.jobId, id), inArray(revocation.state, ['pending', 'failed'])))
    .groupBy(revocation.state);
  const of = (state: 'pending' | 'failed') => rows.find((row) => row.state === state)?.users ?? 0;
  return { pending: of('pending'), failed: of('failed') };
}

/** Those who had a stored token when the revoke was accepted, whatever they have now: it ends what was before the instant. */
async function readUsers(queries: Queries, held: typeof job.$inferSelect): Promise<string[]> {
  const { appId, createdAt, filledUpTo } = held;
  const rows = await queries
    .select({ user: token.canonicalUserId })
    .from(token)
    .where(
      and(
        eq(token.appId, appId),
        lte(token.createdAt, createdAt),
        filledUpTo === null ? undefined : gt(token.canonicalUserId, filledUpTo),
      ),
    )
    .orderBy(asc(token.canonicalUserId))
    .limit(PAGE);
  return rows.map(({ user }) => user);
}

async function writeDown(
  queries: Queries,
  { id, appId, revokedBefore, createdAt }: typeof job.$inferSelect,
  users: readonly string[],
): Promise<void> {
  await queries.insert(revocation).values(
    users.map((canonicalUserId) => ({
      appId,
      canonicalUserId,
      revokedBefore,
      state: 'pending' as const,
      acceptedAt: createdAt,
      nextAttemptAt: now,
      jobId: id,
    })),
  );
}

const now = sql`statement_timestamp()`;

/** `greatest` passes over what is null. */
function later(issueAfterMs: number) {
  return sql`greatest(${app.issueAfter}, ${new Date(issueAfterMs).toISOString()}::timestamptz)`;
}
