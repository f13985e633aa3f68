import { eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { createAppStore } from './app-store.ts';
import { createLeaseStore, type Lease, type LeaseStore } from './lease-store.ts';
import { createRevocationStore } from './revocation-store.ts';
import { userStanding } from './schema.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './testing/samples.ts';
import { createTokenStore } from './token-store.ts';

const LONG = { holder: 'server-1', urgency: 'login', forMs: 20_000 } as const;

onEveryEngine((database) => {
  let leases: LeaseStore;
  let alice: { appId: number; canonicalUserId: string };
  beforeEach(async () => {
    leases = createLeaseStore(database());
    const { id } = await createAppStore(database(), testKeyRing).add(sampleApp(), testAudit);
    alice = { appId: id, canonicalUserId: 'alice' };
  });

  const take = async (user = alice, options: Parameters<LeaseStore['take']>[1] = LONG): Promise<Lease> => {
    const lease = await leases.take(user, options);
    if (lease === undefined) throw new Error('the lease is held');
    return lease;
  };

  /** As if so much time had passed since the lease was taken or renewed. */
  const letExpire = () =>
    database().run(async (queries) => {
      await queries.update(userStanding).set({ leaseUntil: sql`statement_timestamp() - interval '1 millisecond'` });
    });

  const save = (lease: Lease, changes: Partial<Parameters<typeof sampleToken>[1]> = {}) =>
    createTokenStore(database(), testKeyRing).save(
      sampleToken(alice.appId, { fence: lease.fence, ...changes }),
      testAudit,
    );

  describe('taking', () => {
    test('one of many who want the same user gets the lease', async () => {
      const taken = await Promise.all(Array.from({ length: 20 }, () => leases.take(alice, LONG)));
      expect(taken.filter((lease) => lease !== undefined)).toEqual([{ ...alice, fence: 1 }]);
    });

    test('users do not stand in each other’s way', async () => {
      await take();
      expect(await leases.take({ ...alice, canonicalUserId: 'bob' }, LONG)).toMatchObject({ fence: 1 });
    });

    test('the next one has a higher fence, after an end and after an expiry', async () => {
      await leases.end(await take(), { possibleOrphans: 0 });
      expect((await take()).fence).toBe(2);
      await letExpire();
      expect((await take()).fence).toBe(3);
    });

    test('taking over what was never ended counts a possible orphan, and what was ended does not', async () => {
      await leases.end(await take(), { possibleOrphans: 0 });
      const dead = await take();
      await letExpire();
      await leases.end(await take(), { possibleOrphans: 0 });
      expect(await leases.possibleOrphans(alice.appId)).toBe(1);
      await leases.end(dead, { possibleOrphans: 1 });
      expect(await leases.possibleOrphans(alice.appId)).toBe(1);
    });

    test('what was never ended counts as a possible orphan also while nobody takes it over', async () => {
      const lease = await take();
      expect(await leases.possibleOrphans(alice.appId)).toBe(1);
      await letExpire();
      expect(await leases.possibleOrphans(alice.appId)).toBe(1);
      await leases.end(lease, { possibleOrphans: 0 });
      expect(await leases.possibleOrphans(alice.appId)).toBe(0);
    });

    test('a lease from before the database’s clock was set back locks nobody out', async () => {
      await take();
      await database().run(async (queries) => {
        await queries.update(userStanding).set({ leaseUntil: sql`statement_timestamp() + interval '1 hour'` });
      });
      expect(await leases.look([alice])).toMatchObject([{ isHeld: false }]);
      expect(await take()).toMatchObject({ fence: 2 });
    });

    test('a lease ends by itself on the database’s clock', async () => {
      await take(alice, { ...LONG, forMs: 30 });
      await expect.poll(() => leases.take(alice, LONG), { interval: 10 }).toMatchObject({ fence: 2 });
    });
  });

  describe('renewing', () => {
    test('keeps many leases in one statement, and tells which are lost', async () => {
      const [mine, lost] = [await take(), await take({ ...alice, canonicalUserId: 'bob' })];
      await letExpire();
      await take({ ...alice, canonicalUserId: 'bob' }, { ...LONG, holder: 'server-2' });
      expect(await leases.renew([mine, lost], 20_000)).toEqual([{ ...mine, isHurried: false }]);
      expect(await leases.take(alice, LONG)).toBeUndefined();
    });

    test('does not bring back what was ended', async () => {
      const lease = await take();
      await leases.end(lease, { possibleOrphans: 0 });
      expect(await leases.renew([lease], 20_000)).toEqual([]);
      expect(await leases.take(alice, LONG)).toMatchObject({ fence: 2 });
    });

    test('tells that a login waits', async () => {
      const lease = await take(alice, { ...LONG, urgency: 'background' });
      expect(await leases.look([alice])).toMatchObject([{ urgency: 'background', isHeld: true }]);
      await leases.hurry(lease);
      expect(await leases.renew([lease], 20_000)).toEqual([{ ...lease, isHurried: true }]);
    });

    test('passes over a row that somebody is changing, and keeps the others', async () => {
      const [held, changing] = [await take(), await take({ ...alice, canonicalUserId: 'bob' })];
      const renewed = await database().transaction(async (queries) => {
        await queries.update(userStanding).set({ hurried: true }).where(eq(userStanding.canonicalUserId, 'bob'));
        // With one connection there is nobody who could be in the way.
        return database().engine === 'embedded' ? [held] : leases.renew([held, changing], 20_000);
      });
      expect(renewed).toMatchObject([held]);
      expect(await leases.renew([held, changing], 20_000)).toHaveLength(2);
    });

    test('of nothing is nothing', async () => {
      expect(await leases.renew([], 1)).toEqual([]);
    });
  });

  describe('ending', () => {
    test('those who waited see why there is no token, until there is one', async () => {
      const failure = { reason: 'PROVIDER_FAILED', sentence: 'The provider failed inside.', retryAfterMs: 5 };
      const lease = await take();
      await leases.end(lease, { failure, possibleOrphans: 1 });
      expect(await leases.look([alice])).toEqual([{ ...lease, isHeld: false, urgency: 'login', failure }]);
      expect(await leases.possibleOrphans(alice.appId)).toBe(1);
      const next = await take();
      expect(await leases.look([alice])).toMatchObject([{ isHeld: true, failure: null }]);
      await save(next);
      expect(await leases.look([alice])).toMatchObject([{ fence: 2, isHeld: false, failure: null }]);
    });

    test('by whoever lost it changes nothing', async () => {
      const lost = await take();
      await letExpire();
      await take();
      await leases.end(lost, { failure: { reason: 'INTERNAL', sentence: 'Late.' }, possibleOrphans: 1 });
      expect(await leases.look([alice])).toMatchObject([{ fence: 2, isHeld: true, failure: null }]);
      // The one that was lost, and the one that is held.
      expect(await leases.possibleOrphans(alice.appId)).toBe(2);
    });

    test('a user of whom nobody asked for a token has no lease to look at', async () => {
      expect(await leases.look([alice])).toEqual([]);
    });
  });

  describe('saving under a lease', () => {
    test('ends it', async () => {
      expect(await save(await take())).toMatchObject({ generation: 1, fence: 1 });
      expect(await leases.take(alice, LONG)).toMatchObject({ fence: 2 });
    });

    test('is possible after its time, while nobody else took it', async () => {
      const lease = await take();
      await letExpire();
      expect(await save(lease)).toMatchObject({ generation: 1 });
    });

    test('writes nothing once somebody else took it, whatever is stored', async () => {
      const late = await take();
      await letExpire();
      const next = await take();
      expect(await save(late)).toBeUndefined();
      expect(await save(next)).toMatchObject({ generation: 1, fence: 2 });
      expect(await save(late, { expectedGeneration: 1 })).toBeUndefined();
    });

    test('writes nothing after a revoke, and leaves the lease for whoever holds it to end', async () => {
      const lease = await take();
      await createRevocationStore(database()).stopServing(alice.appId, ['alice'], testAudit);
      expect(await save(lease)).toBeUndefined();
      expect(await leases.look([alice])).toMatchObject([{ isHeld: true }]);
    });

    test('a second time writes nothing', async () => {
      const lease = await take();
      await save(lease);
      expect(await save(lease)).toBeUndefined();
    });
  });

  describe('the allowance of replacements on demand', () => {
    test('lets as many through as it has, however many ask at once, and tells the rest how long to wait', async () => {
      const takes = Array.from({ length: 30 }, () =>
        leases.takeReplacement(alice.appId, { most: 10, perSecond: 0.001 }),
      );
      const waits = await Promise.all(takes);
      expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(10);
      for (const waitMs of waits.filter((each) => each > 0)) {
        expect(waitMs).toBeGreaterThan(900_000);
        expect(waitMs).toBeLessThanOrEqual(1_000_000);
      }
    });

    test('fills up again with time', async () => {
      expect(await leases.takeReplacement(alice.appId, { most: 1, perSecond: 50 })).toBe(0);
      await expect.poll(() => leases.takeReplacement(alice.appId, { most: 1, perSecond: 50 })).toBe(0);
    });
  });
});
