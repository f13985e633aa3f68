import type { ProviderName } from '@immint/contracts';
import type { KeyRing, Secret } from '@immint/secrets';
import { and, asc, count, eq, getTableColumns, isNull, lt, sql } from 'drizzle-orm';
import { type AppRecord, toAppRecord } from './app-record.ts';
import { later, refuseChanged } from './app-row.ts';
import { openAppSecret, openIfReadable, readKeptSecret, sealAppSecret } from './app-secret.ts';
import { appendAudit, type AuditEntry } from './audit.ts';
import { appendChange } from './change.ts';
import type { Database, Queries } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { forgetRevocations } from './revocation-outbox.ts';
import { app, token } from './schema.ts';
import { dropStagedSecret } from './staged-secret.ts';

/** An app to be stored. */
export interface NewApp extends AppPlace {
  readonly name: string;
  readonly provider: ProviderName;
  readonly appKey: string;
  readonly clientId?: string;
  readonly secret: Secret;
  readonly settings: unknown;
}

/** Where an app's provider is called. */
interface AppPlace {
  readonly baseUrl: string;
  readonly backupBaseUrl?: string;
  readonly dataCenter?: string;
}

/** What can change of an app. A place is changed as a whole: what it leaves out, the app has no more. */
export interface AppChanges {
  readonly appKey?: string;
  readonly clientId?: string;
  readonly place?: AppPlace;
  readonly secret?: Secret;
  readonly settings?: unknown;
}

/**
 * The apps. Secrets are sealed here, each for its own row, epoch and base URLs: beside another base URL it does not open,
 * whoever wrote that there.
 * Every method throws {@link DatabaseError}; a removed app is not there for any of them but `purgeRemoved`.
 */
export interface AppStore {
  /** Stores an app. `UNIQUE_VIOLATION` names in `constraint` what another app has: {@link APP_CONSTRAINTS}. */
  add(newApp: NewApp, audit: AuditEntry): Promise<AppRecord>;
  find(name: string): Promise<AppRecord | undefined>;
  /** All apps, by name. */
  list(): Promise<AppRecord[]>;
  /**
   * The secret that belongs to this record. `ROW_MISSING` if the app was removed meanwhile, `ROW_CHANGED` if it was changed
   * since the record was read, so that no secret goes to another account's place; `SEALED_VALUE_UNREADABLE` if it does
   * not open.
   */
  readSecret(record: Pick<AppRecord, 'id' | 'updatedAtMs'>): Promise<Secret>;
  /**
   * Changes an app that still is as it was at `expectedUpdatedAtMs`, the record's `updatedAtMs`; otherwise `ROW_CHANGED`,
   * and the change that came first stays. With `dropTokens` its stored tokens go, together with the revokes that its
   * provider was still to be told, and its secret epoch rises, so that a token which is on its way from the account as it
   * was cannot be saved any more. A base URL that the app did not have needs the secret with it: without, the stored one
   * no longer opens. `undefined` if the app is not there.
   */
  update(
    id: number,
    changes: AppChanges,
    options: { readonly dropTokens: boolean; readonly expectedUpdatedAtMs: number },
    audit: AuditEntry,
  ): Promise<AppRecord | undefined>;
  /** Takes an app out of use. Its row and tokens stay, sealed, until they are purged. Gives how many tokens it had. */
  remove(id: number, audit: AuditEntry): Promise<{ tokens: number } | undefined>;
  countTokens(id: number): Promise<number>;
  /**
   * Seals for their base URLs the secrets that an earlier version did not. Gives how many that were, and the ids of the apps
   * whose secret does not open: it is left as it is, for whoever calls them to be told.
   */
  sealSecretsForPlaces(): Promise<{ sealed: number; unreadable: readonly number[] }>;
  /** Deletes for good what was removed longer ago than this, by the database's clock. Gives how many apps that were. */
  purgeRemoved(olderThanMs: number): Promise<number>;
}

/** The unique indexes that an app can run against: one name, and one app for an App Key. */
export const APP_CONSTRAINTS = { name: 'app_name_unique', appKey: 'app_app_key_unique' } as const;

const {
  secretSealed: _secretSealed,
  secretNamesPlace: _secretNamesPlace,
  removedAt: _removedAt,
  ...recordColumns
} = getTableColumns(app);

/** Makes the store of apps. */
export function createAppStore(database: Database, keyRing: KeyRing): AppStore {
  const findByName = database.prepare((queries) =>
    queries
      .select(recordColumns)
      .from(app)
      .where(and(eq(app.name, sql.placeholder('name')), isNull(app.removedAt)))
      .prepare('immint_find_app'),
  );

  return {
    add: ({ secret, ...values }, audit) =>
      database.transaction(async (queries) => {
        const id = await nextAppId(queries);
        const secretSealed = sealAppSecret(keyRing, { ...values, id, secretEpoch: 1 }, secret);
        const [row] = await queries
          .insert(app)
          .values({ ...values, id, secretSealed, secretNamesPlace: true })
          .returning(recordColumns);
        if (row === undefined) throw new DatabaseError('DATABASE_FAILED');
        await appendAudit(queries, audit, { appId: id, subject: values.name });
        await appendChange(queries, { kind: 'app.added', appId: id });
        return toAppRecord(row);
      }),

    find: (name) =>
      database.run(async () => {
        const [row] = await findByName({ name });
        return row === undefined ? undefined : toAppRecord(row);
      }),

    list: () =>
      database.run(async (queries) => {
        const rows = await queries.select(recordColumns).from(app).where(isNull(app.removedAt)).orderBy(asc(app.name));
        return rows.map((row) => toAppRecord(row));
      }),

    readSecret: ({ id, updatedAtMs }) =>
      database.run(async (queries) => {
        const [row] = await selectSealed(queries, id);
        if (row === undefined) throw new DatabaseError('ROW_MISSING');
        refuseChanged(row, updatedAtMs);
        return openAppSecret(keyRing, row);
      }),

    update: (id, { secret, place, ...values }, { dropTokens, expectedUpdatedAtMs }, audit) =>
      database.transaction(async (queries) => {
        const [current] = await selectSealed(queries, id).for('update');
        if (current === undefined) return undefined;
        refuseChanged(current, expectedUpdatedAtMs);
        const isElsewhere = place !== undefined || isOtherAccount(current, values);
        const isCuttingOver = current.cuttingOverSince !== null;
        if (isCuttingOver && !dropTokens && (isElsewhere || secret !== undefined))
          throw new DatabaseError('ROW_CHANGED');
        const whole = place === undefined ? {} : { backupBaseUrl: null, dataCenter: null, ...place };
        const next = { ...current, ...whole, secretEpoch: current.secretEpoch + (dropTokens ? 1 : 0) };
        const known = secret ?? readKeptSecret(keyRing, current, next);
        const [row] = await queries
          .update(app)
          .set({
            ...values,
            ...whole,
            ...(known === undefined ? {} : { secretSealed: sealAppSecret(keyRing, next, known) }),
            secretNamesPlace: true,
            secretEpoch: next.secretEpoch,
            updatedAt: later,
            ...(dropTokens ? { cuttingOverSince: null } : {}),
          })
          .where(eq(app.id, id))
          .returning(recordColumns);
        if (row === undefined) throw new DatabaseError('DATABASE_FAILED');
        if (dropTokens || isElsewhere) await dropStagedSecret(queries, id);
        if (dropTokens) {
          await queries.delete(token).where(eq(token.appId, id));
          await forgetRevocations(queries, id);
        }
        await appendAudit(queries, audit, { appId: id, subject: row.name });
        await appendChange(queries, { kind: 'app.changed', appId: id });
        return toAppRecord(row);
      }),

    remove: (id, audit) =>
      database.transaction(async (queries) => {
        const [row] = await queries
          .update(app)
          .set({ removedAt: sql`statement_timestamp()`, updatedAt: later })
          .where(isInUse(id))
          .returning({ name: app.name });
        if (row === undefined) return undefined;
        await appendAudit(queries, audit, { appId: id, subject: row.name });
        await appendChange(queries, { kind: 'app.removed', appId: id });
        return { tokens: await countTokens(queries, id) };
      }),

    countTokens: (id) => database.run((queries) => countTokens(queries, id)),

    sealSecretsForPlaces: () =>
      database.transaction(async (queries) => {
        const rows = await queries
          .select(sealedColumns)
          .from(app)
          .where(and(eq(app.secretNamesPlace, false), isNull(app.removedAt)))
          .orderBy(asc(app.id))
          .for('update');
        const unreadable: number[] = [];
        for (const row of rows) {
          const secret = openIfReadable(keyRing, row);
          if (secret === undefined) unreadable.push(row.id);
          else {
            const secretSealed = sealAppSecret(keyRing, row, secret);
            await queries.update(app).set({ secretSealed, secretNamesPlace: true }).where(eq(app.id, row.id));
          }
        }
        return { sealed: rows.length - unreadable.length, unreadable };
      }),

    purgeRemoved: (olderThanMs) =>
      database.run(async (queries) => {
        const limit = sql`statement_timestamp() - ${olderThanMs} * interval '1 millisecond'`;
        return (await queries.delete(app).where(lt(app.removedAt, limit)).returning({ id: app.id })).length;
      }),
  };
}

function isInUse(id: number) {
  return and(eq(app.id, id), isNull(app.removedAt));
}

const sealedColumns = {
  id: app.id,
  baseUrl: app.baseUrl,
  backupBaseUrl: app.backupBaseUrl,
  secretSealed: app.secretSealed,
  secretEpoch: app.secretEpoch,
  secretNamesPlace: app.secretNamesPlace,
};

function selectSealed(queries: Queries, id: number) {
  return queries
    .select({
      ...sealedColumns,
      appKey: app.appKey,
      clientId: app.clientId,
      updatedAt: app.updatedAt,
      cuttingOverSince: app.cuttingOverSince,
    })
    .from(app)
    .where(isInUse(id));
}

function isOtherAccount(
  current: { readonly appKey: string; readonly clientId: string | null },
  { appKey = current.appKey, clientId = current.clientId ?? undefined }: AppChanges,
): boolean {
  return appKey !== current.appKey || clientId !== (current.clientId ?? undefined);
}

/** The id is part of what the secret is sealed for, so it has to be known before the row is written. */
async function nextAppId(queries: Queries): Promise<number> {
  const next = sql`(select nextval('immint.app_id_seq') as id) as next`;
  const [row] = await queries.select({ id: sql`next.id`.mapWith(Number) }).from(next);
  if (row === undefined) throw new DatabaseError('DATABASE_FAILED');
  return row.id;
}

async function countTokens(queries: Queries, appId: number): Promise<number> {
  const [row] = await queries.select({ tokens: count() }).from(token).where(eq(token.appId, appId));
  return row?.tokens ?? 0;
}
