import { beforeEach, describe, expect, test } from 'vitest';
import { createAppStore } from './app-store.ts';
import type { RevocationStore } from './revocation-store.ts';
import { createRevocationStore } from './revocation-store.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './testing/samples.ts';
import { createTokenStore } from './token-store.ts';
import type { TokenStore } from './token-store.ts';

const INSTANT = { revokedBeforeMs: 1_795_000_002_000, issueAfterMs: 1_795_000_003_000 };

onEveryEngine((database) => {
  let appId: number;
  let revocations: RevocationStore;
  let tokens: TokenStore;
  beforeEach(async () => {
    ({ id: appId } = await createAppStore(database(), testKeyRing).add(sampleApp(), testAudit));
    revocations = createRevocationStore(database());
    tokens = createTokenStore(database(), testKeyRing);
    // What other tests left to be told would be claimed here.
    for (const { id } of await revocations.claimDue(1_000)) await revocations.settle([id], { state: 'delivered' });
  });

  const accept = (changes: Partial<Parameters<RevocationStore['accept']>[0]> = {}) =>
    revocations.accept(
      { appId, secretEpoch: 1, canonicalUserIds: ['alice'], bar: false, isTold: true, instant: INSTANT, ...changes },
      testAudit,
    );
  const standing = async () => (await tokens.read(appId, 'alice')).standing;

  describe('a revoke', () => {
    test('makes the stored token one that is revoked, of this user alone', async () => {
      await tokens.save(sampleToken(appId), testAudit);
      await tokens.save(sampleToken(appId, { canonicalUserId: 'bob', userId: 'bob' }), testAudit);
      await accept();
      expect((await tokens.read(appId, 'alice')).stored).toMatchObject({ isRevoked: true });
      expect((await tokens.read(appId, 'bob')).stored).toMatchObject({ isRevoked: false });
      const { tokens: listed } = await tokens.list(appId, { limit: 9 });
      expect(listed.map(({ userId, isRevoked }) => [userId, isRevoked])).toEqual([
        ['alice', true],
        ['bob', false],
      ]);
    });

    test('counts, and keeps the latest instant from which a new token is safe', async () => {
      await accept();
      await accept({ instant: { ...INSTANT, issueAfterMs: INSTANT.issueAfterMs - 500 } });
      expect(await standing()).toEqual({
        revocationEpoch: 2,
        barredAtMs: null,
        fence: 0,
        failedAtMs: null,
        issueAfterMs: INSTANT.issueAfterMs,
        instantMissing: false,
      });
    });

    test('refuses a token that was asked for before it, and takes one that was asked for after it', async () => {
      await accept();
      expect(await tokens.save(sampleToken(appId), testAudit)).toBeUndefined();
      const saved = await tokens.save(sampleToken(appId, { revocationEpoch: 1 }), testAudit);
      expect(saved).toMatchObject({ generation: 1, isRevoked: false });
    });

    test('bars until it is lifted, and a revoke without a bar lifts none', async () => {
      await accept({ bar: true });
      await accept();
      expect((await standing()).barredAtMs).toEqual(expect.any(Number));
      expect(await revocations.unbar(appId, ['alice', 'bob'], testAudit)).toEqual(new Set(['alice']));
      expect(await standing()).toMatchObject({ barredAtMs: null, revocationEpoch: 2 });
    });

    test('of an app that is another account by now does nothing', async () => {
      expect(await accept({ secretEpoch: 2 })).toBeUndefined();
      expect((await standing()).revocationEpoch).toBe(0);
    });

    test('by the provider itself stops serving, and leaves nothing to be told', async () => {
      await revocations.stopServing(appId, ['alice'], testAudit);
      expect((await standing()).revocationEpoch).toBe(1);
      expect(await revocations.latest(appId, 'alice')).toBeUndefined();
    });
  });

  describe('what is to be told', () => {
    test('belongs to whoever accepted it, for a while', async () => {
      const [record] = (await accept()) ?? [];
      expect(record).toMatchObject({ state: 'pending', attempts: 1, revokedBeforeMs: INSTANT.revokedBeforeMs });
      expect(await revocations.claimDue(10)).toEqual([]);
    });

    test('is taken once when it is due, with the same instant', async () => {
      const [record] = (await accept()) ?? [];
      await revocations.settle([record?.id ?? 0], { state: 'pending', reason: 'PROVIDER_TIMEOUT', retryAfterMs: 0 });
      const claimed = await revocations.claimDue(10);
      expect(claimed).toMatchObject([
        { id: record?.id, attempts: 2, revokedBeforeMs: INSTANT.revokedBeforeMs, reason: 'PROVIDER_TIMEOUT' },
      ]);
      expect(await revocations.claimDue(10)).toEqual([]);
    });

    test('stays settled once it is settled', async () => {
      const [record] = (await accept()) ?? [];
      await revocations.settle([record?.id ?? 0], { state: 'delivered' });
      await revocations.settle([record?.id ?? 0], { state: 'failed', reason: 'PROVIDER_REFUSED' });
      expect(await revocations.latest(appId, 'alice')).toMatchObject({ state: 'delivered', reason: null });
    });

    test('is nothing where the provider has no call for it', async () => {
      await accept({ isTold: false, instant: undefined });
      expect(await revocations.latest(appId, 'alice')).toMatchObject({ state: 'unsupported', revokedBeforeMs: null });
    });

    test('gets its instant once: one that is fixed later changes nothing', async () => {
      await accept({ instant: 'missing' });
      expect(await standing()).toMatchObject({ instantMissing: true, issueAfterMs: null });
      await revocations.fixInstant(appId, ['alice'], INSTANT);
      expect(await standing()).toMatchObject({ instantMissing: false, issueAfterMs: INSTANT.issueAfterMs });
      const later = { revokedBeforeMs: INSTANT.revokedBeforeMs + 9_000, issueAfterMs: INSTANT.issueAfterMs + 9_000 };
      const pending = await revocations.fixInstant(appId, ['alice'], later);
      expect(pending).toMatchObject([{ revokedBeforeMs: INSTANT.revokedBeforeMs }]);
      expect(await standing()).toMatchObject({ issueAfterMs: INSTANT.issueAfterMs });
    });

    test('is not told to another account', async () => {
      const apps = createAppStore(database(), testKeyRing);
      const [record] = (await accept({ instant: 'missing', bar: true })) ?? [];
      await revocations.settle([record?.id ?? 0], { state: 'pending', reason: 'PROVIDER_TIMEOUT', retryAfterMs: 0 });
      const app = (await apps.list()).find(({ id }) => id === appId);
      const options = { dropTokens: true, expectedUpdatedAtMs: app?.updatedAtMs ?? 0 };
      await apps.update(appId, { appKey: `other-${appId}` }, options, testAudit);
      expect(await revocations.claimDue(10)).toEqual([]);
      expect(await standing()).toMatchObject({ instantMissing: false, barredAtMs: expect.any(Number) });
    });

    test('is forgotten when it was settled long ago', async () => {
      await accept({ isTold: false, instant: undefined });
      expect(await revocations.purgeSettled(60_000)).toBe(0);
      expect(await revocations.purgeSettled(-60_000)).toBeGreaterThan(0);
      expect(await revocations.latest(appId, 'alice')).toBeUndefined();
    });
  });
});
