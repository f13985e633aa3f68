import { createPaceStore, openDatabase } from '@immint/db';
import type { Database, PaceStore, SlotsGranted, SlotsWanted } from '@immint/db';
import { openEmbeddedForTests, startPostgres } from '@immint/db/testing';
import { createCallContext, ProviderError } from '@immint/providers';
import type { Urgency } from '@immint/providers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openLog } from '../log.ts';
import { createPaces } from './paces.ts';
import { latestUseOf, slackOf, spacingOf } from './tolerance.ts';

/** Where the whole rate is used. */
const LATEST_USE_MS = latestUseOf(slackOf(100, spacingOf(100)));

let embedded: Database;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
const opened: Database[] = [];
beforeAll(async () => {
  embedded = await openEmbeddedForTests();
  postgres = await startPostgres();
});
afterAll(async () => {
  await Promise.all([embedded, ...opened].map((database) => database.close()));
  await postgres.stop();
});

let apps = 0;
const newAppKey = () => `paced-${(apps += 1)}`;

/** How a test takes a slot. */
interface Wish {
  readonly timeoutMs: number;
  readonly urgency: Urgency;
  readonly slots: number;
  readonly rateShare: number;
}

/** One process: its idea of the time can be moved, and every reservation it made is kept. */
function aProcess(database: Database) {
  const clock = { aheadMs: 0 };
  const reservations: { wanted: SlotsWanted; granted: SlotsGranted }[] = [];
  const lines: string[] = [];
  const monotonicMs = () => performance.now() + clock.aheadMs;
  const real = createPaceStore(database);
  const store: PaceStore = {
    ...real,
    async reserve(key, wanted) {
      const granted = await real.reserve(key, wanted);
      reservations.push({ wanted, granted });
      return granted;
    },
  };
  const log = openLog({ write: (line) => void lines.push(line) }, 'info');
  const paces = createPaces({ store, monotonicMs, log });
  const pace = (appKey: string, { rateShare = 1, version = 1 } = {}) =>
    paces.of({ record: { provider: 'rongcloud', appKey, updatedAtMs: version }, settings: { rateShare } });
  return {
    clock,
    reservations,
    lines,
    pace,
    /** Takes a slot, and gives the moment at which the call would be sent. */
    async take(
      appKey: string,
      perSecond: number,
      { timeoutMs = 20_000, urgency = 'login', slots = 1, rateShare = 1 }: Partial<Wish> = {},
    ) {
      const context = createCallContext(timeoutMs, { monotonicMs, urgency });
      await pace(appKey, { rateShare }).take({ name: 'issueToken', perSecond }, slots, context);
      return performance.now();
    },
  };
}

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

async function openShared(count: number): Promise<ReturnType<typeof aProcess>[]> {
  const url = await postgres.createDatabase();
  const databases = await Promise.all(many(count, () => openDatabase({ kind: 'postgres', url })));
  opened.push(...databases);
  return databases.map((database) => aProcess(database));
}

/**
 * The shortest of several rounds, in milliseconds. A busy machine comes too late for a slot now and then, whose call takes
 * the next one: that lengthens a round, and what is wrong lengthens all of them.
 */
async function shortestOf(rounds: number, round: () => Promise<number>): Promise<number> {
  let shortestMs = Infinity;
  for (let at = 0; at < rounds; at += 1) shortestMs = Math.min(shortestMs, await round());
  return shortestMs;
}

/** How many of these moments the fullest second holds. */
function mostInASecond(moments: readonly number[]): number {
  const sorted = moments.toSorted((one, other) => one - other);
  return Math.max(...sorted.map((from) => sorted.filter((at) => at >= from && at < from + 1_000).length));
}

describe('several processes on one database', () => {
  test('together never let more calls out in any second than the rate', async () => {
    const processes = await openShared(3);
    const appKey = newAppKey();
    const moments = await Promise.all(many(360, (at) => processes[at % 3]?.take(appKey, 120) ?? Promise.reject()));
    expect(mostInASecond(moments)).toBeLessThanOrEqual(120);
    const tookMs = Math.max(...moments) - Math.min(...moments);
    expect(tookMs).toBeGreaterThan(359 * spacingOf(120) - LATEST_USE_MS);
  });

  test('together use the slots that they are given', async () => {
    const processes = await openShared(3);
    const tookMs = await shortestOf(4, async () => {
      const appKey = newAppKey();
      const moments = await Promise.all(many(120, (at) => processes[at % 3]?.take(appKey, 120) ?? Promise.reject()));
      return Math.max(...moments) - Math.min(...moments);
    });
    expect(tookMs).toBeLessThan(2 * 119 * spacingOf(120));
  });

  test('make a login wait a few slots, while two of them are full of background work', async () => {
    const [one, other, third] = await openShared(3);
    if (one === undefined || other === undefined || third === undefined) throw new Error('three were opened');
    const appKey = newAppKey();
    const aborted = new AbortController();
    const background = {
      ...createCallContext(20_000, { monotonicMs: () => performance.now() }),
      urgency: 'background',
    } as const;
    const work = [one, other].flatMap((process) =>
      many(150, () =>
        process
          .pace(appKey)
          .take({ name: 'issueToken', perSecond: 200 }, 1, { ...background, signal: aborted.signal })
          .catch(() => undefined),
      ),
    );
    for (let login = 0; login < 10; login += 1) await third.take(appKey, 200);
    aborted.abort();
    await Promise.all(work);
    // By the schedule itself: how long this machine took to wake up has no part in it. Background work may reserve 25 ms
    // beyond the time that its own answers take, which on a slow machine is more than that of the logins.
    const leads = [one, other, third].flatMap(({ reservations }) => reservations.map(({ wanted }) => wanted.leadMs));
    const waits = third.reservations.map(({ granted }) => granted.firstAtMs - granted.nowMs);
    expect(waits).not.toHaveLength(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(25 + Math.max(...leads) + 2 * spacingOf(200));
    const given = [one, other].map(({ reservations }) =>
      reservations.reduce((sum, { granted }) => sum + granted.count, 0),
    );
    expect(Math.min(...given)).toBeGreaterThan(0);
  });

  test('all slow down when one of them is told that calls come too often', async () => {
    const [one, other] = await openShared(2);
    if (one === undefined || other === undefined) throw new Error('two were opened');
    const appKey = newAppKey();
    const before = await one.take(appKey, 100);
    one.pace(appKey).tooOften({ name: 'issueToken', perSecond: 100 }, 300);
    one.pace(appKey).tooOften({ name: 'issueToken', perSecond: 100 }, 300);
    expect((await one.take(appKey, 100)) - before).toBeGreaterThan(280);
    await other.take(appKey, 100);
    expect(other.reservations.at(-1)?.granted.spacingMs).toBeGreaterThan(1.9 * spacingOf(100));
    expect(one.lines.filter((line) => line.includes('pace.too-often'))).toHaveLength(1);
  });
});

describe('a call', () => {
  test('that finds nobody before it goes out after one question to the database', async () => {
    const process = aProcess(embedded);
    const appKey = newAppKey();
    const questions: number[] = [];
    for (let call = 0; call < 10; call += 1) {
      const before = process.reservations.length;
      await process.take(appKey, 200);
      questions.push(process.reservations.length - before);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // A busy machine may get an answer too late for its slot, and asks again.
    expect(Math.min(...questions)).toBe(1);
  });

  test('for several users takes that many slots', async () => {
    const process = aProcess(embedded);
    const appKey = newAppKey();
    const first = await process.take(appKey, 100);
    const second = await process.take(appKey, 100, { slots: 20 });
    expect(second - first).toBeGreaterThan(19 * spacingOf(100));
    const third = await process.take(appKey, 100);
    expect(third - second).toBeGreaterThan(19 * spacingOf(100) - LATEST_USE_MS);
  });

  test('that logs somebody in goes before background work that came earlier', async () => {
    const process = aProcess(embedded);
    const appKey = newAppKey();
    const order: string[] = [];
    const background = many(30, () =>
      process.take(appKey, 100, { urgency: 'background' }).then(() => order.push('background')),
    );
    const login = process.take(appKey, 100).then(() => order.push('login'));
    await Promise.all([...background, login]);
    expect(order.indexOf('login')).toBeLessThanOrEqual(3);
  });

  test('of background work has a login’s place from the moment at which a login waits for it', async () => {
    const process = aProcess(embedded);
    const appKey = newAppKey();
    const order: string[] = [];
    const hurry = new AbortController();
    const background = many(30, () =>
      process.take(appKey, 100, { urgency: 'background' }).then(() => order.push('background')),
    );
    const context = createCallContext(20_000, { monotonicMs: () => performance.now(), urgency: 'background' });
    const hurried = process
      .pace(appKey)
      .take({ name: 'issueToken', perSecond: 100 }, 1, { ...context, hurried: hurry.signal })
      .then(() => order.push('hurried'));
    await process.take(appKey, 100);
    hurry.abort();
    await Promise.all([...background, hurried]);
    expect(order.indexOf('hurried')).toBeLessThan(15);
  });

  test('for which there is no slot before its deadline is told so at once, with the time to wait', async () => {
    const process = aProcess(embedded);
    const appKey = newAppKey();
    await process.take(appKey, 0.1);
    const beganAtMs = performance.now();
    const late = process.take(appKey, 0.1, { timeoutMs: 5_000 });
    await expect(late).rejects.toMatchObject({ kind: 'held-back', mayHaveExecuted: false, retryable: true });
    await expect(late).rejects.toSatisfy(
      (error) =>
        error instanceof ProviderError &&
        Number(error.retryAfterMs) > 5_000 &&
        Number(error.retryAfterMs) <= spacingOf(0.1),
    );
    // Whoever waits in the line is told when a tenth of the time is left.
    expect(performance.now() - beganAtMs).toBeLessThan(4_000);
  });

  test('that would come after all that can go out before its deadline does not even line up', async () => {
    const process = aProcess(embedded);
    const appKey = newAppKey();
    const calls = await Promise.allSettled(many(40, () => process.take(appKey, 10, { timeoutMs: 1_000 })));
    const refused = calls.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(30);
    for (const call of refused) expect(call).toMatchObject({ reason: { kind: 'held-back' } });
  });

  test('that nobody waits for any more leaves, and its slot goes to the next', async () => {
    const process = aProcess(embedded);
    const context = createCallContext(20_000, { monotonicMs: () => performance.now() });
    const group = { name: 'issueToken', perSecond: 2 };
    const tookMs = await shortestOf(4, async () => {
      const appKey = newAppKey();
      await process.take(appKey, 2);
      const aborted = new AbortController();
      const given = process.pace(appKey).take(group, 1, { ...context, signal: aborted.signal });
      const beganAtMs = performance.now();
      const next = process.take(appKey, 2);
      setTimeout(() => aborted.abort(), 50);
      await expect(given).rejects.toMatchObject({ kind: 'timed-out', mayHaveExecuted: false });
      return (await next) - beganAtMs;
    });
    expect(tookMs).toBeLessThan(spacingOf(2) + 200);
    await expect(
      process.pace(newAppKey()).take(group, 1, { ...context, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ kind: 'timed-out' });
  });

  test('is refused, and not sent unpaced, while the database cannot be asked', async () => {
    const database = await openEmbeddedForTests();
    const process = aProcess(database);
    const appKey = newAppKey();
    await process.take(appKey, 100);
    await database.close();
    await expect(process.take(appKey, 100)).rejects.toMatchObject({ code: 'DATABASE_CLOSED' });
  });
});

describe('a machine so busy that every timer is late', () => {
  let isBusy = false;
  const keepBusy = (): void => {
    const untilMs = performance.now() + 60;
    while (performance.now() < untilMs);
    if (isBusy) setImmediate(keepBusy);
  };
  beforeEach(() => {
    isBusy = true;
    keepBusy();
  });
  afterEach(() => {
    isBusy = false;
  });

  test('gets each call out after a few questions to the database', async () => {
    const process = aProcess(embedded);
    const appKey = newAppKey();
    const questions: number[] = [];
    for (let call = 0; call < 20; call += 1) {
      const before = process.reservations.length;
      await process.take(appKey, 100);
      questions.push(process.reservations.length - before);
    }
    expect(Math.max(...questions)).toBeLessThanOrEqual(4);
  });
});

describe('a slot', () => {
  test('is dropped when this process was asleep at its instant, and the call takes the next', async () => {
    const process = aProcess(embedded);
    const appKey = newAppKey();
    const first = await process.take(appKey, 2);
    const asked = process.reservations.length;
    const next = process.take(appKey, 2);
    await expect.poll(() => process.reservations.length).toBe(asked + 1);
    process.clock.aheadMs += 2_000;
    expect((await next) - first).toBeGreaterThan(2 * spacingOf(2) - LATEST_USE_MS);
    expect(process.reservations.length).toBeGreaterThan(asked + 1);
  });

  test.each([
    [1, 'is dropped', 2],
    [0.8, 'is used', 1],
  ])('of a share of %d that comes up 25 ms late %s', async (rateShare, _fate, questions) => {
    const process = aProcess(embedded);
    const appKey = newAppKey();
    await process.take(appKey, 2, { rateShare });
    const asked = process.reservations.length;
    const next = process.take(appKey, 2, { rateShare });
    await expect.poll(() => process.reservations.length).toBe(asked + 1);
    process.clock.aheadMs += 25;
    await next;
    expect(process.reservations.length - asked).toBe(questions);
  });

  test('is asked for only while somebody waits', async () => {
    const process = aProcess(embedded);
    const appKey = newAppKey();
    await Promise.all(many(20, () => process.take(appKey, 200)));
    const asked = process.reservations.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(process.reservations).toHaveLength(asked);
    const given = process.reservations.reduce((sum, { granted }) => sum + granted.count, 0);
    expect(given).toBeGreaterThanOrEqual(20);
  });
});

describe('a provider that stands still for a moment', () => {
  /** How many slots were dropped after 40 calls that nobody answered for a moment. */
  async function droppedInARound(): Promise<number> {
    const process = aProcess(embedded);
    const appKey = newAppKey();
    const answer = Promise.withResolvers<never>();
    const transport = process.pace(appKey).watched({
      send: (_request, signal) => (signal.aborted ? Promise.reject(new Error('quick')) : answer.promise),
      close: async () => {},
    });
    const request = { origin: 'https://provider.example', method: 'GET', path: '/', headers: {}, body: '' } as const;
    const send = (signal: AbortSignal) => transport.send(request, signal).catch(() => undefined);
    await send(AbortSignal.abort());

    // 40 calls that nobody answers are a fifth of a second, of which the tolerance covers a small part.
    const calls: Promise<unknown>[] = [];
    for (let call = 0; call < 40; call += 1) {
      await process.take(appKey, 200);
      calls.push(send(new AbortController().signal));
    }
    answer.reject(new Error('at last'));
    await Promise.all(calls);
    const beganAtMs = performance.now();
    let taken = 0;
    while (performance.now() - beganAtMs < 1_100) {
      await process.take(appKey, 200);
      taken += 1;
    }
    const given = process.reservations.reduce((sum, { granted }) => sum + granted.count, 0);
    return given - taken - 40;
  }

  test('gets as many calls less in the second that follows as came late', async () => {
    // A machine that is too busy to use its slots in that second drops fewer of them, so one round in several has to show it.
    const dropped: number[] = [];
    while (dropped.length < 4 && Math.max(0, ...dropped) < 20) dropped.push(await droppedInARound());
    expect(Math.max(...dropped)).toBeGreaterThanOrEqual(20);
  });
});
