import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '@immint/providers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Call } from '../context.ts';
import { createJobLoop } from '../jobs/job-loop.ts';
import { showJob } from '../jobs/show.ts';
import { openScriptedHouse } from '../testing/scripted-house.ts';
import { inspectToken } from './inspect.ts';
import { obtainToken } from './obtain.ts';
import { createRevocationLoop } from './revocation-loop.ts';
import { revokeTokens } from './revoke.ts';
import { unbarUsers } from './unbar.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
let call: Call;
/** What the provider was told: which users, before which instant. */
let told: { userIds: readonly string[]; beforeMs: number }[];
let refuses: (userId: string) => ProviderError | undefined;
/** The provider's clock, which has whole seconds; undefined while it does not answer. */
let dateMs: number | undefined;

beforeEach(async () => {
  house = await openScriptedHouse();
  await house.addApp('rc', 'rongcloud');
  const services = { ...house.services, sleep: (ms: number) => sleep(ms), monotonicMs: () => performance.now() };
  call = { ...house.call, services, deadlineMs: performance.now() + 60_000 };
  told = [];
  refuses = () => undefined;
  dateMs = Math.floor(Date.now() / 1000) * 1000;
  house.provider.check = async () => {
    if (dateMs === undefined) throw new ProviderError('unreachable', { mayHaveExecuted: false });
    return { serverDateMs: dateMs, isRemembered: false };
  };
  house.provider.revocation = {
    effect: 'The provider ends tokens.',
    isVerified: true,
    takesInstant: true,
    revoke: async (userIds, beforeMs) => {
      told.push({ userIds, beforeMs });
      return userIds.map((userId) => {
        const error = refuses(userId);
        return error === undefined ? { userId } : { userId, error };
      });
    },
  };
});
afterEach(() => house.close());

const obtain = (userId: string) => obtainToken(call, { app: 'rc', userId });
const revokeAll = (more: { bar?: boolean } = {}) => revokeTokens(call, { app: 'rc', all: true, ...more });

/** Lets a server work until the job is over. */
async function untilDone(job: number) {
  const jobLoop = createJobLoop(call.services, 10);
  const revocationLoop = createRevocationLoop(call.services, 10);
  jobLoop.start();
  revocationLoop.start();
  try {
    for (;;) {
      const view = await showJob(call, { job });
      if (view.state !== 'running') return view;
      await sleep(20);
    }
  } finally {
    await Promise.all([jobLoop.stop(), revocationLoop.stop()]);
  }
}

describe('a revoke of all users', () => {
  test('stops serving for everybody at once, and a job tells the provider one instant for all', async () => {
    for (const userId of ['u1', 'u2', 'u3']) await obtain(userId);
    const asked = house.provider.asked.length;
    const { all, users, effect } = await revokeAll();
    expect({ users, effect }).toEqual({ users: [], effect: 'The provider ends tokens.' });
    expect(all).toMatchObject({ users: 3, barred: false, revokedBeforeMs: (dateMs ?? 0) + 2_000 });
    expect(all?.estimatedMs).toBeGreaterThan(0);
    expect(told).toEqual([]);
    expect(await inspectToken(call, { app: 'rc', userId: 'u1' })).toMatchObject({ good: false, revoked: true });

    // Whoever comes now waits until the provider does not end the new token with the others.
    const { generation, source } = await obtain('u1');
    expect({ generation, source }).toEqual({ generation: 2, source: 'issued' });
    expect(house.provider.asked).toHaveLength(asked + 1);

    refuses = (userId) => (userId === 'u2' ? new ProviderError('user-unknown', { mayHaveExecuted: false }) : undefined);
    expect(await untilDone(all?.job ?? 0)).toMatchObject({
      kind: 'revoke-all',
      state: 'done',
      items: 3,
      counts: { told: 2, failed: 1, waiting: 0 },
    });
    expect(new Set(told.flatMap(({ userIds }) => userIds))).toEqual(new Set(['u1', 'u2', 'u3']));
    expect(new Set(told.map(({ beforeMs }) => beforeMs))).toEqual(new Set([all?.revokedBeforeMs]));
    expect(await inspectToken(call, { app: 'rc', userId: 'u1' })).toMatchObject({ good: true });
  });

  test('issues for nobody until the bar of the app is lifted', async () => {
    await obtain('u1');
    expect((await revokeAll({ bar: true })).all).toMatchObject({ barred: true });
    await expect(obtain('u1')).rejects.toMatchObject({ reason: 'USER_BARRED' });
    await expect(obtain('new1')).rejects.toMatchObject({ reason: 'USER_BARRED' });
    expect(await unbarUsers(call, { app: 'rc', userIds: ['u1'] })).toMatchObject({ appBarred: true });
    await expect(obtain('u1')).rejects.toMatchObject({ reason: 'USER_BARRED' });
    expect(await unbarUsers(call, { app: 'rc', all: true })).toMatchObject({ appWasBarred: true, appBarred: false });
    expect(await obtain('new1')).toMatchObject({ source: 'issued' });
  });

  test('is accepted while the provider is away, and its instant is fixed once when it is back', async () => {
    await obtain('u1');
    await obtain('u2');
    dateMs = undefined;
    const { all } = await revokeAll();
    expect(all).toMatchObject({ users: 2, revokedBeforeMs: null });
    await expect(obtain('u1')).rejects.toMatchObject({ kind: 'unreachable' });
    expect(told).toEqual([]);

    dateMs = Math.floor(Date.now() / 1000) * 1000;
    const instantMs = dateMs + 2_000;
    await obtain('u1');
    dateMs += 60_000;
    expect(await untilDone(all?.job ?? 0)).toMatchObject({ state: 'done', counts: { told: 2 } });
    expect(new Set(told.map(({ beforeMs }) => beforeMs))).toEqual(new Set([instantMs]));
  });

  test('of an app without users, or whose provider has no such call, needs no job', async () => {
    expect((await revokeAll()).all).toMatchObject({ users: 0, job: null, estimatedMs: null });
    await obtain('u1');
    house.provider.revocation = undefined;
    const { all, effect } = await revokeAll();
    expect(all).toMatchObject({ users: 1, job: null });
    expect(effect).toContain('has no call that ends tokens');
    expect(await inspectToken(call, { app: 'rc', userId: 'u1' })).toMatchObject({ good: false });
  });
});
