import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { AppRecord } from './app-record.ts';
import { type AppStore, createAppStore } from './app-store.ts';
import { createCredentialStore, type CredentialStore } from './credential-store.ts';
import { credentialState } from './schema.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { sampleApp, testAudit, testKeyRing } from './testing/samples.ts';

onEveryEngine((database) => {
  let apps: AppStore;
  let store: CredentialStore;
  let app: AppRecord;
  beforeAll(() => {
    apps = createAppStore(database(), testKeyRing);
    store = createCredentialStore(database());
  });
  beforeEach(async () => {
    app = await apps.add(sampleApp(), testAudit);
  });

  const refuseTimes = async (times: number): Promise<void> => {
    for (let refusal = 1; refusal <= times; refusal += 1) expect(await store.refused(app)).toBe(refusal);
  };
  const changed = async (): Promise<AppRecord> => {
    const options = { dropTokens: false, expectedUpdatedAtMs: app.updatedAtMs };
    return (await apps.update(app.id, { settings: {} }, options, testAudit)) ?? app;
  };
  const letAMinutePass = (): Promise<unknown> =>
    database().run((queries) =>
      queries.update(credentialState).set({ probeAt: 1_000 }).where(eq(credentialState.appId, app.id)),
    );

  test('of an app that was never called nothing is known, and it may be called', async () => {
    expect(await store.admit(app)).toEqual({ refusals: 0, retryAfterMs: 0, accepted: null });
  });

  test('two refusals are counted, and the third pauses the app for a minute', async () => {
    await refuseTimes(2);
    expect(await store.admit(app)).toMatchObject({ refusals: 2, retryAfterMs: 0 });
    expect(await store.refused(app)).toBe(3);
    const { refusals, retryAfterMs } = await store.admit(app);
    expect(refusals).toBe(3);
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  test('whoever looks sees the refusals and the pause, and takes no probe', async () => {
    expect(await store.look(app)).toEqual({ refusals: 0, isPaused: false, probeAtMs: null, acceptedAtMs: null });
    await refuseTimes(2);
    expect(await store.look(app)).toMatchObject({ refusals: 2, isPaused: false, probeAtMs: null });
    expect(await store.refused(app)).toBe(3);
    expect(await store.look(app)).toMatchObject({ refusals: 3, isPaused: true });
    await letAMinutePass();
    expect(await store.look(app)).toMatchObject({ isPaused: true, probeAtMs: 1_000 });
    expect(await store.admit(app)).toMatchObject({ retryAfterMs: 0 });
    await store.accepted(app, 'hash-1');
    const nowMs = await database().nowMs();
    const { acceptedAtMs, ...rest } = await store.look(app);
    expect(rest).toEqual({ refusals: 0, isPaused: false, probeAtMs: null });
    expect(Math.abs(nowMs - (acceptedAtMs ?? 0))).toBeLessThan(2_000);
  });

  test('after the minute one of many callers may probe, and the others wait another minute', async () => {
    await refuseTimes(3);
    await letAMinutePass();
    const waits = await Promise.all(Array.from({ length: 8 }, () => store.admit(app)));
    expect(waits.filter(({ retryAfterMs }) => retryAfterMs === 0)).toHaveLength(1);
    expect(Math.min(...waits.map(({ retryAfterMs }) => retryAfterMs).filter((ms) => ms > 0))).toBeGreaterThan(50_000);
  });

  test('a success forgets the refusals, and which secret it was stays known', async () => {
    await refuseTimes(3);
    await store.accepted(app, 'hash-of-it');
    const { refusals, retryAfterMs, accepted } = await store.admit(app);
    expect({ refusals, retryAfterMs, credentials: accepted?.credentials }).toEqual({
      refusals: 0,
      retryAfterMs: 0,
      credentials: 'hash-of-it',
    });
    expect(accepted?.msAgo).toBeLessThan(10_000);
    await refuseTimes(1);
    expect((await store.admit(app)).accepted?.credentials).toBe('hash-of-it');
  });

  test('a changed app begins anew, and what is said of it as it was counts no more', async () => {
    await store.accepted(app, 'hash-of-it');
    await refuseTimes(3);
    const old = app;
    app = await changed();
    expect(await store.admit(app)).toMatchObject({ refusals: 0, retryAfterMs: 0 });
    await refuseTimes(1);
    expect(await store.refused(old)).toBe(0);
    await store.accepted(old, 'hash-of-the-old');
    expect(await store.admit(app)).toMatchObject({ refusals: 1, accepted: { credentials: 'hash-of-it' } });
  });

  test('refusals at the same time are all counted', async () => {
    const counts = await Promise.all(Array.from({ length: 6 }, () => store.refused(app)));
    expect(new Set(counts)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });

  test('what is known of an app goes with it', async () => {
    await refuseTimes(1);
    await apps.remove(app.id, testAudit);
    await apps.purgeRemoved(-1_000);
    const left = await database().run((queries) =>
      queries.select().from(credentialState).where(eq(credentialState.appId, app.id)),
    );
    expect(left).toEqual([]);
  });
});
