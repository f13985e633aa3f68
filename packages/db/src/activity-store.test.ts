import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { type ActivityStore, createActivityStore, type NewActivity } from './activity-store.ts';
import { createAppStore } from './app-store.ts';
import { appActivity } from './schema.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { sampleApp, testAudit, testKeyRing } from './testing/samples.ts';

const NOTHING = { handedOut: 0, issued: 0, failed: 0, reported: 0 };

const REFUSED = {
  kind: 'credentials-refused',
  reason: 'PROVIDER_CREDENTIALS_REFUSED',
  sentence: 'The provider refuses.',
  isMinor: false,
};
const HELD_BACK = { kind: 'held-back', reason: 'RATE_USED_UP', sentence: 'The share is used up.', isMinor: true };

onEveryEngine((database) => {
  let activity: ActivityStore;
  let appId: number;
  beforeEach(async () => {
    activity = createActivityStore(database());
    ({ id: appId } = await createAppStore(database(), testKeyRing).add(sampleApp(), testAudit));
  });

  const add = (noted: Partial<NewActivity>) =>
    activity.add([{ appId, counts: NOTHING, succeededMsAgo: null, failure: null, ...noted }]);

  describe('minutes', () => {
    test('what several servers counted is added up, at the same time too', async () => {
      const counts = { handedOut: 4, issued: 3, failed: 2, reported: 1 };
      await Promise.all(Array.from({ length: 10 }, () => add({ counts })));
      const [now, before] = await activity.minutes(appId, 2);
      const sum = (name: keyof typeof counts) => (now?.[name] ?? 0) + (before?.[name] ?? 0);
      expect([sum('handedOut'), sum('issued'), sum('failed'), sum('reported')]).toEqual([40, 30, 20, 10]);
    });

    test('are whole ones, newest first, and quiet ones are there as zeros', async () => {
      await add({ counts: { ...NOTHING, issued: 7 } });
      await database().run((queries) =>
        queries.update(appActivity).set({ minute: sql`${appActivity.minute} - interval '2 minutes'` }),
      );
      const minutes = await activity.minutes(appId, 4);
      const atMs = minutes.map((minute) => minute.atMs);
      expect(atMs.every((each) => each % 60_000 === 0)).toBe(true);
      expect(atMs).toEqual([0, 1, 2, 3].map((index) => (atMs[0] ?? 0) - index * 60_000));
      expect(minutes.slice(0, 2).map(({ issued }) => issued)).toEqual([0, 0]);
      expect(minutes.reduce((sum, { issued }) => sum + issued, 0)).toBe(7);
    });

    test('of a day ago are forgotten, and later ones stay', async () => {
      await add({ counts: { ...NOTHING, issued: 1 } });
      expect(await activity.purge(86_400_000)).toBe(0);
      await database().run((queries) =>
        queries.update(appActivity).set({ minute: sql`${appActivity.minute} - interval '25 hours'` }),
      );
      expect(await activity.purge(86_400_000)).toBeGreaterThan(0);
    });
  });

  describe('the outcome', () => {
    test('of an app for which nobody was asked is not known', async () => {
      expect(await activity.outcome(appId)).toEqual({ succeededAtMs: null, failure: null });
    });

    test('is dated by the database’s clock, from how long ago it was', async () => {
      await add({ succeededMsAgo: 60_000, failure: { ...REFUSED, msAgo: 5_000 } });
      const nowMs = await database().nowMs();
      const { succeededAtMs, failure } = await activity.outcome(appId);
      expect(Math.abs(nowMs - 60_000 - (succeededAtMs ?? 0))).toBeLessThan(2_000);
      expect(Math.abs(nowMs - 5_000 - (failure?.atMs ?? 0))).toBeLessThan(2_000);
      expect(failure).toMatchObject({ kind: REFUSED.kind, reason: REFUSED.reason, sentence: REFUSED.sentence });
    });

    test('is the latest of all servers, whichever of them tells it first', async () => {
      await add({ succeededMsAgo: 1_000, failure: { ...REFUSED, msAgo: 1_000 } });
      const before = await activity.outcome(appId);
      await add({ succeededMsAgo: 90_000, failure: { ...REFUSED, kind: 'timed-out', msAgo: 90_000 } });
      expect(await activity.outcome(appId)).toEqual(before);
    });

    test('a call that was held back here does not hide why the provider refuses, until a token is given', async () => {
      await add({ failure: { ...REFUSED, msAgo: 3_000 } });
      await add({ failure: { ...HELD_BACK, msAgo: 2_000 } });
      expect((await activity.outcome(appId)).failure?.kind).toBe('credentials-refused');
      await add({ succeededMsAgo: 1_000, failure: { ...HELD_BACK, msAgo: 0 } });
      expect((await activity.outcome(appId)).failure?.kind).toBe('held-back');
    });

    test('why the provider refuses takes the place of a call that was held back, also when it is told of later', async () => {
      await add({ failure: { ...HELD_BACK, msAgo: 0 } });
      await add({ failure: { ...REFUSED, msAgo: 1_000 } });
      expect((await activity.outcome(appId)).failure?.kind).toBe('credentials-refused');
    });

    test('what was over before a call was held back does not come back when it is told of late', async () => {
      await add({ succeededMsAgo: 5_000, failure: { ...HELD_BACK, msAgo: 0 } });
      await add({ failure: { ...REFUSED, msAgo: 60_000 } });
      expect((await activity.outcome(appId)).failure?.kind).toBe('held-back');
    });

    test('a minor failure of before a success does not hide why, also when it is told of together with the success', async () => {
      await add({ failure: { ...REFUSED, msAgo: 900 } });
      await add({ failure: { ...HELD_BACK, msAgo: 500 }, succeededMsAgo: 100 });
      expect((await activity.outcome(appId)).failure).toMatchObject({ reason: REFUSED.reason });
      await add({ failure: { ...HELD_BACK, msAgo: 0 } });
      expect((await activity.outcome(appId)).failure).toMatchObject({ reason: HELD_BACK.reason });
    });

    test('a minor failure is shown where there is no other', async () => {
      await add({ failure: { ...HELD_BACK, msAgo: 2_000 } });
      await add({ failure: { ...HELD_BACK, kind: 'circuit-open', msAgo: 1_000 } });
      expect((await activity.outcome(appId)).failure?.kind).toBe('circuit-open');
    });

    test('stays when a minute is quiet', async () => {
      await add({ succeededMsAgo: 0 });
      const known = await activity.outcome(appId);
      await add({ counts: { ...NOTHING, handedOut: 1 } });
      expect(await activity.outcome(appId)).toEqual(known);
    });
  });

  test('an app that is gone takes nothing from the others', async () => {
    const noted = { counts: { ...NOTHING, issued: 1 }, succeededMsAgo: 0, failure: null };
    await activity.add([
      { appId: 999_999_999, ...noted },
      { appId, ...noted },
    ]);
    expect((await activity.outcome(appId)).succeededAtMs).not.toBeNull();
    await activity.add([]);
  });
});
