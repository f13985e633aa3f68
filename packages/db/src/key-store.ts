import type { KeyKind } from '@immint/contracts';
import { and, asc, count, desc, eq, isNull, sql } from 'drizzle-orm';
import { appendAudit, type AuditEntry } from './audit.ts';
import { appendChange } from './change.ts';
import type { Database, Queries } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { apiKey, apiKeyApp, app } from './schema.ts';

/** An API key to be stored. */
export interface NewKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly label: string;
  /** The apps that a key of kind `token` may be used for; none for an admin key. */
  readonly appIds: readonly number[];
  readonly secretHash: Uint8Array;
  readonly lastFour: string;
}

/** An API key as it is stored. */
export interface KeyRecord {
  readonly id: string;
  readonly kind: KeyKind;
  readonly label: string;
  /** The names of its apps, those that were removed left out: a new app of an old name is not one of them. */
  readonly apps: readonly string[];
  readonly secretHash: Uint8Array;
  readonly lastFour: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly revokedAtMs: number | null;
}

/** The API keys. Every method throws {@link DatabaseError}. */
export interface KeyStore {
  /** Stores a key. `FOREIGN_KEY_VIOLATION` if an app is not there, `UNIQUE_VIOLATION` if the id is taken. */
  create(newKey: NewKey, audit: AuditEntry): Promise<KeyRecord>;
  /** One key, revoked or not. */
  find(id: string): Promise<KeyRecord | undefined>;
  /** All keys, revoked ones too, the newest first. */
  list(): Promise<KeyRecord[]>;
  /** Revokes a key for good. False if there is none of this id, or if it was revoked before. */
  revoke(id: string, audit: AuditEntry): Promise<boolean>;
  /** How many keys are not revoked. */
  countUsable(): Promise<number>;
}

interface JoinedRow {
  readonly key: typeof apiKey.$inferSelect;
  readonly app: string | null;
}

/** Makes the store of API keys. */
export function createKeyStore(database: Database): KeyStore {
  const findById = database.prepare((queries) =>
    selectKeys(queries)
      .where(eq(apiKey.id, sql.placeholder('id')))
      .orderBy(asc(app.name))
      .prepare('immint_find_key'),
  );

  return {
    create: ({ appIds, ...values }, audit) =>
      database.transaction(async (queries) => {
        await queries.insert(apiKey).values({ ...values, createdBy: audit.actor });
        if (appIds.length > 0) {
          await queries.insert(apiKeyApp).values(appIds.map((appId) => ({ keyId: values.id, appId })));
        }
        await appendAudit(queries, audit, { subject: values.id });
        await appendChange(queries, { kind: 'key.added', subject: values.id });
        const [record] = toKeyRecords(await selectKeys(queries).where(eq(apiKey.id, values.id)).orderBy(asc(app.name)));
        if (record === undefined) throw new DatabaseError('DATABASE_FAILED');
        return record;
      }),

    find: async (id) => toKeyRecords(await findById({ id }))[0],

    list: () =>
      database.run(async (queries) =>
        toKeyRecords(await selectKeys(queries).orderBy(desc(apiKey.createdAt), asc(apiKey.id), asc(app.name))),
      ),

    revoke: (id, audit) =>
      database.transaction(async (queries) => {
        const revoked = await queries
          .update(apiKey)
          .set({ revokedAt: sql`statement_timestamp()` })
          .where(and(eq(apiKey.id, id), isNull(apiKey.revokedAt)))
          .returning({ id: apiKey.id });
        if (revoked.length === 0) return false;
        await appendAudit(queries, audit, { subject: id });
        await appendChange(queries, { kind: 'key.revoked', subject: id });
        return true;
      }),

    countUsable: () =>
      database.run(async (queries) => {
        const [row] = await queries.select({ keys: count() }).from(apiKey).where(isNull(apiKey.revokedAt));
        return row?.keys ?? 0;
      }),
  };
}

/** One row for each app of a key, and one for a key without apps. */
function selectKeys(queries: Queries) {
  return queries
    .select({ key: apiKey, app: app.name })
    .from(apiKey)
    .leftJoin(apiKeyApp, eq(apiKeyApp.keyId, apiKey.id))
    .leftJoin(app, and(eq(app.id, apiKeyApp.appId), isNull(app.removedAt)));
}

function toKeyRecords(rows: readonly JoinedRow[]): KeyRecord[] {
  const byId = Map.groupBy(rows, ({ key }) => key.id);
  return [...byId.values()].flatMap((ofOneKey) => {
    const [first] = ofOneKey;
    if (first === undefined) return [];
    const { id, kind, label, secretHash, lastFour, createdAt, createdBy, revokedAt } = first.key;
    const apps = ofOneKey.flatMap((row) => (row.app === null ? [] : [row.app]));
    return [{ id, kind, label, apps, secretHash, lastFour, createdAtMs: createdAt, createdBy, revokedAtMs: revokedAt }];
  });
}
