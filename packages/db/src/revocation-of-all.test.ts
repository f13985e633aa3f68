import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { createAppStore } from './app-store.ts';
import { createJobStore } from './job-store.ts';
import type { JobStore } from './job-store.ts';
import { createRevocationStore } from './revocation-store.ts';
import type { RevocationStore } from './revocation-store.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './testing/samples.ts';
import { createTokenStore } from './token-store.ts';
import type { TokenStore } from './token-store.ts';

const INSTANT = { revokedBeforeMs: 1_795_000_002_000, issueAfterMs: 1_795_000_003_000 };

onEveryEngine((database) => {
  let appId: number;
  let jobs: JobStore;
  let revocations: RevocationStore;
  let tokens: TokenStore;
  beforeEach(async () => {
    ({ id: appId } = await createAppStore(database(), testKeyRing).add(sampleApp(), testAudit));
    jobs = createJobStore(database());
    revocations = createRevocationStore(database());
    tokens = createTokenStore(database(), testKeyRing);
    for (const { id } of await revocations.claimDue(1_000)) await revocations.settle([id], { state: 'delivered' });
  });

  const acceptAll = (changes: Partial<Parameters<RevocationStore['acceptAll']>[0]> = {}) =>
    revocations.acceptAll({ appId, secretEpoch: 1, bar: false, isTold: true, instant: INSTANT, ...changes }, testAudit);

  const save = (userId: string, changes: object = {}) =>
    tokens.save(sampleToken(appId, { canonicalUserId: userId, userId, ...changes }), testAudit);

  describe('a revoke of all', () => {
    test('ends every stored token, and every one that was asked for before it, of this app alone', async () => {
      const { id: other } = await createAppStore(database(), testKeyRing).add(sampleApp(), testAudit);
      await tokens.save(sampleToken(other), testAudit);
      await save('alice');
      expect(await acceptAll()).toMatchObject({ users: 1, isBarred: false, job: { kind: 'revoke-all', items: 1 } });

      const { stored, standing } = await tokens.read(appId, 'alice');
      expect(stored).toMatchObject({ isRevoked: true });
      expect(standing).toMatchObject({ revocationEpoch: 1, issueAfterMs: INSTANT.issueAfterMs, barredAtMs: null });
      expect((await tokens.list(appId, { limit: 9 })).tokens).toMatchObject([{ isRevoked: true }]);
      expect((await tokens.inspectMany(appId, ['bob'])).users).toMatchObject([{ standing: { revocationEpoch: 1 } }]);
      expect(await save('bob')).toBeUndefined();
      expect(await save('bob', { revocationEpoch: 1 })).toMatchObject({ isRevoked: false });
      expect(await save('alice', { revocationEpoch: 1, expectedGeneration: 1 })).toMatchObject({ isRevoked: false });
      expect((await tokens.read(other, 'alice')).stored).toMatchObject({ isRevoked: false });
    });

    test('counts together with the revokes of single users', async () => {
      await save('alice');
      await revocations.stopServing(appId, ['alice'], testAudit);
      await acceptAll();
      await revocations.stopServing(appId, ['alice'], testAudit);
      expect(await save('alice', { revocationEpoch: 2, expectedGeneration: 1 })).toBeUndefined();
      expect(await save('alice', { revocationEpoch: 3, expectedGeneration: 1 })).toMatchObject({ isRevoked: false });
    });

    test('bars everybody until the bar is lifted, and leaves the bars of single users', async () => {
      await revocations.accept(
        { appId, secretEpoch: 1, canonicalUserIds: ['alice'], bar: true, isTold: false, instant: undefined },
        testAudit,
      );
      expect(await acceptAll({ bar: true })).toMatchObject({ users: 0, job: undefined, isBarred: true });
      expect((await tokens.read(appId, 'bob')).standing.barredAtMs).not.toBeNull();
      expect(await revocations.unbarAll(appId, testAudit)).toBe(true);
      expect(await revocations.unbarAll(appId, testAudit)).toBe(false);
      expect((await tokens.read(appId, 'bob')).standing.barredAtMs).toBeNull();
      expect((await tokens.read(appId, 'alice')).standing.barredAtMs).not.toBeNull();
    });

    test('does nothing where the app is another account by now', async () => {
      await save('alice');
      expect(await acceptAll({ secretEpoch: 2 })).toBeUndefined();
      expect((await tokens.read(appId, 'alice')).stored).toMatchObject({ isRevoked: false });
    });

    test('whose instant is missing gets one, for the job and for whoever waits', async () => {
      await save('alice');
      const accepted = await acceptAll({ instant: 'missing' });
      expect((await tokens.read(appId, 'alice')).standing).toMatchObject({ instantMissing: true, issueAfterMs: null });
      await revocations.fixInstant(appId, ['alice'], INSTANT);
      await revocations.fixInstant(appId, [], { revokedBeforeMs: 1, issueAfterMs: 1 });
      expect((await tokens.read(appId, 'alice')).standing).toMatchObject({
        instantMissing: false,
        issueAfterMs: INSTANT.issueAfterMs,
      });
      expect(await jobs.find(accepted?.job?.id ?? 0)).toMatchObject({ revokedBeforeMs: INSTANT.revokedBeforeMs });
    });
  });

  describe('its job', () => {
    test('has the provider told of each user once, with one instant, and ends when it was', async () => {
      const count = 2_300;
      await database().run((queries) =>
        queries.execute(sql`
          insert into immint.token (app_id, canonical_user_id, user_id, name, generation, secret_epoch, token_sealed, fingerprint,
            issued_at, lifetime)
          select ${appId}, 'u' || n, 'u' || n, 'n', 1, 1, 'x', 'f', now(), 'unknown'
          from generate_series(1, ${count}::integer) as n`),
      );
      const id = (await acceptAll())?.job?.id ?? 0;
      await save('latecomer', { revocationEpoch: 1 });

      const users = new Set<string>();
      for (;;) {
        await Promise.all([jobs.advanceRevocationOfAll(id), jobs.advanceRevocationOfAll(id)]);
        const due = await revocations.claimDue(1_000);
        if (due.length === 0) break;
        for (const { canonicalUserId, revokedBeforeMs } of due) {
          expect(users.has(canonicalUserId)).toBe(false);
          expect(revokedBeforeMs).toBe(INSTANT.revokedBeforeMs);
          users.add(canonicalUserId);
        }
        const [failing, ...others] = due.map((record) => record.id);
        await revocations.settle(others, { state: 'delivered' });
        await revocations.settle([failing ?? 0], { state: 'failed', reason: 'USER_UNKNOWN' });
      }
      expect(users.size).toBe(count);
      expect(users.has('latecomer')).toBe(false);
      const done = await jobs.find(id);
      expect(done).toMatchObject({ state: 'done', items: count });
      expect(done?.counts.failed).toBeGreaterThanOrEqual(1);
      expect((done?.counts.told ?? 0) + (done?.counts.failed ?? 0)).toBe(count);
    });

    test('stands still while it is paused, and ends when the app becomes another account', async () => {
      await save('alice');
      const id = (await acceptAll())?.job?.id ?? 0;
      await jobs.change(id, { to: 'paused', because: 'ASKED' }, testAudit);
      expect(await jobs.advanceRevocationOfAll(id)).toBeUndefined();
      await jobs.change(id, { to: 'running', from: 'paused' }, testAudit);
      const apps = createAppStore(database(), testKeyRing);
      const [record] = (await apps.list()).filter((each) => each.id === appId);
      await apps.update(
        appId,
        { appKey: `other-${appId}` },
        { dropTokens: true, expectedUpdatedAtMs: record?.updatedAtMs ?? 0 },
        testAudit,
      );
      expect(await jobs.find(id)).toMatchObject({ state: 'cancelled' });
      expect((await tokens.read(appId, 'alice')).standing.issueAfterMs).toBeNull();
    });
  });
});
