import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '@immint/providers';
import type { JobView } from '@immint/contracts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Call } from '../context.ts';
import { openScriptedHouse, tokenNamed } from '../testing/scripted-house.ts';
import { obtainToken } from '../tokens/obtain.ts';
import { addJobItems } from './add-items.ts';
import { cancelJob, pauseJob, resumeJob, startJob } from './change.ts';
import { createJob } from './create.ts';
import { createJobLoop } from './job-loop.ts';
import type { Rounds } from '../rounds.ts';
import { previewJobItems } from './preview.ts';
import { listJobItems, showJob } from './show.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
let call: Call;
let loops: Rounds[];
beforeEach(async () => {
  house = await openScriptedHouse();
  const services = { ...house.services, sleep: (ms: number) => sleep(ms), monotonicMs: () => performance.now() };
  call = { ...house.call, services, deadlineMs: performance.now() + 60_000 };
  await house.addApp('rc', 'rongcloud');
  loops = [];
});
afterEach(async () => {
  await Promise.all(loops.map((loop) => loop.stop()));
  await house.close();
});

/** A server that works on jobs. */
function startLoop(): Rounds {
  const loop = createJobLoop(call.services, 10);
  loops.push(loop);
  loop.start();
  return loop;
}

const users = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ number: index + 1, userId: `u${index + 1}` }));

async function startBulk(count: number, cap?: number): Promise<number> {
  const { job } = await createJob(call, { app: 'rc', ...(cap === undefined ? {} : { cap }) });
  await addJobItems(call, { job, items: users(count) });
  await startJob(call, { job });
  return job;
}

async function untilState(job: number, ...states: JobView['state'][]): Promise<JobView> {
  for (;;) {
    const view = await showJob(call, { job });
    if (states.includes(view.state)) return view;
    await sleep(20);
  }
}

describe('a bulk job', () => {
  test('issues for everybody once, keeps what is stored and good, and says what became of each', async () => {
    await obtainToken(call, { app: 'rc', userId: 'u2' });
    house.provider.answer = async ({ userId }) => {
      if (userId === 'u3') throw new ProviderError('user-banned', { mayHaveExecuted: false });
      return tokenNamed(`token-of-${userId}`);
    };
    const job = await startBulk(60);
    startLoop();
    startLoop();

    const done = await untilState(job, 'done');
    expect(done).toMatchObject({ items: 60, counts: { failed: 1, waiting: 0 }, estimatedMs: null });
    // On a machine that stands still for long the other server does an item over, and finds its token stored.
    expect(done.counts.issued + done.counts.stored).toBe(59);
    const asked = house.provider.asked.map(({ userId }) => userId);
    expect(asked.filter((userId) => userId !== 'u3')).toHaveLength(59);
    expect(new Set(asked).size).toBe(60);
    expect(await listJobItems(call, { job, state: 'failed', limit: 9 })).toMatchObject({
      items: [{ number: 3, userId: 'u3', reason: 'USER_BANNED', message: expect.stringContaining('banned') }],
      nextCursor: null,
    });
  });

  test('tries again what fails in passing, and gives an item up that fails again and again', async () => {
    let failures = 0;
    house.provider.answer = async ({ userId }) => {
      if (userId === 'u1' && (failures += 1) <= 1) throw new ProviderError('unreachable', { mayHaveExecuted: false });
      return tokenNamed(`token-of-${userId}`);
    };
    const job = await startBulk(3);
    startLoop();
    expect(await untilState(job, 'done')).toMatchObject({ counts: { issued: 3 } });
  });

  test('pauses at once where the account has no room for more users, and goes on when it has', async () => {
    let room = 10;
    house.provider.answer = async ({ userId }) => {
      if (room <= 0) throw new ProviderError('user-limit-reached', { mayHaveExecuted: false });
      room -= 1;
      return tokenNamed(`token-of-${userId}`);
    };
    const job = await startBulk(150);
    startLoop();
    const paused = await untilState(job, 'paused', 'done');
    expect(paused).toMatchObject({
      state: 'paused',
      pausedBecause: 'PROVIDER_USER_LIMIT_REACHED',
      message: expect.stringContaining('number of users'),
    });
    await Promise.all(loops.map((loop) => loop.stop()));
    expect(house.provider.asked.length).toBeLessThanOrEqual(10 + 64);
    expect(await showJob(call, { job })).toMatchObject({ counts: { issued: 10, failed: 0 } });

    room = Infinity;
    await resumeJob(call, { job });
    startLoop();
    expect(await untilState(job, 'done')).toMatchObject({ counts: { issued: 150, failed: 0 } });
  });

  test('never makes more calls than its cap, with several servers, and goes on with a higher one', async () => {
    const job = await startBulk(50, 20);
    startLoop();
    startLoop();
    expect(await untilState(job, 'paused', 'done')).toMatchObject({ pausedBecause: 'CAP_REACHED', calls: 20 });
    expect(house.provider.asked).toHaveLength(20);
    await resumeJob(call, { job, cap: 100 });
    expect(await untilState(job, 'done')).toMatchObject({ counts: { issued: 50 }, calls: 50 });
  });

  test('stops when it is paused or cancelled, and what was under way is brought to its end', async () => {
    const gate = Promise.withResolvers<void>();
    house.provider.answer = async ({ userId }) => {
      await gate.promise;
      return tokenNamed(`token-of-${userId}`);
    };
    const job = await startBulk(200);
    startLoop();
    while (house.provider.asked.length < 64) await sleep(10);
    await pauseJob(call, { job });
    gate.resolve();
    while ((await showJob(call, { job })).counts.issued < 64) await sleep(20);
    await sleep(300);
    const paused = await showJob(call, { job });
    expect(paused).toMatchObject({ state: 'paused', pausedBecause: 'ASKED' });
    expect(paused.counts.issued).toBeLessThanOrEqual(128);
    expect(await cancelJob(call, { job })).toMatchObject({ state: 'cancelled' });
    await expect(resumeJob(call, { job })).rejects.toMatchObject({ reason: 'JOB_STATE_REFUSED' });
    expect(house.provider.asked).toHaveLength(paused.counts.issued);
  });

  test('goes on elsewhere at once when a server stops, and no item is done twice', async () => {
    house.provider.answer = async ({ userId }) => {
      await sleep(20);
      return tokenNamed(`token-of-${userId}`);
    };
    const job = await startBulk(150);
    const first = startLoop();
    while (house.provider.asked.length < 50) await sleep(5);
    startLoop();
    await first.stop();
    const { counts } = await untilState(job, 'done');
    expect(counts.issued + counts.stored).toBe(150);
    expect(house.provider.asked).toHaveLength(150);
  });

  test('previews without writing or calling anything', async () => {
    await obtainToken(call, { app: 'rc', userId: 'u1' });
    const asked = house.provider.asked.length;
    const items = [...users(2), { number: 3, userId: 'not allowed' }];
    expect(await previewJobItems(call, { app: 'rc', items })).toMatchObject({
      items: [
        { number: 1, would: 'keep' },
        { number: 2, would: 'issue' },
        { number: 3, would: 'refuse', reason: 'USER_ID_REFUSED', canonicalUserId: null },
      ],
    });
    expect(house.provider.asked).toHaveLength(asked);
  });
});
