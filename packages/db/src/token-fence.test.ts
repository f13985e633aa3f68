import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAppStore } from './app-store.ts';
import type { Database } from './database.ts';
import { openDatabase } from './open-database.ts';
import { app, userStanding } from './schema.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './testing/samples.ts';
import { startPostgres, type TestPostgres } from './testing/start-postgres.ts';
import { createRevocationStore } from './revocation-store.ts';
import { endLeaseIfUnchanged } from './user-standing.ts';
import { createTokenStore } from './token-store.ts';

// Two servers, one PostgreSQL: a token that arrives while its app is being changed. PGlite has one connection and
// cannot show this.

let postgres: TestPostgres;
let database: Database;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await openDatabase({ kind: 'postgres', url: await postgres.createDatabase() });
});
afterAll(async () => {
  await database.close();
  await postgres.stop();
});

/** How many statements wait for somebody else's lock. */
async function countWaiting(): Promise<number | undefined> {
  const [row] = await database.run((queries) =>
    queries
      .select({ count: sql`count(*)`.mapWith(Number) })
      .from(sql`pg_stat_activity`)
      .where(sql`wait_event_type = 'Lock'`),
  );
  return row?.count;
}

test.each([
  ['raises the secret epoch', { secretEpoch: 2 }],
  ['removes the app', { removedAt: sql`now()` }],
])('a token that is saved during a change that %s waits for it, and is refused', async (_what, change) => {
  const { id } = await createAppStore(database, testKeyRing).add(sampleApp(), testAudit);
  const tokens = createTokenStore(database, testKeyRing);
  const saving = await database.transaction(async (queries) => {
    await queries.update(app).set(change).where(eq(app.id, id));
    const promise = tokens.save(sampleToken(id), testAudit);
    await expect.poll(countWaiting).toBe(1);
    return { promise };
  });
  expect(await saving.promise).toBeUndefined();
  expect((await tokens.read(id, 'alice')).stored).toBeUndefined();
});

test('a change that is asked for while a token is being saved comes after it, and drops it', async () => {
  const apps = createAppStore(database, testKeyRing);
  const { id, updatedAtMs } = await apps.add(sampleApp(), testAudit);
  const changing = await database.transaction(async (queries) => {
    await queries.select().from(app).where(eq(app.id, id)).for('share');
    const promise = apps.update(id, {}, { dropTokens: true, expectedUpdatedAtMs: updatedAtMs }, testAudit);
    await expect.poll(countWaiting).toBe(1);
    await createTokenStore(database, testKeyRing).save(sampleToken(id), testAudit);
    return { promise };
  });
  expect(await changing.promise).toMatchObject({ secretEpoch: 2 });
  expect(await apps.countTokens(id)).toBe(0);
});

test('the first token of a user that is saved while the user is being revoked waits for the revoke, and is refused', async () => {
  const { id } = await createAppStore(database, testKeyRing).add(sampleApp(), testAudit);
  const tokens = createTokenStore(database, testKeyRing);
  const saving = await database.transaction(async (queries) => {
    await queries.insert(userStanding).values({ appId: id, canonicalUserId: 'alice', revocationEpoch: 1 });
    const promise = tokens.save(sampleToken(id), testAudit);
    await expect.poll(countWaiting).toBe(1);
    return { promise };
  });
  expect(await saving.promise).toBeUndefined();
  expect((await tokens.read(id, 'alice')).stored).toBeUndefined();
});

test('a revoke that is accepted while a token is being saved comes after it, and revokes it', async () => {
  const { id } = await createAppStore(database, testKeyRing).add(sampleApp(), testAudit);
  const tokens = createTokenStore(database, testKeyRing);
  await tokens.save(sampleToken(id), testAudit);
  const revoking = await database.transaction(async (queries) => {
    const all = { revocationEpoch: 0, barredAt: null, issueAfter: null, instantMissing: false };
    await endLeaseIfUnchanged(queries, { appId: id, canonicalUserId: 'alice', fence: 0, revocationEpoch: 0 }, all);
    const promise = createRevocationStore(database).stopServing(id, ['alice'], testAudit);
    await expect.poll(countWaiting).toBe(1);
    return { promise };
  });
  await revoking.promise;
  expect((await tokens.read(id, 'alice')).stored).toMatchObject({ isRevoked: true });
});

test('a token that is saved while all users of its app are revoked is not stored', async () => {
  const { id } = await createAppStore(database, testKeyRing).add(sampleApp(), testAudit);
  const tokens = createTokenStore(database, testKeyRing);
  const saving = await database.transaction(async (queries) => {
    await queries.update(app).set({ revocationEpoch: 1 }).where(eq(app.id, id));
    const promise = tokens.save(sampleToken(id), testAudit);
    await expect.poll(countWaiting).toBe(1);
    return { promise };
  });
  expect(await saving.promise).toBeUndefined();
  expect((await tokens.read(id, 'alice')).stored).toBeUndefined();
});

test('a revoke of all users that is accepted while a token is being saved comes after it, and revokes it', async () => {
  const { id } = await createAppStore(database, testKeyRing).add(sampleApp(), testAudit);
  const tokens = createTokenStore(database, testKeyRing);
  await tokens.save(sampleToken(id), testAudit);
  const revoking = await database.transaction(async (queries) => {
    await queries.select().from(app).where(eq(app.id, id)).for('share');
    const revoke = { appId: id, secretEpoch: 1, bar: false, isTold: true, instant: undefined };
    const promise = createRevocationStore(database).acceptAll(revoke, testAudit);
    await expect.poll(countWaiting).toBe(1);
    return { promise };
  });
  expect(await revoking.promise).toMatchObject({ users: 1, job: { items: 1 } });
  expect((await tokens.read(id, 'alice')).stored).toMatchObject({ isRevoked: true });
});
