import { sql } from 'drizzle-orm';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createPaceStore, type PaceKey, type PaceStore, type SlotsGranted, type SlotsWanted } from './pace-store.ts';
import { pace } from './schema.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';

const MS = 0.01;

/** The instants that were given, each as often as it counts. */
const instantsOf = ({ count, firstAtMs, spacingMs }: SlotsGranted, weight = 1): number[] =>
  Array.from({ length: count }, (_, index) => firstAtMs + index * spacingMs).flatMap((at) =>
    Array.from({ length: weight }, () => at),
  );

/** The most of these instants that any stretch of this length holds, its beginning included and its end not. */
function mostWithin(instants: readonly number[], lengthMs: number): number {
  const sorted = instants.toSorted((one, other) => one - other);
  let most = 0;
  let first = 0;
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[first] ?? at) >= lengthMs - MS) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

onEveryEngine((database) => {
  let store: PaceStore;
  let keys = 0;
  beforeAll(() => {
    store = createPaceStore(database());
  });

  const newKey = (): PaceKey => ({ provider: 'rongcloud', appKey: `pace-${(keys += 1)}`, rateGroup: 'issueToken' });
  const wanted = (changes: Partial<SlotsWanted> = {}): SlotsWanted => ({
    spacingMs: 5,
    count: 1,
    weight: 1,
    aheadMs: 1_000,
    leadMs: 0,
    ...changes,
  });
  const nowMs = () => store.readClockMs();
  const set = (key: PaceKey, changes: Partial<typeof pace.$inferInsert>) =>
    database().run((queries) =>
      queries
        .update(pace)
        .set(changes)
        .where(sql`${pace.appKey} = ${key.appKey}`),
    );

  describe('to look', () => {
    test('shows nothing of an account that was never called, and changes nothing', async () => {
      const key = newKey();
      expect(await store.look(key)).toEqual([]);
      await store.reserve(key, wanted());
      await store.look(key);
      const [row] = await database().run((queries) =>
        queries
          .select()
          .from(pace)
          .where(sql`${pace.appKey} = ${key.appKey}`),
      );
      expect(await store.look(key)).toEqual([
        { rateGroup: 'issueToken', aheadMs: 0, pausedUntilMs: null, slowedTo: 1 },
      ]);
      const [after] = await database().run((queries) =>
        queries
          .select()
          .from(pace)
          .where(sql`${pace.appKey} = ${key.appKey}`),
      );
      expect(after).toEqual(row);
    });

    test('shows how far ahead slots are given away', async () => {
      const key = newKey();
      await store.reserve(key, wanted({ count: 150 }));
      const [group] = await store.look(key);
      expect(group?.aheadMs).toBeGreaterThan(200);
      expect(group?.aheadMs).toBeLessThan(750);
    });

    test('shows a pause and what a refusal left of the pace, by group', async () => {
      const key = newKey();
      await store.slowDown(key, 30_000);
      await store.reserve({ ...key, rateGroup: 'users' }, wanted());
      const [slowed, whole] = await store.look(key);
      expect(slowed).toMatchObject({ rateGroup: 'issueToken', aheadMs: 0 });
      expect(slowed?.slowedTo).toBeCloseTo(0.5, 1);
      expect((slowed?.pausedUntilMs ?? 0) - (await nowMs())).toBeGreaterThan(20_000);
      expect(whole).toMatchObject({ rateGroup: 'users', pausedUntilMs: null, slowedTo: 1 });
    });
  });

  describe('a schedule', () => {
    test('that nobody uses gives a slot at once, by the clock of the database', async () => {
      const before = await database().nowMs();
      const given = await store.reserve(newKey(), wanted());
      expect(given).toMatchObject({ count: 1, spacingMs: 5, firstAtMs: given.nowMs });
      expect(given.nowMs).toBeGreaterThanOrEqual(before - 1);
      expect(given.nowMs).toBeLessThanOrEqual((await database().nowMs()) + 1);
    });

    test('gives no slot that is over when the answer arrives', async () => {
      const given = await store.reserve(newKey(), wanted({ leadMs: 30 }));
      expect(given.firstAtMs - given.nowMs).toBeCloseTo(30, 1);
    });

    test('goes on where the last server left off, and hands out no past in bulk', async () => {
      const key = newKey();
      const one = await store.reserve(key, wanted({ count: 20, spacingMs: 100, aheadMs: 5_000 }));
      const other = await store.reserve(key, wanted({ count: 20, spacingMs: 100, aheadMs: 5_000 }));
      expect(other.firstAtMs - one.firstAtMs).toBeCloseTo(2_000, 1);
      await set(key, { lastAtMs: one.nowMs - 60_000 });
      const later = await store.reserve(key, wanted({ count: 2 }));
      expect(later.firstAtMs).toBe(later.nowMs);
    });

    test('keeps accounts and groups apart', async () => {
      const key = newKey();
      await store.reserve(key, wanted({ count: 100, spacingMs: 10 }));
      for (const other of [{ ...key, provider: 'nexconn' }, { ...key, rateGroup: 'readUser' }, newKey()]) {
        const given = await store.reserve(other, wanted());
        expect(given.firstAtMs).toBe(given.nowMs);
      }
    });

    test('gives as many as lie within the time that was named, and says when the next one is', async () => {
      const key = newKey();
      const most = await store.reserve(key, wanted({ count: 1_000, aheadMs: 25 }));
      expect(most.count).toBe(6);
      const none = await store.reserve(key, wanted({ count: 10, aheadMs: -1_000 }));
      expect(none.count).toBe(0);
      // On a slow machine the next slot has passed by then, and slots are never in the past.
      expect(none.firstAtMs).toBeCloseTo(Math.max(most.firstAtMs + 30, none.nowMs), 1);
    });

    test('never makes a login wait more than a few slots behind background work, however much of that there is', async () => {
      const background = wanted({ count: 100, aheadMs: 25 });
      for (let round = 0; round < 10; round += 1) {
        const key = newKey();
        await Promise.all(Array.from({ length: 8 }, () => store.reserve(key, background)));
        const login = await store.reserve(key, wanted());
        expect(login.count).toBe(1);
        expect(login.firstAtMs - login.nowMs).toBeLessThanOrEqual(25 + 5 + MS);
      }
    });

    test('follows a changed rate at once, also from one call in minutes to many a second', async () => {
      const key = newKey();
      const slow = await store.reserve(key, wanted({ spacingMs: 100_000 }));
      const refused = await store.reserve(key, wanted({ spacingMs: 100_000 }));
      expect(refused.count).toBe(0);
      const fast = await store.reserve(key, wanted({ spacingMs: 5 }));
      expect(fast.count).toBe(1);
      expect(fast.firstAtMs - slow.firstAtMs).toBeLessThan(50_000);
    });

    test('is not held up by instants of a clock that has been set back since', async () => {
      const key = newKey();
      const given = await store.reserve(key, wanted());
      const anHourAhead = given.nowMs + 3_600_000;
      await set(key, {
        lastAtMs: anHourAhead,
        pausedUntilMs: anHourAhead,
        slowedAtMs: anHourAhead,
        slowedTo: 0.1,
      });
      const next = await store.reserve(key, wanted());
      expect(next).toMatchObject({ count: 1, spacingMs: 5, firstAtMs: next.nowMs });
    });
  });

  test('whatever is asked for by many at once, no second holds more slots than the rate, and no slot is given twice', async () => {
    const request = fc.record({
      count: fc.integer({ min: 1, max: 12 }),
      weight: fc.constantFrom(1, 1, 1, 2, 7),
      aheadMs: fc.constantFrom(25, 1_000, 3_000),
      leadMs: fc.constantFrom(0, 3, 40),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20, max: 200 }),
        fc.array(request, { minLength: 10, maxLength: 40 }),
        async (rate, requests) => {
          const key = newKey();
          const given = await Promise.all(
            requests.map(async ({ count, weight, aheadMs, leadMs }) => {
              const spacingMs = 1_000 / rate;
              const asked = wanted({ spacingMs, count: weight === 1 ? count : 1, weight, aheadMs, leadMs });
              return instantsOf(await store.reserve(key, asked), weight);
            }),
          );
          expect(mostWithin(given.flat(), 1_000)).toBeLessThanOrEqual(rate);
        },
      ),
      { numRuns: 15 },
    );
  });

  describe('a provider that says that calls come too often', () => {
    test('gets nothing for as long as it asked, then half the pace, which grows back within a minute', async () => {
      const key = newKey();
      await store.reserve(key, wanted());
      await store.slowDown(key, 700);
      const slowed = await store.reserve(key, wanted());
      expect(slowed.firstAtMs - slowed.nowMs).toBeGreaterThan(300);
      expect(slowed.firstAtMs - slowed.nowMs).toBeLessThanOrEqual(700);
      expect(slowed.spacingMs).toBeGreaterThan(9);
      expect(slowed.spacingMs).toBeLessThanOrEqual(10);

      await set(key, { slowedAtMs: (await nowMs()) - 30_000, pausedUntilMs: 0, lastAtMs: 0 });
      expect((await store.reserve(key, wanted())).spacingMs).toBeCloseTo(5 / 0.75, 1);
      await set(key, { slowedAtMs: (await nowMs()) - 60_001 });
      expect((await store.reserve(key, wanted())).spacingMs).toBe(5);
    });

    test('is believed once for what it says in one second, and again for what it says later', async () => {
      const key = newKey();
      await Promise.all(Array.from({ length: 20 }, () => store.slowDown(key, 0)));
      expect((await store.reserve(key, wanted())).spacingMs).toBeLessThanOrEqual(10);
      await set(key, { slowedAtMs: (await nowMs()) - 1_100 });
      await store.slowDown(key, 0);
      expect((await store.reserve(key, wanted())).spacingMs).toBeGreaterThan(18);
    });

    test('can neither stop the calls for more than a minute nor bring them down to nothing', async () => {
      const key = newKey();
      for (let refusal = 0; refusal < 12; refusal += 1) {
        await set(key, { slowedAtMs: 0, slowedTo: refusal === 0 ? 1 : 1 / 32 });
        await store.slowDown(key, 3_600_000);
      }
      const next = await store.reserve(key, wanted());
      expect(next.firstAtMs - next.nowMs).toBeLessThanOrEqual(60_000);
      await set(key, { slowedTo: 1 / 32, slowedAtMs: (await nowMs()) - 1_100 });
      await store.slowDown(key, 0);
      expect((await store.reserve(key, wanted())).spacingMs).toBeLessThanOrEqual(5 * 32);
    });
  });
});
