import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startDatabaseProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { openHouse } from './house.ts';
import type { Answer, House } from './house.ts';
import { startOneServer } from './several-servers.ts';
import type { OneServer } from './several-servers.ts';
import { describeStaleness, watchForOld } from './staleness.ts';
import type { Staleness } from './staleness.ts';

// What three servers on one PostgreSQL remember: a change that one of them acknowledges counts at all of them within a second.

/** Times as many rounds for a long run. */
const TIMES = Number(process.env['IMMINT_TEST_TIMES'] ?? 1);
const BOUND_MS = 1_000;
const AT_ONCE = 6;

let house: House;
let servers: OneServer[];
let proxy: FaultProxy & { readonly url: string };
/** It alone reaches the database through the proxy. */
let remote: OneServer;

beforeAll(async () => {
  house = await openHouse({ withApps: true });
  proxy = await startDatabaseProxy(house.databaseUrl);
  const near = await Promise.all([
    startOneServer(house, 'a'),
    // As behind a pooler: it is given no hints, and finds changes by looking.
    startOneServer(house, 'b', { DATABASE_URL: `${house.databaseUrl}&prepare=false` }),
  ]);
  remote = await startOneServer(house, 'c', { DATABASE_URL: proxy.url, IMMINT_LOG_LEVEL: 'info' });
  servers = [...near, remote];
}, 60_000);
afterAll(async () => {
  await Promise.all(servers.map(({ running }) => running.stop()));
  await proxy.close();
  await house.close();
});

const obtain = (
  server: OneServer,
  userId: string,
  options: { app?: string; key?: string; timeoutMs?: number } = {},
) => {
  const { app = 'rc', ...rest } = options;
  return server.call('token.obtain', { app, userId }, rest);
};

/** Obtains until every server has the user's token in memory, and gives it. */
async function warm(userId: string, options: { app?: string; key?: string } = {}): Promise<string> {
  const answers: Answer[] = [];
  for (const server of servers)
    answers.push(await obtain(server, userId, options), await obtain(server, userId, options));
  const tokens = new Set(answers.map(({ data }) => data['token']));
  expect(tokens.size).toBe(1);
  return String(answers[0]?.data['token']);
}

/** Rounds at several users at once, each changed at another server. */
async function rounds(
  count: number,
  what: string,
  round: (userId: string, at: OneServer) => Promise<Staleness>,
): Promise<Staleness[]> {
  const results: Staleness[] = [];
  const line = Array.from({ length: count * TIMES }, (_, index) => index);
  const worker = async (): Promise<void> => {
    for (let index = line.shift(); index !== undefined; index = line.shift()) {
      const at = servers[index % servers.length];
      if (at !== undefined) results.push(await round(`${what}${index}`, at));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  say(describeStaleness(what, results));
  return results;
}

const worstOf = (results: readonly Staleness[]) => Math.max(...results.map(({ worstMs }) => worstMs));

/** A token that is the old one; a refusal is none. */
const isToken = (answer: Answer, old: string) => answer.data['token'] === old;

describe('no server hands out what was ended a second ago', () => {
  test('after a revoke', async () => {
    const results = await rounds(12, 'revoke', async (userId, at) => {
      const old = await warm(userId);
      return watchForOld(
        servers,
        async (server) => isToken(await obtain(server, userId, { timeoutMs: 300 }), old),
        async () =>
          expect(await at.call('token.revoke', { app: 'rc', userIds: [userId] })).toMatchObject({ status: 200 }),
      );
    });
    expect(worstOf(results)).toBeLessThan(BOUND_MS);
  }, 120_000);

  test('after a report', async () => {
    const results = await rounds(12, 'report', async (userId, at) => {
      const old = await warm(userId);
      return watchForOld(
        servers,
        async (server) => isToken(await obtain(server, userId), old),
        async () =>
          expect(await at.call('token.report', { app: 'rc', userId, token: old })).toMatchObject({ status: 200 }),
      );
    });
    expect(worstOf(results)).toBeLessThan(BOUND_MS);
  }, 120_000);

  test('after a discard', async () => {
    const results = await rounds(6, 'discard', async (userId, at) => {
      const old = await warm(userId);
      return watchForOld(
        servers,
        async (server) => isToken(await obtain(server, userId), old),
        async () =>
          expect(await at.call('token.discard', { app: 'rc', userIds: [userId] })).toMatchObject({ status: 200 }),
      );
    });
    expect(worstOf(results)).toBeLessThan(BOUND_MS);
  }, 120_000);

  test('after an update of the app that ends its tokens', async () => {
    const results: Staleness[] = [];
    for (let round = 0; round < 2 * TIMES; round += 1) {
      const old = await warm('updated', { app: 'em' });
      const at = servers[round % servers.length] ?? remote;
      const refreshed = { app: 'em', secret: 'sandbox-client-secret', dropTokens: true };
      results.push(
        await watchForOld(
          servers,
          async (server) => isToken(await obtain(server, 'updated', { app: 'em' }), old),
          async () => expect(await at.call('app.update', refreshed)).toMatchObject({ status: 200 }),
        ),
      );
    }
    say(describeStaleness('app update', results));
    expect(worstOf(results)).toBeLessThan(BOUND_MS);
  }, 120_000);

  test('to an API key that was revoked', async () => {
    const results = await rounds(6, 'key', async (userId, at) => {
      const created = await at.call('key.create', { kind: 'token', label: userId, apps: ['rc'] });
      const key = String(created.data['key']);
      await warm(userId, { key });
      return watchForOld(
        servers,
        async (server) => (await obtain(server, userId, { key })).status === 200,
        async () => expect(await at.call('key.revoke', { id: created.data['id'] })).toMatchObject({ status: 200 }),
      );
    });
    expect(worstOf(results)).toBeLessThan(BOUND_MS);
  }, 120_000);
});

test('the server that acknowledged a change hands out nothing from before it at all', async () => {
  for (const server of servers) {
    const old = await warm(`own${server.name}`);
    await server.call('token.report', { app: 'rc', userId: `own${server.name}`, token: old });
    expect(isToken(await obtain(server, `own${server.name}`), old)).toBe(false);
  }
});

test('a strict app is never served from before an acknowledged change, at any server', async () => {
  await house.run(['app', 'update', 'nx', '--read-mode', 'strict']);
  await sleep(BOUND_MS);
  const results = await rounds(6, 'strict', async (userId, at) => {
    const created = await at.call('key.create', { kind: 'token', label: userId, apps: ['nx'] });
    const key = String(created.data['key']);
    const old = await warm(userId, { app: 'nx', key });
    const replaced = await watchForOld(
      servers,
      async (server) => isToken(await obtain(server, userId, { app: 'nx', key }), old),
      async () => at.call('token.report', { app: 'nx', userId, token: old }),
    );
    const revoked = await watchForOld(
      servers,
      async (server) => (await obtain(server, userId, { app: 'nx', key })).status === 200,
      async () => at.call('key.revoke', { id: created.data['id'] }),
    );
    return { ...revoked, askedAfter: replaced.askedAfter + revoked.askedAfter };
  });
  expect(results.map(({ askedAfter }) => askedAfter)).toEqual(results.map(() => 0));
}, 120_000);

test('a server that stood still wakes up with nothing from before: it asks before it answers', async () => {
  for (let round = 0; round < 2 * TIMES; round += 1) {
    const old = await warm(`stood${round}`);
    const sleeper = servers[1 + (round % 2)] ?? remote;
    process.kill(sleeper.running.pid, 'SIGSTOP');
    await servers[0]?.call('token.report', { app: 'rc', userId: `stood${round}`, token: old });
    const asked = Promise.all(Array.from({ length: 5 }, () => obtain(sleeper, `stood${round}`)));
    await sleep(BOUND_MS);
    process.kill(sleeper.running.pid, 'SIGCONT');
    expect((await asked).map((answer) => isToken(answer, old))).toEqual(Array.from({ length: 5 }, () => false));
  }
}, 60_000);

describe('a server that is cut off from the database', () => {
  afterEach(() => proxy.pass());

  test.each(['blackhole', 'refuse'] as const)(
    'stops serving from memory within five seconds, says why, and recovers by itself (%s)',
    async (fault) => {
      const userId = `cutoff${fault}`;
      const old = await warm(userId);
      const outages = remote.running.output().split('changes.seen-again').length;
      const cutAtMs = performance.now();
      await proxy[fault]();
      // Asked for from the first moment: the report may take its time.
      const reported = servers[0]?.call('token.report', { app: 'rc', userId, token: old });
      const answers: { readonly atMs: number; readonly answer: Answer }[] = [];
      const ask = async (): Promise<void> => {
        const answer = await obtain(remote, userId, { timeoutMs: 1_000 });
        answers.push({ atMs: performance.now() - cutAtMs, answer });
      };
      while (performance.now() - cutAtMs < 6_000) await Promise.all([ask(), sleep(50)]);
      await reported;
      const served = answers.filter(({ answer }) => answer.status === 200).map(({ atMs }) => Math.round(atMs));
      expect(served.length).toBeGreaterThan(0);
      expect(Math.max(...served)).toBeLessThan(5_000 + 200);
      const reasons = new Set(
        answers.flatMap(({ answer }) => (answer.status === 200 ? [] : [answer.error.data['reason']])),
      );
      expect([...reasons].every((reason) => reason === 'DATABASE_UNAVAILABLE' || reason === 'DEADLINE_EXCEEDED')).toBe(
        true,
      );
      expect(reasons.size).toBeGreaterThan(0);

      const passedAtMs = performance.now();
      await proxy.pass();
      let recovered: Answer | undefined;
      while (recovered?.status !== 200 && performance.now() - passedAtMs < 20_000) {
        recovered = await obtain(remote, userId, { timeoutMs: 1_000 });
      }
      say(
        `${fault}: last answer from memory after ${Math.max(...served)} ms, ` +
          `recovered ${Math.round(performance.now() - passedAtMs)} ms after the database could be reached`,
      );
      expect(recovered?.status).toBe(200);
      expect(isToken(recovered ?? failNoAnswer(), old)).toBe(false);
      await expect
        .poll(() => remote.running.output().split('changes.seen-again').length, { timeout: 20_000 })
        .toBe(outages + 1);
    },
    60_000,
  );

  test('goes on serving what it remembers through a restart of a second or two', async () => {
    await warm('restart');
    await proxy.refuse();
    const statuses = new Set<number>();
    const sinceMs = performance.now();
    while (performance.now() - sinceMs < 2_000) {
      statuses.add((await obtain(remote, 'restart')).status);
      await sleep(50);
    }
    await proxy.pass();
    expect(statuses).toEqual(new Set([200]));
  }, 30_000);
});

/** For whoever reads the run: vitest shows it beside the test. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function failNoAnswer(): never {
  throw new Error('no answer');
}
