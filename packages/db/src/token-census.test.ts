import { Secret } from '@immint/secrets';
import { eq, sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { createAppStore } from './app-store.ts';
import { createRevocationStore } from './revocation-store.ts';
import { app, token } from './schema.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './testing/samples.ts';
import { createTokenCensus, type TokenCensus, type TokenCounts } from './token-census.ts';
import { createTokenStore } from './token-store.ts';

const LAST = { lastMs: 60_000, lastShare: 0.1 };
const NONE: TokenCounts = { revoked: 0, discarded: 0, ofEarlierSecrets: 0, expired: 0, reported: 0, good: 0 };

onEveryEngine((database) => {
  let census: TokenCensus;
  let appId: number;
  beforeEach(async () => {
    census = createTokenCensus(database());
    ({ id: appId } = await createAppStore(database(), testKeyRing).add(sampleApp(), testAudit));
  });

  /** Stores a token of a new user, and makes of it what these columns say. */
  async function store(userId: string, columns: Partial<typeof token.$inferInsert> = {}): Promise<void> {
    const saved = await createTokenStore(database(), testKeyRing).save(
      sampleToken(appId, { canonicalUserId: userId, userId, token: Secret.of(`token-of-${userId}`) }),
      testAudit,
    );
    expect(saved).toBeDefined();
    if (Object.keys(columns).length === 0) return;
    await database().run((queries) =>
      queries
        .update(token)
        .set(columns)
        .where(sql`${token.appId} = ${appId} and ${token.canonicalUserId} = ${userId}`),
    );
  }

  test('an app without tokens has none in any state', async () => {
    expect(await census.count(appId, LAST)).toEqual(NONE);
  });

  test('every token is counted once, in the first state that fits', async () => {
    const nowMs = await database().nowMs();
    await store('good');
    await store('reported', { reportedAt: nowMs });
    await store('earlier', { secretEpoch: 7, reportedAt: nowMs });
    await store('discarded', { discarded: true, secretEpoch: 7 });
    await store('revoked', { discarded: true });
    await createRevocationStore(database()).stopServing(appId, ['revoked'], testAudit);
    expect(await census.count(appId, LAST)).toEqual({
      revoked: 1,
      discarded: 1,
      ofEarlierSecrets: 1,
      expired: 0,
      reported: 1,
      good: 1,
    });
  });

  test('a token in the last minute of its life counts as expired, and a short-lived one in the last tenth', async () => {
    const nowMs = await database().nowMs();
    const living = (lifeMs: number, leftMs: number) => ({
      lifetime: 'known' as const,
      issuedAt: nowMs + leftMs - lifeMs,
      expiresAt: nowMs + leftMs,
    });
    await store('long-enough', living(86_400_000, 90_000));
    await store('last-minute', living(86_400_000, 50_000));
    await store('short-lived', living(100_000, 30_000));
    await store('over', living(100_000, -1));
    expect(await census.count(appId, LAST)).toEqual({ ...NONE, expired: 2, good: 2 });
  });

  test('a revoke of all users of the app revokes each of them', async () => {
    await store('alice');
    await store('bob', { revocationEpoch: 1 });
    await database().run((queries) => queries.update(app).set({ revocationEpoch: 1 }).where(eq(app.id, appId)));
    expect(await census.count(appId, LAST)).toEqual({ ...NONE, revoked: 1, good: 1 });
  });

  test('what was issued before a discard of the whole app is discarded, and the rest is good', async () => {
    await store('before', { issuedAt: 1_000_000 });
    await store('after', { issuedAt: 3_000_000 });
    await database().run((queries) => queries.update(app).set({ discardedBefore: 2_000_000 }).where(eq(app.id, appId)));
    expect(await census.count(appId, LAST)).toEqual({ ...NONE, discarded: 1, good: 1 });
  });

  test('other apps are not counted', async () => {
    await store('good');
    const { id } = await createAppStore(database(), testKeyRing).add(sampleApp(), testAudit);
    expect(await census.count(id, LAST)).toEqual(NONE);
  });
});
