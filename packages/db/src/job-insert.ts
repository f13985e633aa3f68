import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { appendAudit, type AuditEntry } from './audit.ts';
import type { Queries } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { type JobRecord, toJobRecord } from './job-record.ts';
import { app, job } from './schema.ts';

type NewJobRow = Pick<typeof job.$inferInsert, 'appId' | 'kind' | 'state' | 'cap' | 'isFilled'> & {
  readonly seenSince?: SQL;
  readonly startedAt?: SQL;
};

/** Writes a job with its audit row. Undefined if the app is not there any more. */
export async function insertJob(
  queries: Queries,
  values: NewJobRow,
  audit: AuditEntry,
): Promise<JobRecord | undefined> {
  const isThere = and(eq(app.id, values.appId), isNull(app.removedAt));
  const [held] = await queries.select({ id: app.id }).from(app).where(isThere).for('share');
  if (held === undefined) return undefined;
  const [row] = await queries
    .insert(job)
    .values({ ...values, actor: audit.actor })
    .returning();
  if (row === undefined) throw new DatabaseError('DATABASE_FAILED');
  await noteJobChange(queries, audit, row);
  return toJobRecord(row);
}

/**
 * Writes a job that runs at once: for the users whose stored token is of an earlier secret epoch and was handed out today or
 * in so many days before. To be called in the transaction that raises the epoch, so that there is never one without the
 * other. Undefined if the app is not there any more.
 */
export function insertReissue(
  queries: Queries,
  { appId, seenWithinDays }: { readonly appId: number; readonly seenWithinDays: number },
  audit: AuditEntry,
): Promise<JobRecord | undefined> {
  const seenSince = sql`(statement_timestamp() at time zone 'UTC')::date - ${seenWithinDays}::integer`;
  const startedAt = sql`statement_timestamp()`;
  const values = { appId, kind: 'reissue', state: 'running', isFilled: false, seenSince, startedAt } as const;
  return insertJob(queries, values, audit);
}

/** Who did what to a job, by its number. */
export async function noteJobChange(
  queries: Queries,
  audit: AuditEntry,
  { id, appId }: { readonly id: number; readonly appId: number },
): Promise<void> {
  await appendAudit(queries, { ...audit, detail: { ...audit.detail, job: id } }, { appId });
}
