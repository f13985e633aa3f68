import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseError } from '@immint/db';
import { ProviderError } from '@immint/providers';
import { describeApp } from '../apps/app-connections.ts';
import { openScriptedHouse, tokenNamed } from '../testing/scripted-house.ts';
import type { Call } from '../context.ts';
import { createHeldLeases } from '../leases/held-leases.ts';
import { findOrIssue, obtainToken } from './obtain.ts';
import { checkWanted } from './wanted-token.ts';

// Several servers in one process, which share the database and the provider and nothing else.

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
let appId: number;
let user = 0;
let userId: string;
beforeAll(async () => {
  house = await openScriptedHouse();
  appId = (await house.addApp('rc', 'rongcloud')).id;
});
afterAll(() => house.close());
beforeEach(() => {
  user += 1;
  userId = `user${user}`;
  house.provider.asked.length = 0;
  house.provider.answer = async (_request, index) => tokenNamed(`token-${userId}-${index}`);
});

const obtain = (call: Call, more: object = {}) => obtainToken(call, { app: 'rc', userId, ...more });

/** An answer of the provider that comes when the test says so. */
function heldAnswer() {
  const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof tokenNamed>>();
  house.provider.answer = (_request, index) =>
    index === 0 ? promise : Promise.resolve(tokenNamed(`token-${userId}-${index}`));
  return {
    answer: () => resolve(tokenNamed(`token-${userId}-0`)),
    refuse: (error: ProviderError) => reject(error),
    asked: () => expect.poll(() => house.provider.asked.length).toBe(1),
  };
}

describe('one call to the provider', () => {
  test('is enough for all callers of all servers', async () => {
    const servers = [house.call, ...Array.from({ length: 3 }, () => house.anotherServer())];
    const calls = Array.from({ length: 100 }, (_, index) => obtain(servers[index % 4] ?? house.call));
    const tokens = await Promise.all(calls);
    expect(house.provider.asked).toHaveLength(1);
    expect(new Set(tokens.map(({ token, generation }) => `${generation} ${token}`)).size).toBe(1);
  });

  test('goes on for longer than a lease, and nobody else asks meanwhile', async () => {
    const provider = heldAnswer();
    const first = obtain(house.call);
    await provider.asked();
    const second = obtain(house.anotherServer());
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    expect(house.provider.asked).toHaveLength(1);
    provider.answer();
    expect((await first).token).toBe((await second).token);
  });

  test('that fails is one failure for all who waited, in the same words', async () => {
    const provider = heldAnswer();
    const other = house.anotherServer();
    const waiting = [obtain(house.call), obtain(house.call)];
    await provider.asked();
    waiting.push(obtain(other), obtain(other));
    await new Promise((resolve) => setTimeout(resolve, 100));
    provider.refuse(new ProviderError('failed', { retryAfterMs: 1234 }));
    const outcomes = await Promise.allSettled(waiting);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: /provider failed inside/i } });
    }
    expect(outcomes[3]).toMatchObject({ reason: { reason: 'PROVIDER_FAILED', retryAfterMs: 1234 } });
    expect(house.provider.asked).toHaveLength(1);
    expect(await obtain(other)).toMatchObject({ source: 'issued', generation: 1 });
  });
});

describe('background work that finds no slot in time', () => {
  const obtainBehind = async (call: Call) => {
    const app = await describeApp(call.services, 'rc');
    return findOrIssue(call, app, { ...checkWanted(app, { app: 'rc', userId }), urgency: 'background' });
  };

  test.each([
    ['the same server', () => house.call],
    ['another server', () => house.anotherServer()],
  ])('is no answer for a login that waits for it at %s: that one asks in its own place', async (_where, serverOf) => {
    const provider = heldAnswer();
    const background = Promise.allSettled([obtainBehind(house.call)]);
    await provider.asked();
    const login = obtain(serverOf());
    await new Promise((resolve) => setTimeout(resolve, 100));
    provider.refuse(new ProviderError('held-back', { retryAfterMs: 500 }));
    expect(await login).toMatchObject({ token: `token-${userId}-1`, generation: 1 });
    await background;
    expect(house.provider.asked).toHaveLength(2);
  });

  test('is told so', async () => {
    const provider = heldAnswer();
    const background = obtainBehind(house.call);
    await provider.asked();
    provider.refuse(new ProviderError('held-back', { retryAfterMs: 500 }));
    await expect(background).rejects.toMatchObject({ kind: 'held-back' });
    expect(house.provider.asked).toHaveLength(1);
  });
});

test('a call that went out counts as a possible orphan even if what ended it came from the database', async () => {
  const before = await house.services.leaseStore.possibleOrphans(appId);
  house.provider.answer = async () => {
    throw new DatabaseError('DATABASE_UNREACHABLE');
  };
  await expect(obtain(house.call)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  expect(await house.services.leaseStore.possibleOrphans(appId)).toBe(before + 1);
});

describe('a fresh token', () => {
  test('is not one that another server had begun to ask for before', async () => {
    const provider = heldAnswer();
    const first = obtain(house.call);
    await provider.asked();
    const fresh = obtain(house.anotherServer(), { fresh: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    provider.answer();
    expect(await first).toMatchObject({ generation: 1 });
    expect(await fresh).toMatchObject({ generation: 2, source: 'issued' });
  });

  test('may be one that another server began to ask for after', async () => {
    const provider = heldAnswer();
    const [one, two] = [house.anotherServer(), house.anotherServer()];
    const first = obtain(house.call);
    await provider.asked();
    const fresh = [obtain(one, { fresh: true }), obtain(two, { fresh: true })];
    await new Promise((resolve) => setTimeout(resolve, 100));
    provider.answer();
    await first;
    const [left, right] = await Promise.all(fresh);
    expect(left?.token).toBe(right?.token);
    expect(left).toMatchObject({ generation: 2 });
    expect(house.provider.asked).toHaveLength(2);
  });
});

describe('a server that dies or stands still', () => {
  /** Leases that are never renewed, and a clock that the test moves: what a stopped process looks like to itself. */
  function stoppedServer() {
    const clock = { ms: 0 };
    const leases = createHeldLeases('stopped', {
      store: house.services.leaseStore,
      monotonicMs: () => clock.ms,
      sleep: () => new Promise(() => {}),
      log: house.services.log,
    });
    return { clock, call: house.anotherServer({ leases }) };
  }

  test('while it asks: another one asks too, and what it brings late is not stored, but counted and named', async () => {
    const provider = heldAnswer();
    const before = await house.services.leaseStore.possibleOrphans(appId);
    const late = obtain(stoppedServer().call);
    await provider.asked();
    const served = await obtain(house.call);
    expect(served).toMatchObject({ token: `token-${userId}-1`, generation: 1 });
    provider.answer();
    expect(await late).toMatchObject({ token: served.token, source: 'stored' });
    expect(await house.services.leaseStore.possibleOrphans(appId)).toBe(before + 1);
    expect(house.lines.join('')).toContain('token.orphaned');
  });

  test('before it asks: when it goes on it does not ask any more', async () => {
    const { clock, call } = stoppedServer();
    const reached: string[] = [];
    const stopped = house.anotherServer({
      leases: call.services.leases,
      reached: (point) => {
        if (reached.length === 0) clock.ms += 2_000;
        reached.push(point);
      },
    });
    expect(await obtain(stopped)).toMatchObject({ generation: 1 });
    // It gave the first lease up, and asked under a second one.
    expect(reached).toEqual(['lease-taken', 'lease-taken', 'before-call', 'answered', 'saved']);
    expect(house.provider.asked).toHaveLength(1);
  });
});

describe('a token that is due', () => {
  async function makeDue(): Promise<void> {
    house.provider.answer = async () => tokenNamed(`first-${userId}`, 3600);
    await obtain(house.call);
    await house.services.database.runScripts((scripts) =>
      scripts.query(
        `update immint.token set issued_at = issued_at - interval '3500 seconds',
          expires_at = expires_at - interval '3500 seconds' where canonical_user_id = $1`,
        [userId],
      ),
    );
    house.provider.asked.length = 0;
  }

  test('is handed out at once, and one renewal runs behind all who ask', async () => {
    await makeDue();
    const provider = heldAnswer();
    const servers = [house.call, house.anotherServer()];
    const tokens = await Promise.all(servers.flatMap((server) => [obtain(server), obtain(server)]));
    for (const token of tokens) expect(token).toMatchObject({ token: `first-${userId}`, source: 'stored' });
    await provider.asked();
    expect(await obtain(house.call)).toMatchObject({ generation: 1 });
    provider.answer();
    await expect.poll(async () => (await obtain(house.call)).generation).toBe(2);
    expect(house.provider.asked).toHaveLength(1);
  });

  test('is handed out while the provider fails, which is not asked again for each', async () => {
    await makeDue();
    house.provider.answer = async () => {
      throw new ProviderError('unreachable', { mayHaveExecuted: false });
    };
    expect(await obtain(house.call)).toMatchObject({ generation: 1 });
    await expect.poll(() => house.provider.asked.length).toBe(1);
    await house.services.flights.settled();
    for (const server of [house.call, house.anotherServer()]) {
      expect(await obtain(server)).toMatchObject({ generation: 1 });
      await server.services.flights.settled();
    }
    expect(house.provider.asked).toHaveLength(1);
  });
});
