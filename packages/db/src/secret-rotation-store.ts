import type { CutOverResult } from '@immint/contracts';
import type { KeyRing, Secret } from '@immint/secrets';
import { and, count, eq, exists, getTableColumns, inArray, isNull, lte, ne, sql } from 'drizzle-orm';
import { type AppRecord, toAppRecord } from './app-record.ts';
import { later, refuseChanged } from './app-row.ts';
import { openIfReadable, sealAppSecret, whereItOpens } from './app-secret.ts';
import { appendAudit, type AuditEntry } from './audit.ts';
import { appendChange } from './change.ts';
import type { Database, Queries } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { insertReissue } from './job-insert.ts';
import { app, secretRotation, token } from './schema.ts';
import { dropStagedSecret, openStagedSecret, sealStagedSecret } from './staged-secret.ts';

/** How the change of an app's secret stands. */
export interface SecretRotationState {
  readonly stagedAtMs: number | null;
  readonly cuttingOver: {
    readonly sinceMs: number;
    readonly attempts: number;
    /** What {@link SecretRotationStore.postpone} was given last. */
    readonly lastFailure: string | null;
  } | null;
  readonly lastCutOver: { readonly result: CutOverResult; readonly endedAtMs: number } | null;
  /** Stored tokens of an earlier secret epoch. */
  readonly tokensOfEarlierSecrets: number;
}

/** The right to carry out one cut-over, for as long as nobody takes it over, with everything that it needs. */
export interface CutOverClaim {
  readonly app: AppRecord;
  /** The new secret. */
  readonly staged: Secret;
  /** The old one; undefined if it does not open. */
  readonly current: Secret | undefined;
  /** Who began it. */
  readonly begunBy: string;
  /** Counts the servers and the times that it was begun or taken up, this one included. */
  readonly attempts: number;
  readonly fence: number;
}

type CutOverKey = Pick<CutOverClaim, 'fence' | 'begunBy' | 'attempts'> & { readonly app: Pick<AppRecord, 'id'> };

/** What a cut-over that is done came to. */
interface FinishedCutOver {
  readonly app: AppRecord;
  readonly tokensOfEarlierSecrets: number;
  /** The job that issues them anew; undefined where there are none. */
  readonly reissueJob: number | undefined;
  readonly endedAtMs: number;
}

/**
 * The planned change of an app's secret: the next one, sealed, and the cut-over to it, of which one server at a time has a
 * lease by the database's clock. Every method throws {@link DatabaseError}.
 */
export interface SecretRotationStore {
  /**
   * Stores the next secret in place of one that waits. It is sealed for the app as it is: `ROW_CHANGED` if that was changed
   * since the record was read, `ROW_MISSING` if the app is not there.
   */
  stage(
    record: Pick<AppRecord, 'id' | 'updatedAtMs'>,
    secret: Secret,
    audit: AuditEntry,
  ): Promise<'staged' | 'cutting-over'>;
  /** Drops the next secret, unless its cut-over has begun. */
  abort(appId: number, audit: AuditEntry): Promise<'aborted' | 'not-staged' | 'cutting-over'>;
  /** Writes down that a cut-over is in progress, and gives it to the caller for `leaseMs`. */
  begin(appId: number, leaseMs: number, audit: AuditEntry): Promise<CutOverClaim | 'not-staged' | 'cutting-over'>;
  /** Takes cut-overs whose lease is over, for `leaseMs`: their server is gone, or waited to ask again. */
  takeOver(leaseMs: number): Promise<CutOverClaim[]>;
  /** Prolongs a lease. False if somebody else has it. */
  renew(claim: CutOverKey, leaseMs: number): Promise<boolean>;
  /**
   * Puts the new secret in force; where its refresh ended the tokens, the secret epoch rises, so that none of them is handed
   * out or saved any more, and a job begins to issue anew for those of their users who were seen in so many days. `undefined`, and nothing is done, if somebody else has the lease or the cut-over is over.
   */
  finish(
    claim: CutOverKey,
    outcome: { readonly endsTokens: boolean; readonly reissueForSeenWithinDays: number },
  ): Promise<FinishedCutOver | undefined>;
  /** Leaves the old secret in force, and drops the new one. False if that is no longer this caller's to say. */
  undo(claim: CutOverKey, result: Exclude<CutOverResult, 'done' | 'overruled'>): Promise<boolean>;
  /** The provider was not called after all: the new secret waits as before. False as for `undo`. */
  putBack(claim: CutOverKey): Promise<boolean>;
  /** Lets whoever comes first go on after so long. `failure` is kept for whoever looks. */
  postpone(claim: CutOverKey, again: { readonly failure: string; readonly afterMs: number }): Promise<void>;
  read(appId: number): Promise<SecretRotationState>;
}

const { secretSealed: _sealed, removedAt: _removed, ...plainColumns } = getTableColumns(app);

/** Makes the store of secrets that are being changed. */
export function createSecretRotationStore(database: Database, keyRing: KeyRing): SecretRotationStore {
  return {
    stage: ({ id, updatedAtMs }, secret, audit) =>
      database.transaction(async (queries) => {
        const current = await holdApp(queries, id);
        if (current === undefined) throw new DatabaseError('ROW_MISSING');
        refuseChanged(current, updatedAtMs);
        if (current.cuttingOverSince !== null) return 'cutting-over';
        const staged = {
          stagedSealed: sealStagedSecret(keyRing, current, secret),
          stagedAt: sql`statement_timestamp()`,
        };
        await queries
          .insert(secretRotation)
          .values({ appId: id, ...staged })
          .onConflictDoUpdate({ target: secretRotation.appId, set: staged });
        await appendAudit(queries, audit, { appId: id, subject: current.name });
        return 'staged';
      }),

    abort: (appId, audit) =>
      database.transaction(async (queries) => {
        const held = await holdRotation(queries, appId);
        if (typeof held === 'string') return held;
        await queries
          .update(secretRotation)
          .set({ stagedSealed: null, stagedAt: null })
          .where(eq(secretRotation.appId, appId));
        await appendAudit(queries, audit, { appId, subject: held.current.name });
        return 'aborted';
      }),

    begin: (appId, leaseMs, audit) =>
      database.transaction(async (queries) => {
        const held = await holdRotation(queries, appId);
        if (typeof held === 'string') return held;
        const { current } = held;
        await queries
          .update(app)
          .set({ cuttingOverSince: sql`statement_timestamp()` })
          .where(eq(app.id, appId));
        const [row] = await queries
          .update(secretRotation)
          .set({ ...taken(leaseMs), attempts: 1, lastFailure: null, begunBy: audit.actor })
          .where(eq(secretRotation.appId, appId))
          .returning();
        await appendAudit(queries, withDetail(audit, { step: 'begun' }), { appId, subject: current.name });
        await appendChange(queries, { kind: 'app.cut-over', appId });
        const claim = toClaim(keyRing, current, row);
        if (claim === undefined) throw new DatabaseError('SEALED_VALUE_UNREADABLE');
        return claim;
      }),

    takeOver: (leaseMs) =>
      database.transaction(async (queries) => {
        const inUse = queries
          .select({ id: app.id })
          .from(app)
          .where(and(eq(app.id, secretRotation.appId), isNull(app.removedAt)));
        const due = queries
          .select({ appId: secretRotation.appId })
          .from(secretRotation)
          .where(and(lte(secretRotation.leaseUntil, sql`statement_timestamp()`), exists(inUse)))
          .for('update', { skipLocked: true });
        const rows = await queries
          .update(secretRotation)
          .set({ ...taken(leaseMs), attempts: sql`${secretRotation.attempts} + 1` })
          .where(inArray(secretRotation.appId, due))
          .returning();
        const claims: CutOverClaim[] = [];
        for (const row of rows) {
          const [current] = await queries.select().from(app).where(eq(app.id, row.appId));
          const claim = current === undefined ? undefined : toClaim(keyRing, current, row);
          if (claim !== undefined) claims.push(claim);
          else await giveUp(queries, row.appId);
        }
        return claims;
      }),

    renew: (claim, leaseMs) =>
      database.aside(async (queries) => {
        const renewed = await queries
          .update(secretRotation)
          .set({ leaseUntil: inMs(leaseMs) })
          .where(isHeldBy(claim))
          .returning({ appId: secretRotation.appId });
        return renewed.length > 0;
      }),

    finish: (claim, { endsTokens, reissueForSeenWithinDays: seenWithinDays }) =>
      database.transaction(async (queries) => {
        const { id } = claim.app;
        const current = await holdClaimed(queries, claim);
        if (current === undefined) return undefined;
        const next = { ...current.app, secretEpoch: current.app.secretEpoch + (endsTokens ? 1 : 0) };
        const staged = openStagedSecret(keyRing, current.app, current.stagedSealed);
        const [row] = await queries
          .update(app)
          .set({
            secretSealed: sealAppSecret(keyRing, next, staged),
            secretNamesPlace: true,
            secretEpoch: next.secretEpoch,
            cuttingOverSince: null,
            updatedAt: later,
          })
          .where(eq(app.id, id))
          .returning(plainColumns);
        const endedAtMs = await end(queries, claim, 'done');
        if (row === undefined) throw new DatabaseError('DATABASE_FAILED');
        const tokensOfEarlierSecrets = await countEarlier(queries, id, next.secretEpoch);
        const detail = { secretEpoch: next.secretEpoch, tokensOfEarlierSecrets };
        await appendAudit(queries, entryOf(claim, 'done', detail), { appId: id, subject: row.name });
        await appendChange(queries, { kind: 'app.cut-over', appId: id });
        const reissue = { actor: claim.begunBy, action: 'job.reissue' };
        const job =
          endsTokens && tokensOfEarlierSecrets > 0
            ? await insertReissue(queries, { appId: id, seenWithinDays }, reissue)
            : undefined;
        return { app: toAppRecord(row), tokensOfEarlierSecrets, reissueJob: job?.id, endedAtMs };
      }),

    undo: (claim, result) =>
      database.transaction(async (queries) => {
        const { id } = claim.app;
        const current = await holdClaimed(queries, claim);
        if (current === undefined) return false;
        await queries.update(app).set({ cuttingOverSince: null }).where(eq(app.id, id));
        await end(queries, claim, result);
        await appendAudit(queries, entryOf(claim, result), { appId: id, subject: current.app.name });
        await appendChange(queries, { kind: 'app.cut-over', appId: id });
        return true;
      }),

    putBack: (claim) =>
      database.transaction(async (queries) => {
        const { id } = claim.app;
        const current = await holdClaimed(queries, claim);
        if (current === undefined) return false;
        await queries.update(app).set({ cuttingOverSince: null }).where(eq(app.id, id));
        await queries.update(secretRotation).set({ leaseUntil: null }).where(isHeldBy(claim));
        const audit = { actor: claim.begunBy, action: 'app.cutOverSecret', detail: { step: 'put-back' } };
        await appendAudit(queries, audit, { appId: id, subject: current.app.name });
        await appendChange(queries, { kind: 'app.cut-over', appId: id });
        return true;
      }),

    postpone: (claim, { failure, afterMs }) =>
      database.run(async (queries) => {
        await queries
          .update(secretRotation)
          .set({ lastFailure: failure, leaseUntil: inMs(afterMs) })
          .where(isHeldBy(claim));
      }),

    read: (appId) =>
      database.run(async (queries) => {
        const [row] = await queries
          .select({ rotation: getTableColumns(secretRotation), since: app.cuttingOverSince, epoch: app.secretEpoch })
          .from(app)
          .leftJoin(secretRotation, eq(secretRotation.appId, app.id))
          .where(eq(app.id, appId));
        if (row === undefined) throw new DatabaseError('ROW_MISSING');
        const { rotation, since, epoch } = row;
        return {
          stagedAtMs: rotation?.stagedAt ?? null,
          cuttingOver:
            rotation === null || since === null
              ? null
              : { sinceMs: since, attempts: rotation.attempts, lastFailure: rotation.lastFailure },
          lastCutOver:
            rotation === null || rotation.result === null || rotation.endedAt === null
              ? null
              : { result: rotation.result, endedAtMs: rotation.endedAt },
          tokensOfEarlierSecrets: await countEarlier(queries, appId, epoch),
        };
      }),
  };
}

type AppRow = typeof app.$inferSelect;
type RotationRow = typeof secretRotation.$inferSelect;

/** Keeps the app as it is until the transaction ends: whatever changes a secret takes its row first. */
async function holdApp(queries: Queries, id: number): Promise<AppRow | undefined> {
  const isInUse = and(eq(app.id, id), isNull(app.removedAt));
  const [row] = await queries.select().from(app).where(isInUse).for('update');
  return row;
}

/** An app with a secret that waits and whose cut-over has not begun. */
async function holdRotation(
  queries: Queries,
  appId: number,
): Promise<{ readonly current: AppRow } | 'not-staged' | 'cutting-over'> {
  const current = await holdApp(queries, appId);
  if (current === undefined) throw new DatabaseError('ROW_MISSING');
  if (current.cuttingOverSince !== null) return 'cutting-over';
  const [row] = await queries
    .select({ stagedAt: secretRotation.stagedAt })
    .from(secretRotation)
    .where(eq(secretRotation.appId, appId));
  return row === undefined || row.stagedAt === null ? 'not-staged' : { current };
}

/** An app whose cut-over is in progress and this caller's. */
async function holdClaimed(
  queries: Queries,
  claim: CutOverKey,
): Promise<{ readonly app: AppRow; readonly stagedSealed: Uint8Array } | undefined> {
  const current = await holdApp(queries, claim.app.id);
  const [row] = await queries
    .select({ stagedSealed: secretRotation.stagedSealed })
    .from(secretRotation)
    .where(isHeldBy(claim))
    .for('update');
  if (current === undefined || row === undefined || row.stagedSealed === null) return undefined;
  return { app: current, stagedSealed: row.stagedSealed };
}

/** Writes down what it came to, and forgets the staged secret. Gives when that was. */
async function end(queries: Queries, claim: CutOverKey, result: CutOverResult): Promise<number> {
  const [row] = await queries
    .update(secretRotation)
    .set({ stagedSealed: null, stagedAt: null, leaseUntil: null, result, endedAt: sql`statement_timestamp()` })
    .where(isHeldBy(claim))
    .returning({ endedAt: secretRotation.endedAt });
  if (row === undefined || row.endedAt === null) throw new DatabaseError('DATABASE_FAILED');
  return row.endedAt;
}

/** A claim that somebody took over names an earlier fence; one that is over has no lease. */
function isHeldBy({ app: { id }, fence }: CutOverKey) {
  return and(
    eq(secretRotation.appId, id),
    eq(secretRotation.fence, fence),
    sql`${secretRotation.leaseUntil} is not null`,
  );
}

function taken(leaseMs: number) {
  return { fence: sql`${secretRotation.fence} + 1`, leaseUntil: inMs(leaseMs) };
}

function inMs(durationMs: number) {
  return sql`statement_timestamp() + ${durationMs} * interval '1 millisecond'`;
}

/** Undefined if the staged secret does not open: it was entered for another account or place than is written there now. */
function toClaim(keyRing: KeyRing, current: AppRow, rotation: RotationRow | undefined): CutOverClaim | undefined {
  if (rotation === undefined || rotation.stagedSealed === null || rotation.begunBy === null) {
    throw new DatabaseError('DATABASE_FAILED');
  }
  const { stagedSealed } = rotation;
  const staged = whereItOpens(() => openStagedSecret(keyRing, current, stagedSealed));
  if (staged === undefined) return undefined;
  return {
    app: toAppRecord(current),
    staged,
    current: openIfReadable(keyRing, current),
    begunBy: rotation.begunBy,
    attempts: rotation.attempts,
    fence: rotation.fence,
  };
}

/** Nothing can be done with such a secret but enter it again, and no app shall wait for that. */
async function giveUp(queries: Queries, appId: number): Promise<void> {
  await dropStagedSecret(queries, appId);
  await queries.update(app).set({ cuttingOverSince: null }).where(eq(app.id, appId));
  await appendChange(queries, { kind: 'app.cut-over', appId });
}

async function countEarlier(queries: Queries, appId: number, secretEpoch: number): Promise<number> {
  const isEarlier = and(eq(token.appId, appId), ne(token.secretEpoch, secretEpoch));
  const [row] = await queries.select({ tokens: count() }).from(token).where(isEarlier);
  return row?.tokens ?? 0;
}

function withDetail(audit: AuditEntry, detail: NonNullable<AuditEntry['detail']>): AuditEntry {
  return { ...audit, detail: { ...audit.detail, ...detail } };
}

/** It is the doing of whoever began it, whichever server carried it out. */
function entryOf(
  { begunBy, attempts }: CutOverKey,
  result: CutOverResult,
  detail: AuditEntry['detail'] = {},
): AuditEntry {
  return { actor: begunBy, action: 'app.cutOverSecret', detail: { step: 'ended', result, attempts, ...detail } };
}
