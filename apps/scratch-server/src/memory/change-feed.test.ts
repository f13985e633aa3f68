import type { ChangePosition, ChangeStore, Concern } from '@immint/db';
import { DatabaseError } from '@immint/db';
import { afterEach, expect, test, vi } from 'vitest';
import { openLog } from '../log.ts';
import { createChangeFeed } from './change-feed.ts';
import type { ChangeFeed } from './change-feed.ts';

const USER: Concern = { about: 'user', appId: 1, canonicalUserId: 'u' };
const EVERYTHING: Concern = { about: 'everything' };

const feeds: ChangeFeed[] = [];
afterEach(async () => {
  const stopping = Promise.all(feeds.splice(0).map((feed) => feed.stop()));
  await vi.advanceTimersByTimeAsync(1_000);
  await stopping;
  vi.useRealTimers();
});

/** A feed on a store that answers as it is told, by a clock that stands until it is moved. */
function open() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const script = {
    concerns: [] as Concern[],
    isContinuous: true,
    answer: async (): Promise<void> => {},
    asked: [] as (ChangePosition | undefined)[],
    purges: 0,
    hint: (): void => {},
    own: (_concerns: readonly Concern[]): void => {},
  };
  const store: ChangeStore = {
    async read(since) {
      script.asked.push(since);
      await script.answer();
      const position = { snapshot: String(script.asked.length), lastId: 0, serverStartedAt: 'then' };
      const isContinuous = since !== undefined && script.isContinuous;
      return { concerns: script.concerns.splice(0), position, isContinuous, nowMs: 1_000_000 + performance.now() };
    },
    async purge() {
      script.purges += 1;
      return 0;
    },
    watchOwn(onConcerns) {
      script.own = onConcerns;
      return () => {};
    },
    async listen(onHint) {
      script.hint = onHint;
      return async () => {};
    },
  };
  const lines: string[] = [];
  const feed = createChangeFeed({
    store,
    monotonicMs: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
    log: openLog({ write: (line) => void lines.push(line) }, 'info'),
  });
  feeds.push(feed);
  const told: Concern[] = [];
  feed.watch((concerns) => told.push(...concerns));
  return { feed, script, told, lines, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

const failing = async (): Promise<void> => {
  throw new DatabaseError('DATABASE_UNREACHABLE');
};

test('nothing is seen before the first look, which makes everything be forgotten', async () => {
  const { feed, told, pass } = open();
  expect(feed.sight()).toBe('blind');
  feed.start();
  await pass(0);
  expect(feed.sight()).toBe('clear');
  expect(told).toEqual([EVERYTHING]);
});

test('changes are looked for four times a second, each time from where the last look came to', async () => {
  const { feed, script, told, pass } = open();
  feed.start();
  await pass(0);
  script.concerns.push(USER);
  await pass(1_000);
  expect(script.asked.map((since) => since?.snapshot)).toEqual([undefined, '1', '2', '3', '4']);
  expect(told).toEqual([EVERYTHING, USER]);
});

test('a hint makes the next look come at once, and a thousand hints make no storm', async () => {
  const { feed, script, pass } = open();
  feed.start();
  await pass(30);
  script.hint();
  await pass(1);
  expect(script.asked).toHaveLength(2);
  for (let hint = 0; hint < 1_000; hint += 1) {
    script.hint();
    await pass(1);
  }
  expect(script.asked.length).toBeLessThan(50);
});

test('a change of this process is told without a look', async () => {
  const { feed, script, told, pass } = open();
  feed.start();
  await pass(0);
  script.own([USER]);
  expect(told).toEqual([EVERYTHING, USER]);
});

test('a look counts from its beginning: one that takes long leaves less to be believed', async () => {
  const { feed, script, pass } = open();
  feed.start();
  await pass(0);
  const { promise: gate, resolve: open_ } = Promise.withResolvers<void>();
  script.answer = () => gate;
  await pass(700);
  expect(feed.sight()).toBe('clear');
  open_();
  await pass(0);
  // It began at 250.
  await pass(340);
  expect(feed.sight()).toBe('clear');
});

test('without a look for most of a second it is doubtful, after five seconds blind, and it recovers by itself', async () => {
  const { feed, script, lines, pass } = open();
  feed.start();
  await pass(0);
  script.answer = failing;
  await pass(800);
  expect(feed.sight()).toBe('clear');
  await pass(1);
  expect(feed.sight()).toBe('doubtful');
  await pass(4_200);
  expect(feed.sight()).toBe('blind');
  script.answer = async () => {};
  await pass(300);
  expect(feed.sight()).toBe('clear');
  expect(lines.map((line) => /"event":"([^"]*)"/.exec(line)?.[1])).toEqual(['changes.not-seen', 'changes.seen-again']);
});

test('a short outage is caught up with; after a long one everything is forgotten', async () => {
  const { feed, script, told, pass } = open();
  feed.start();
  await pass(0);
  script.answer = failing;
  await pass(10_000);
  script.answer = async () => {};
  script.concerns.push(USER);
  await pass(300);
  expect(told.splice(0)).toEqual([EVERYTHING, USER]);
  script.answer = failing;
  await pass(61_000);
  script.answer = async () => {};
  await pass(300);
  expect(told).toEqual([EVERYTHING]);
});

test('another run of the database server makes everything be forgotten', async () => {
  const { feed, script, told, pass } = open();
  feed.start();
  await pass(0);
  script.isContinuous = false;
  await pass(250);
  expect(told).toEqual([EVERYTHING, EVERYTHING]);
});

test('the database’s clock is known between looks', async () => {
  const { feed, pass } = open();
  feed.start();
  await pass(123);
  expect(feed.databaseNowMs()).toBeCloseTo(1_000_000 + performance.now(), 3);
});

test('old changes are deleted once a minute', async () => {
  const { feed, script, pass } = open();
  feed.start();
  await pass(121_000);
  expect(script.purges).toBe(2);
});
