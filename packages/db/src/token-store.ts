import type { Lifetime } from '@immint/contracts';
import type { KeyRing, SealContext, Secret } from '@immint/secrets';
import {
  and,
  asc,
  count,
  eq,
  getTableColumns,
  gt,
  inArray,
  isNull,
  lt,
  or,
  type Placeholder,
  type SQL,
  sql,
} from 'drizzle-orm';
import { appendAudit, appendAudits, type AuditEntry } from './audit.ts';
import { appendChange, appendChanges } from './change.ts';
import { type Database, databaseNowMs, oneRow, type Queries, readClock } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { app, token, userStanding } from './schema.ts';
import { type StoredToken, type TokenMetadata, toTokenMetadata } from './token-record.ts';
import { appStandingColumns, endLeaseIfUnchanged, toUserStanding, type UserStanding } from './user-standing.ts';

/** A token that a provider has just given, and what must not have changed meanwhile. */
export interface TokenToSave {
  readonly appId: number;
  readonly canonicalUserId: string;
  readonly userId: string;
  readonly name: string;
  readonly avatarUrl?: string;
  /** The generation that was stored when the provider was asked; 0 when there was none. */
  readonly expectedGeneration: number;
  /** The app's secret epoch when the provider was asked. */
  readonly secretEpoch: number;
  /** The user's revocation epoch when the provider was asked. */
  readonly revocationEpoch: number;
  /** Of the lease under which the provider was asked. */
  readonly fence: number;
  readonly token: Secret;
  readonly issuedAtMs: number;
  readonly lifetime: Lifetime;
  /** Not null exactly when the lifetime is `known`. */
  readonly expiresAtMs: number | null;
  /** Whether a caller had a stored token replaced. */
  readonly replaced: boolean;
}

/** A profile as it is stored: without an avatar there is none. */
interface StoredProfile {
  readonly name: string;
  readonly avatarUrl?: string;
}

/**
 * The current token of each user. Tokens are sealed here, each for its app, user, generation and secret epoch.
 * Every method throws {@link DatabaseError}. Times come from the database's clock where they are given along.
 */
export interface TokenStore {
  /** One query. `SEALED_VALUE_UNREADABLE` if the stored token does not open. */
  read(
    appId: number,
    canonicalUserId: string,
  ): Promise<{ stored: StoredToken | undefined; standing: UserStanding; nowMs: number }>;
  /**
   * Saves the next generation and ends the lease, if nobody took a later lease, if the stored generation is still the
   * expected one, if the app is still there with the same secret epoch, and if the user's tokens were not revoked
   * meanwhile; otherwise saves nothing and gives `undefined`.
   */
  save(tokenToSave: TokenToSave, audit: AuditEntry): Promise<StoredToken | undefined>;
  /**
   * Marks the token of this fingerprint as one that the provider refuses. Gives false if it is not the current one, or is
   * marked already.
   */
  markReported(appId: number, canonicalUserId: string, fingerprint: string, audit: AuditEntry): Promise<boolean>;
  /** Distrusts the stored tokens of these users; with `dryRun` only counts them. Gives how many there are. */
  discard(
    appId: number,
    canonicalUserIds: readonly string[],
    options: { readonly dryRun: boolean },
    audit: AuditEntry,
  ): Promise<number>;
  /** Distrusts every stored token of the app that was asked for before this instant, which is now if left out. */
  discardBefore(
    appId: number,
    issuedBeforeMs: number | undefined,
    options: { readonly dryRun: boolean },
    audit: AuditEntry,
  ): Promise<number>;
  /** Changes the profile of a user of whom a token is stored. */
  saveProfile(appId: number, canonicalUserId: string, profile: StoredProfile): Promise<void>;
  /** Notes the day (`YYYY-MM-DD`) on which the token was last handed out; never an earlier one than is noted. */
  markHandedOut(appId: number, canonicalUserId: string, day: string): Promise<void>;
  /** What is known of one user's token; opens nothing. */
  inspect(
    appId: number,
    canonicalUserId: string,
  ): Promise<{ token: TokenMetadata | undefined; standing: UserStanding; nowMs: number }>;
  /** The same of users that are named, each once. */
  inspectMany(
    appId: number,
    canonicalUserIds: readonly string[],
  ): Promise<{
    users: {
      readonly canonicalUserId: string;
      readonly token: TokenMetadata | undefined;
      readonly standing: UserStanding;
    }[];
    nowMs: number;
  }>;
  /** The same of many, in the order of the bytes of their canonical user ids, from behind `after`. */
  list(
    appId: number,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<{ tokens: (TokenMetadata & { readonly standing: UserStanding })[]; nowMs: number }>;
}

const {
  appId: _appId,
  tokenSealed: _sealed,
  createdAt: _created,
  updatedAt: _updated,
  ...metadataColumns
} = getTableColumns(token);

/** Makes the store of tokens. */
export function createTokenStore(database: Database, keyRing: KeyRing): TokenStore {
  const readOne = database.prepare((queries) =>
    queries
      .select({
        nowMs: databaseNowMs,
        token: getTableColumns(token),
        standing: getTableColumns(userStanding),
        all: appStandingColumns,
      })
      .from(oneRow)
      .leftJoin(app, eq(app.id, sql.placeholder('appId')))
      .leftJoin(token, isUser(sql.placeholder('appId'), sql.placeholder('canonicalUserId')))
      .leftJoin(userStanding, standsFor(sql.placeholder('appId'), sql.placeholder('canonicalUserId')))
      .prepare('immint_read_token'),
  );

  return {
    read: (appId, canonicalUserId) =>
      database.run(async () => {
        const [row] = await readOne({ appId, canonicalUserId });
        if (row === undefined) throw new DatabaseError('DATABASE_FAILED');
        const standing = toUserStanding(row.standing, row.all);
        return {
          stored: row.token === null ? undefined : openRow(keyRing, row.token, standing),
          standing,
          nowMs: row.nowMs,
        };
      }),

    save: (tokenToSave, audit) =>
      database.transaction(async (queries) => {
        const { appId, canonicalUserId, secretEpoch } = tokenToSave;
        const all = await holdApp(queries, appId, secretEpoch);
        const standing = all === undefined ? undefined : await endLeaseIfUnchanged(queries, tokenToSave, all);
        if (standing === undefined) return undefined;
        const row = await writeNext(queries, keyRing, tokenToSave);
        if (row === undefined) return undefined;
        const { fingerprint, generation } = row;
        const detail = { ...audit.detail, fingerprint, generation };
        await appendAudit(queries, { ...audit, detail }, { appId, subject: canonicalUserId });
        // That there is no token is remembered by nobody, so a first one is news to nobody.
        if (generation > 1) await appendChange(queries, { kind: 'token.replaced', appId, subject: canonicalUserId });
        return { ...toTokenMetadata(row, standing), token: tokenToSave.token };
      }),

    markReported: (appId, canonicalUserId, fingerprint, audit) =>
      database.transaction(async (queries) => {
        const isUnmarked = and(eq(token.fingerprint, fingerprint), isNull(token.reportedAt));
        const marked = await queries
          .update(token)
          .set({ reportedAt: sql`statement_timestamp()` })
          .where(and(isUser(appId, canonicalUserId), isUnmarked))
          .returning({ generation: token.generation });
        const [row] = marked;
        if (row === undefined) return false;
        const detail = { ...audit.detail, fingerprint, generation: row.generation };
        await appendAudit(queries, { ...audit, detail }, { appId, subject: canonicalUserId });
        await appendChange(queries, { kind: 'token.reported', appId, subject: canonicalUserId });
        return true;
      }),

    discard: (appId, canonicalUserIds, { dryRun }, audit) =>
      database.transaction(async (queries) => {
        const isTrusted = and(
          eq(token.appId, appId),
          inArray(token.canonicalUserId, [...canonicalUserIds]),
          eq(token.discarded, false),
        );
        if (dryRun) return countOf(queries, isTrusted);
        const rows = await queries
          .update(token)
          .set({ discarded: true })
          .where(isTrusted)
          .returning({ subject: token.canonicalUserId });
        await appendAudits(
          queries,
          audit,
          rows.map(({ subject }) => ({ appId, subject })),
        );
        await appendChanges(
          queries,
          rows.map(({ subject }) => ({ kind: 'token.discarded', appId, subject })),
        );
        return rows.length;
      }),

    discardBefore: (appId, issuedBeforeMs, { dryRun }, audit) =>
      database.transaction(async (queries) => {
        // Rounded up, so that what was stored until now is before it; and no later, or what is issued next is discarded too.
        const afterNowMs = (await readClock(queries)) + 1;
        const beforeMs = Math.min(issuedBeforeMs ?? afterNowMs, afterNowMs);
        const tokens = await countOf(queries, and(eq(token.appId, appId), lt(token.issuedAt, beforeMs)));
        if (dryRun) return tokens;
        const before = sql`${new Date(beforeMs).toISOString()}::timestamptz`;
        await queries
          .update(app)
          .set({ discardedBefore: sql`greatest(${app.discardedBefore}, ${before})` })
          .where(eq(app.id, appId));
        await appendAudit(queries, { ...audit, detail: { ...audit.detail, issuedBeforeMs: beforeMs } }, { appId });
        await appendChange(queries, { kind: 'app.discarded', appId });
        return tokens;
      }),

    saveProfile: (appId, canonicalUserId, { name, avatarUrl }) =>
      database.transaction(async (queries) => {
        await queries
          .update(token)
          .set({ name, avatarUrl: avatarUrl ?? null, updatedAt: sql`statement_timestamp()` })
          .where(isUser(appId, canonicalUserId));
        await appendChange(queries, { kind: 'profile.changed', appId, subject: canonicalUserId });
      }),

    markHandedOut: (appId, canonicalUserId, day) =>
      database.run(async (queries) => {
        const isLater = or(isNull(token.lastHandedOutOn), sql`${token.lastHandedOutOn} < ${day}`);
        await queries
          .update(token)
          .set({ lastHandedOutOn: day })
          .where(and(isUser(appId, canonicalUserId), isLater));
      }),

    inspect: (appId, canonicalUserId) =>
      database.run(async (queries) => {
        const [row] = await queries
          .select({
            nowMs: databaseNowMs,
            token: metadataColumns,
            standing: getTableColumns(userStanding),
            all: appStandingColumns,
          })
          .from(oneRow)
          .leftJoin(app, eq(app.id, appId))
          .leftJoin(token, isUser(appId, canonicalUserId))
          .leftJoin(userStanding, standsFor(appId, canonicalUserId));
        if (row === undefined) throw new DatabaseError('DATABASE_FAILED');
        const standing = toUserStanding(row.standing, row.all);
        return {
          token: row.token === null ? undefined : toTokenMetadata(row.token, standing),
          standing,
          nowMs: row.nowMs,
        };
      }),

    inspectMany: (appId, canonicalUserIds) =>
      database.run(async (queries) => {
        const named = sql`jsonb_array_elements_text(${JSON.stringify(canonicalUserIds)}::text::jsonb) as named(id)`;
        const rows = await queries
          .select({
            id: sql<string>`named.id`,
            token: metadataColumns,
            standing: getTableColumns(userStanding),
            all: appStandingColumns,
          })
          .from(named)
          .leftJoin(app, eq(app.id, appId))
          .leftJoin(token, and(eq(token.appId, appId), sql`${token.canonicalUserId} = named.id`))
          .leftJoin(userStanding, and(eq(userStanding.appId, appId), sql`${userStanding.canonicalUserId} = named.id`));
        const users = rows.map((row) => {
          const standing = toUserStanding(row.standing, row.all);
          const known = row.token === null ? undefined : toTokenMetadata(row.token, standing);
          return { canonicalUserId: row.id, token: known, standing };
        });
        return { users, nowMs: await readClock(queries) };
      }),

    list: (appId, { after, limit }) =>
      database.run(async (queries) => {
        const rows = await queries
          .select({ token: metadataColumns, standing: getTableColumns(userStanding), all: appStandingColumns })
          .from(token)
          .innerJoin(app, eq(app.id, token.appId))
          .leftJoin(userStanding, isStandingOfToken)
          .where(and(eq(token.appId, appId), after === undefined ? undefined : gt(token.canonicalUserId, after)))
          .orderBy(asc(token.canonicalUserId))
          .limit(limit);
        const tokens = rows.map((row) => {
          const standing = toUserStanding(row.standing, row.all);
          return { ...toTokenMetadata(row.token, standing), standing };
        });
        return { tokens, nowMs: await readClock(queries) };
      }),
  };
}

async function countOf(queries: Queries, condition: SQL | undefined): Promise<number> {
  const [row] = await queries.select({ count: count() }).from(token).where(condition);
  return row?.count ?? 0;
}

function isUser(appId: number | Placeholder, canonicalUserId: string | Placeholder) {
  return and(eq(token.appId, appId), eq(token.canonicalUserId, canonicalUserId));
}

function standsFor(appId: number | Placeholder, canonicalUserId: string | Placeholder) {
  return and(eq(userStanding.appId, appId), eq(userStanding.canonicalUserId, canonicalUserId));
}

const isStandingOfToken = and(
  eq(userStanding.appId, token.appId),
  eq(userStanding.canonicalUserId, token.canonicalUserId),
);

type TokenRow = typeof token.$inferSelect;

/** A token opens only as this app's and this user's, of this generation and epoch. */
function tokenContext(row: Pick<TokenRow, 'appId' | 'canonicalUserId' | 'generation' | 'secretEpoch'>): SealContext {
  const { appId, canonicalUserId, generation, secretEpoch } = row;
  return [
    'user token',
    'token',
    'token_sealed',
    String(appId),
    canonicalUserId,
    String(generation),
    String(secretEpoch),
  ];
}

function openRow(keyRing: KeyRing, row: TokenRow, standing: UserStanding): StoredToken {
  return { ...toTokenMetadata(row, standing), token: keyRing.open(tokenContext(row), row.tokenSealed) };
}

/** Keeps the app as it is until the transaction ends: how all of its users stand, undefined if it is not what the caller takes it for. */
async function holdApp(queries: Queries, appId: number, secretEpoch: number) {
  const isSame = and(eq(app.id, appId), eq(app.secretEpoch, secretEpoch), isNull(app.removedAt));
  const [held] = await queries.select(appStandingColumns).from(app).where(isSame).for('share');
  return held;
}

const oneInARowMore = sql`case
  when ${token.replacedAt} > statement_timestamp() - interval '10 minutes' then ${token.replacements} + 1
  else 1
end`;

/** Writes the generation after the expected one, or gives undefined if another one is stored. */
async function writeNext(queries: Queries, keyRing: KeyRing, tokenToSave: TokenToSave): Promise<TokenRow | undefined> {
  const { appId, canonicalUserId, expectedGeneration, secretEpoch, revocationEpoch } = tokenToSave;
  const key = { appId, canonicalUserId, generation: expectedGeneration + 1, secretEpoch };
  const values = {
    ...key,
    revocationEpoch,
    userId: tokenToSave.userId,
    name: tokenToSave.name,
    avatarUrl: tokenToSave.avatarUrl ?? null,
    tokenSealed: keyRing.seal(tokenContext(key), tokenToSave.token),
    fingerprint: keyRing.fingerprint(tokenToSave.token),
    issuedAt: tokenToSave.issuedAtMs,
    lifetime: tokenToSave.lifetime,
    expiresAt: tokenToSave.expiresAtMs,
    fence: tokenToSave.fence,
    reportedAt: null,
    discarded: false,
    updatedAt: sql`statement_timestamp()`,
    ...(tokenToSave.replaced ? { replacedAt: sql`statement_timestamp()`, replacements: oneInARowMore } : {}),
  };
  const isExpected = and(isUser(appId, canonicalUserId), eq(token.generation, expectedGeneration));
  const written =
    expectedGeneration === 0
      ? await queries.insert(token).values(values).onConflictDoNothing().returning()
      : await queries.update(token).set(values).where(isExpected).returning();
  return written[0];
}
