import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDatabaseProxy } from './fault-proxy.ts';
import { ACCOUNTS, openHouse, toAnswer } from './house.ts';
import type { Answer, House } from './house.ts';
import { startImmint } from './processes.ts';
import type { Running } from './processes.ts';

// That any number of servers ask for the app token of an account as one. The judge is the journal of the sandbox.

const [, , easemob] = ACCOUNTS;

let house: House;
let servers: [Running, Running, ...Running[]];
let sql: postgres.Sql;
beforeAll(async () => {
  house = await openHouse();
  servers = [house.server, await startServer(), await startServer(), await startServer()];
  const url = new URL(house.databaseUrl);
  const host = url.searchParams.get('host') ?? '';
  sql = postgres({ host, database: url.pathname.slice(1), username: 'postgres', max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
  await house.close();
});

const startServer = (): Promise<Running> =>
  startImmint(['serve', '--port', '0'], { cwd: house.cwd, env: { DATABASE_URL: house.databaseUrl } });

/** Adds an account of its own, so that nobody has asked for its app token yet. */
async function addAccount(app: string): Promise<{ readonly app: string; readonly appKey: string }> {
  const appKey = `sandbox-org#${app}`;
  const account = { provider: easemob.provider, appKey, secret: `secret-of-${app}`, clientId: easemob.flags[1] };
  await house.sandbox.control.post('apps', account);
  const added = await house.call('app.add', { app, ...account, baseUrl: house.sandbox.url });
  expect(added.status, added.text).toBe(200);
  return { app, appKey };
}

async function call(server: Running, procedure: string, input: unknown): Promise<Answer> {
  return toAnswer(
    await fetch(`${server.url}/trpc/${procedure}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${house.adminKey}` },
      body: JSON.stringify(input),
    }),
  );
}

/** What a machine that is busy with other things answers now and then: it says nothing about app tokens. */
const BUSY = new Set<unknown>(['RATE_USED_UP', 'DEADLINE_EXCEEDED', 'PROVIDER_TIMEOUT']);

let users = 0;
/** Logs a new user in, and tries again while the machine is too busy. */
async function obtain(server: Running, app: string): Promise<Answer> {
  users += 1;
  const input = { app, userId: `u${users}` };
  for (let tries = 1; ; tries += 1) {
    const answer = await call(server, 'token.obtain', input);
    if (tries === 5 || !BUSY.has(answer.error.data['reason'])) return answer;
    await sleep(Number(answer.error.data['retryAfterMs'] ?? 0) + 100);
  }
}

/** So many logins of new users at each server, all at once. */
const obtainEverywhere = (app: string, times: number): Promise<Answer[]> =>
  Promise.all(servers.flatMap((server) => Array.from({ length: times }, () => obtain(server, app))));

/** What logins were refused for, but for a machine that is too busy to serve them all. */
const refusalsIn = (answers: readonly Answer[]): readonly string[] =>
  answers.filter(({ status, error }) => status !== 200 && !BUSY.has(error.data['reason'])).map(({ text }) => text);

/** The asks for an app token of an account: those to the token path that name no user. */
async function asksOf(appKey: string): Promise<number> {
  const entries = await house.sandbox.control.journal();
  const tokens = entries.filter((entry) => entry.appKey === appKey && entry.path.endsWith('/token'));
  return tokens.filter(({ userIds }) => userIds.length === 0).length;
}

/** Lets the provider take so long for the next ask. The work is done at once. */
async function slowDown(appKey: string, delayMs: number): Promise<void> {
  await house.sandbox.control.post('faults', [
    { provider: easemob.provider, appKey, kind: 'delay', delayMs, path: '/token', times: 1, executes: true },
  ]);
}

/** Makes what is stored of the app token that was taken last so much older. */
async function letPass(seconds: number): Promise<void> {
  const by = `${seconds} seconds`;
  await sql`
    update immint.app_token set taken_at = taken_at - ${by}::interval, asked_at = asked_at - ${by}::interval,
      lease_until = lease_until - ${by}::interval
    where taken_at = (select max(taken_at) from immint.app_token)`;
}

test('four servers that start cold with 200 logins each ask once', async () => {
  const { app, appKey } = await addAccount('cold');
  await slowDown(appKey, 300);
  const answers = await obtainEverywhere(app, 200);
  expect(refusalsIn(answers)).toEqual([]);
  expect(await asksOf(appKey)).toBe(1);
});

test('a token that the provider knows no more costs all servers together one ask', async () => {
  const { app, appKey } = await addAccount('forgotten');
  await obtainEverywhere(app, 1);
  expect(await asksOf(appKey)).toBe(1);
  // What the account had goes, and with it the app token and the journal of it.
  await house.sandbox.control.post('reset', { provider: easemob.provider, appKey });
  const answers = await obtainEverywhere(app, 50);
  expect(refusalsIn(answers)).toEqual([]);
  expect(await asksOf(appKey)).toBe(1);
});

test('a token that is refused again and again is replaced once in the minute, whatever comes', async () => {
  const { app, appKey } = await addAccount('refused');
  await obtainEverywhere(app, 1);
  const refusing = { provider: easemob.provider, appKey, kind: 'status', status: 401, path: '/users', method: 'POST' };
  await house.sandbox.control.post('faults', [refusing]);
  const register = (server: Running) =>
    call(server, 'user.register', { app, users: [{ userId: 'r', password: 'pw' }] });
  // The first calls are refused with the first token and then with the second, the next ones with the second.
  await Promise.all(servers.map(register));
  await Promise.all(servers.map(register));
  const answers = await obtainEverywhere(app, 5);
  await house.sandbox.control.clearFaults();
  expect(answers.map(({ status, error }) => [status, error.data['reason']])).toEqual(
    answers.map(() => [429, 'PROVIDER_RATE_LIMITED']),
  );
  expect(await asksOf(appKey)).toBe(2);
  await letPass(60);
  expect(await obtain(house.server, app)).toMatchObject({ status: 200 });
  expect(await asksOf(appKey)).toBe(3);
});

/** Lets one server ask a provider that is slow to answer, and gives its login once the provider has heard it. */
async function askSlowly(
  server: Running,
  app: string,
  appKey: string,
  delayMs: number,
): Promise<{ readonly login: Promise<Answer> }> {
  await slowDown(appKey, delayMs);
  const login = obtain(server, app);
  login.catch(() => undefined);
  await expect.poll(() => asksOf(appKey), { timeout: 10_000 }).toBe(1);
  return { login };
}

test('a server that is killed while the provider is slow costs no second ask within the minute, and the next one answers', async () => {
  const { app, appKey } = await addAccount('killed');
  const [first, victim, ...others] = servers;
  await askSlowly(victim, app, appKey, 5_000);
  const waiting = [first, ...others].map((server) => obtain(server, app));
  await victim.stop('SIGKILL');
  const startedAtMs = performance.now();
  for (const { status, error } of await Promise.all(waiting)) {
    expect([status, error.data['reason']]).toEqual([429, 'PROVIDER_RATE_LIMITED']);
    expect(error.data['retryAfterMs']).toBeGreaterThan(50_000);
    expect(error.data['retryAfterMs']).toBeLessThanOrEqual(60_000);
  }
  expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  expect(await asksOf(appKey)).toBe(1);
  await letPass(62);
  servers = [first, await startServer(), ...others];
  const answers = await obtainEverywhere(app, 20);
  expect(refusalsIn(answers)).toEqual([]);
  expect(await asksOf(appKey)).toBe(2);
});

test('a server that stands still while it asks writes nothing late, and goes on with the token of the one that took over', async () => {
  const { app, appKey } = await addAccount('stopped');
  const [other, victim] = servers;
  const { login } = await askSlowly(victim, app, appKey, 1_000);
  process.kill(victim.pid, 'SIGSTOP');
  try {
    await letPass(63);
    expect(await obtain(other, app)).toMatchObject({ status: 200 });
    expect(await asksOf(appKey)).toBe(2);
    const before =
      await sql`select fence, generation, fingerprint from immint.app_token order by taken_at desc limit 1`;
    process.kill(victim.pid, 'SIGCONT');
    expect(await login).toMatchObject({ status: 200 });
    const after = await sql`select fence, generation, fingerprint from immint.app_token order by taken_at desc limit 1`;
    expect(after).toEqual(before);
  } finally {
    process.kill(victim.pid, 'SIGCONT');
  }
  await obtainEverywhere(app, 5);
  expect(await asksOf(appKey)).toBe(2);
});

test('a server that loses the database while it asks writes the token down when it is back, and nobody asks again', async () => {
  const { app, appKey } = await addAccount('cutoff');
  const [other] = servers;
  const proxy = await startDatabaseProxy(house.databaseUrl);
  const env = { DATABASE_URL: proxy.url };
  const cutOff = await startImmint(['serve', '--port', '0'], { cwd: house.cwd, env });
  try {
    await askSlowly(cutOff, app, appKey, 1_000);
    await proxy.refuse();
    await sleep(3_000);
    await proxy.pass();
    const stored = () => sql`select 1 from immint.app_token where lease_until is null and generation is not null
      and taken_at = (select max(taken_at) from immint.app_token)`;
    await expect.poll(stored, { timeout: 30_000 }).toHaveLength(1);
    expect(await obtain(other, app)).toMatchObject({ status: 200 });
    expect(await asksOf(appKey)).toBe(1);
  } finally {
    await cutOff.stop('SIGKILL');
    await proxy.close();
  }
});

test('a check of every server within the minute is one ask, and those that did not ask say so', async () => {
  const { app, appKey } = await addAccount('checked');
  const checks = await Promise.all(
    servers.map(async (server) => {
      const { stdout } = await house.run(['app', 'check', app], { env: { IMMINT_URL: server.url } });
      return stdout;
    }),
  );
  expect(checks.filter((text) => text.includes('less than a minute ago'))).toHaveLength(servers.length - 1);
  expect(await obtain(servers[1], app)).toMatchObject({ status: 200 });
  expect(await asksOf(appKey)).toBe(1);
});
