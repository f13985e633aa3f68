import { Secret } from '@immint/secrets';
import { eq, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { createAppStore } from './app-store.ts';
import { insertReissue } from './job-insert.ts';
import { createJobStore } from './job-store.ts';
import type { ItemResult, JobStore, NewJobItem } from './job-store.ts';
import { createRevocationStore } from './revocation-store.ts';
import { app, jobItem } from './schema.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './testing/samples.ts';
import { createTokenStore } from './token-store.ts';
import type { TokenStore } from './token-store.ts';

const item = (number: number, changes: Partial<NewJobItem> = {}): NewJobItem => ({
  number,
  userId: `u${number}`,
  canonicalUserId: `u${number}`,
  ...changes,
});

const items = (count: number) => Array.from({ length: count }, (_, index) => item(index + 1));

const issued = (number: number): ItemResult => ({ number, state: 'issued', mayHaveCalled: true });
const stored = (number: number): ItemResult => ({ number, state: 'stored', mayHaveCalled: false });

onEveryEngine((database) => {
  let appId: number;
  let jobs: JobStore;
  let tokens: TokenStore;
  beforeEach(async () => {
    ({ id: appId } = await createAppStore(database(), testKeyRing).add(sampleApp(), testAudit));
    jobs = createJobStore(database());
    tokens = createTokenStore(database(), testKeyRing);
  });

  async function make(count: number, cap?: number): Promise<number> {
    const job = await jobs.create({ appId, kind: 'bulk', cap }, testAudit);
    if (job === undefined) throw new Error('the app is gone');
    if (count > 0) await jobs.addItems(job.id, items(count));
    return job.id;
  }

  async function makeRunning(count: number, cap?: number): Promise<number> {
    const id = await make(count, cap);
    await jobs.change(id, { to: 'running', from: 'filling' }, testAudit);
    return id;
  }

  /** As if whoever holds them had fallen silent 8 seconds ago. */
  const expireLeases = (id: number) =>
    database().run((queries) =>
      queries
        .update(jobItem)
        .set({ dueAt: sql`statement_timestamp()` })
        .where(sql`${jobItem.jobId} = ${id} and ${jobItem.state} = 'waiting'`),
    );

  const numbersOf = (claimed: readonly { number: number }[]) => claimed.map(({ number }) => number);

  describe('filling', () => {
    test('the same items twice are added once, and answered the same', async () => {
      const id = await make(0);
      const sent = [item(1), item(2, { canonicalUserId: null, refusedBecause: 'USER_ID_REFUSED' })];
      const first = await jobs.addItems(id, sent);
      expect(await jobs.addItems(id, sent)).toEqual(first);
      expect(first).toMatchObject({ outcome: 'added', items: 2, refused: [{ number: 2, reason: 'USER_ID_REFUSED' }] });
      expect(await jobs.find(id)).toMatchObject({ items: 2, counts: { failed: 1 } });
    });

    test('a user who is there already becomes a duplicate that names the first, in one call and across calls', async () => {
      const id = await make(2);
      const twice = await jobs.addItems(id, [
        item(3, { userId: 'U1', canonicalUserId: 'u1' }),
        item(4, { userId: 'u9', canonicalUserId: 'u9' }),
        item(5, { userId: 'U9', canonicalUserId: 'u9' }),
      ]);
      expect(twice).toMatchObject({
        refused: [
          { number: 3, state: 'duplicate', sameAs: 1 },
          { number: 5, state: 'duplicate', sameAs: 4 },
        ],
      });
      expect(await jobs.find(id)).toMatchObject({ items: 5, counts: { duplicates: 2 } });
    });

    test('other users under known numbers are refused, and none of the call is added', async () => {
      const id = await make(2);
      expect(await jobs.addItems(id, [item(3), item(2, { userId: 'somebody-else' })])).toEqual({
        outcome: 'differing',
      });
      expect(await jobs.find(id)).toMatchObject({ items: 2 });
    });

    test('a job that has begun takes nothing new, and confirms what it has', async () => {
      const id = await makeRunning(2);
      expect(await jobs.addItems(id, items(2))).toMatchObject({ outcome: 'added', items: 2 });
      expect(await jobs.addItems(id, items(3))).toEqual({ outcome: 'wrong-state', state: 'running' });
      expect(await jobs.addItems(id + 1_000, items(1))).toEqual({ outcome: 'unknown-job' });
    });
  });

  describe('working', () => {
    test('items go to one worker each, in order, and to another once the lease is over', async () => {
      const id = await makeRunning(5);
      const [left, right] = await Promise.all([jobs.claim(id, 'a', 3), jobs.claim(id, 'b', 3)]);
      const taken = [...numbersOf(left), ...numbersOf(right)];
      expect(taken.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5]);
      expect(await jobs.claim(id, 'c', 9)).toEqual([]);

      await expireLeases(id);
      expect(numbersOf(await jobs.claim(id, 'c', 9))).toEqual([1, 2, 3, 4, 5]);
    });

    test('a held item stays held while its lease is renewed, by its holder and by nobody else', async () => {
      const id = await makeRunning(2);
      await jobs.claim(id, 'a', 2);
      await expireLeases(id);
      await jobs.renew(id, 'a', [1]);
      await jobs.renew(id, 'b', [2]);
      expect(numbersOf(await jobs.claim(id, 'b', 9))).toEqual([2]);
    });

    test('what became of an item is taken from its holder alone', async () => {
      const id = await makeRunning(1);
      await jobs.claim(id, 'a', 1);
      await expireLeases(id);
      await jobs.claim(id, 'b', 1);
      expect(await jobs.settle(id, 'a', [issued(1)])).toMatchObject({ state: 'running', counts: { issued: 0 } });
      expect(await jobs.settle(id, 'b', [stored(1)])).toMatchObject({ state: 'done', counts: { stored: 1 } });
      expect((await jobs.find(id))?.finishedAtMs).not.toBeNull();
    });

    test('results are counted once, also when they are written twice', async () => {
      const id = await makeRunning(3);
      await jobs.claim(id, 'a', 3);
      const results: ItemResult[] = [
        issued(1),
        { number: 2, state: 'failed', reason: 'USER_BANNED', mayHaveCalled: true },
      ];
      await jobs.settle(id, 'a', results);
      await jobs.settle(id, 'a', results);
      expect(await jobs.find(id)).toMatchObject({ state: 'running', counts: { issued: 1, failed: 1 } });
      expect(await jobs.items(id, { state: 'failed', limit: 9 })).toMatchObject([{ number: 2, reason: 'USER_BANNED' }]);
    });

    test('an item that is to be tried again rests, and an attempt that says nothing about it does not count', async () => {
      const id = await makeRunning(2);
      await jobs.claim(id, 'a', 2);
      const again = { state: 'waiting', reason: 'RATE_USED_UP', mayHaveCalled: false } as const;
      await jobs.settle(id, 'a', [
        { ...again, number: 1, waitMs: 0, counts: false },
        { ...again, number: 2, waitMs: 60_000, counts: true },
      ]);
      expect(await jobs.claim(id, 'a', 9)).toMatchObject([{ number: 1, attempts: 1 }]);
      expect(await jobs.items(id, { limit: 9 })).toMatchObject([
        { number: 1 },
        { number: 2, attempts: 1, reason: 'RATE_USED_UP' },
      ]);
    });

    test('what is given back was never taken', async () => {
      const id = await makeRunning(2, 2);
      await jobs.claim(id, 'a', 2);
      await jobs.release(id, 'a', [1, 2]);
      expect(await jobs.find(id)).toMatchObject({ calls: 0 });
      expect(await jobs.claim(id, 'b', 9)).toMatchObject([{ attempts: 1 }, { attempts: 1 }]);
    });

    test('only a running job gives items away, and pausing and cancelling lose no results', async () => {
      const id = await makeRunning(3);
      await jobs.claim(id, 'a', 1);
      await jobs.change(id, { to: 'paused', because: 'ASKED' }, testAudit);
      expect(await jobs.claim(id, 'a', 9)).toEqual([]);
      expect(await jobs.settle(id, 'a', [issued(1)])).toMatchObject({
        state: 'paused',
        pausedBecause: 'ASKED',
        counts: { issued: 1 },
      });
      await jobs.change(id, { to: 'cancelled' }, testAudit);
      expect(await jobs.change(id, { to: 'running', from: 'paused' }, testAudit)).toBeUndefined();
      expect(await jobs.find(id)).toMatchObject({ state: 'cancelled', pausedBecause: null });
    });

    test('a reason that would refuse every item pauses the job, and the job goes on where it was', async () => {
      const id = await makeRunning(2);
      await jobs.claim(id, 'a', 1);
      const back: ItemResult = {
        number: 1,
        state: 'waiting',
        reason: 'APP_PAUSED',
        waitMs: 0,
        counts: false,
        mayHaveCalled: false,
      };
      const job = await jobs.settle(id, 'a', [back], 'APP_PAUSED');
      expect(job).toMatchObject({ state: 'paused', pausedBecause: 'APP_PAUSED' });
      await jobs.change(id, { to: 'running', from: 'paused' }, testAudit);
      expect(numbersOf(await jobs.claim(id, 'b', 9))).toEqual([1, 2]);
    });

    test('a job without an open item is done as soon as somebody looks', async () => {
      const id = await make(0);
      await jobs.addItems(id, [item(1, { canonicalUserId: null, refusedBecause: 'USER_ID_REFUSED' })]);
      await jobs.change(id, { to: 'running', from: 'filling' }, testAudit);
      expect(await jobs.claim(id, 'a', 9)).toEqual([]);
      expect(await jobs.find(id)).toMatchObject({ state: 'done', counts: { failed: 1 } });
    });
  });

  describe('a cap', () => {
    test('holds for all workers together, counts no call that was not made, and pauses the job when it is reached', async () => {
      const id = await makeRunning(10, 4);
      const claims = await Promise.all(['a', 'b', 'c'].map((worker) => jobs.claim(id, worker, 3)));
      expect(claims.flat()).toHaveLength(4);

      // Somebody still holds items, and may give a call back.
      expect(await jobs.claim(id, 'd', 9)).toEqual([]);
      expect(await jobs.find(id)).toMatchObject({ state: 'running', calls: 4 });
      for (const [index, worker] of ['a', 'b', 'c'].entries()) {
        const results = (claims[index] ?? []).map(({ number }) => (number === 1 ? stored(number) : issued(number)));
        await jobs.settle(id, worker, results);
      }
      expect(await jobs.find(id)).toMatchObject({ state: 'running', calls: 3 });
      const [last] = await jobs.claim(id, 'd', 9);
      await jobs.settle(id, 'd', [issued(last?.number ?? 0)]);
      expect(await jobs.claim(id, 'd', 9)).toEqual([]);
      expect(await jobs.find(id)).toMatchObject({ state: 'paused', pausedBecause: 'CAP_REACHED', calls: 4 });

      await jobs.change(id, { to: 'running', from: 'paused', cap: 5 }, testAudit);
      expect(await jobs.claim(id, 'd', 9)).toHaveLength(1);
    });
  });

  describe('a reissue', () => {
    const today = () => new Date().toISOString().slice(0, 10);
    const startReissue = () =>
      database().transaction((queries) => insertReissue(queries, { appId, seenWithinDays: 3 }, testAudit));
    const save = (userId: string) =>
      tokens.save(
        sampleToken(appId, { canonicalUserId: userId, userId, token: Secret.of(`token-of-${userId}`) }),
        testAudit,
      );

    test('is of those whom an earlier secret gave a token, who were seen of late and not revoked since', async () => {
      for (const userId of ['late', 'now', 'revoked', 'unseen', 'zoe']) await save(userId);
      for (const userId of ['now', 'revoked', 'zoe']) await tokens.markHandedOut(appId, userId, today());
      await tokens.markHandedOut(appId, 'late', '2020-01-01');
      await createRevocationStore(database()).stopServing(appId, ['revoked'], testAudit);
      const early = await startReissue();
      expect(await jobs.claim(early?.id ?? 0, 'a', 9)).toEqual([]);
      expect(await jobs.find(early?.id ?? 0)).toMatchObject({ state: 'done', items: 0 });

      await database().run((queries) => queries.update(app).set({ secretEpoch: 2 }).where(eq(app.id, appId)));
      const job = await startReissue();
      const id = job?.id ?? 0;
      expect(job).toMatchObject({ kind: 'reissue', state: 'running', isFilled: false });
      expect(await jobs.claim(id, 'a', 9)).toMatchObject([
        { number: 1, userId: 'now' },
        { number: 2, userId: 'zoe' },
      ]);
      expect(await jobs.settle(id, 'a', [issued(1), issued(2)])).toMatchObject({
        state: 'done',
        counts: { issued: 2 },
      });
    });

    test('takes many users a page at a time, and each once', async () => {
      const count = 4_500;
      await database().run((queries) =>
        queries.execute(sql`
          insert into immint.token (app_id, canonical_user_id, user_id, name, generation, secret_epoch, token_sealed, fingerprint,
            issued_at, lifetime, last_handed_out_on)
          select ${appId}, 'u' || n, 'u' || n, 'n', 1, 1, 'x', 'f', now(), 'unknown', now()::date
          from generate_series(1, ${count}::integer) as n`),
      );
      await database().run((queries) => queries.update(app).set({ secretEpoch: 2 }).where(eq(app.id, appId)));
      const job = await startReissue();
      const id = job?.id ?? 0;
      const users = new Set<string>();
      for (;;) {
        const claimed = await jobs.claim(id, 'a', 900);
        if (claimed.length === 0) break;
        for (const { userId } of claimed) users.add(userId);
        await jobs.settle(
          id,
          'a',
          claimed.map(({ number }) => issued(number)),
        );
      }
      expect(users.size).toBe(count);
      expect(await jobs.find(id)).toMatchObject({ state: 'done', items: count, counts: { issued: count } });
    });
  });

  test('jobs are listed from the latest on, of one app or of all, and forgotten some time after their end', async () => {
    const first = await make(1);
    const second = await make(0);
    expect((await jobs.list({ appId, limit: 9 })).map(({ id }) => id)).toEqual([second, first]);
    expect((await jobs.list({ before: second, limit: 1 })).map(({ id }) => id)).toEqual([first]);
    await jobs.change(first, { to: 'cancelled' }, testAudit);
    expect(await jobs.purgeFinished(60_000)).toBe(0);
    expect(await jobs.purgeFinished(-1_000)).toBeGreaterThanOrEqual(1);
    expect(await jobs.find(first)).toBeUndefined();
    expect(await jobs.find(second)).toMatchObject({ state: 'filling' });
  });
});
