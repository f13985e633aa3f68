import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ACCOUNTS, addApp, openHouse, toAnswer } from './house.ts';
import type { House } from './house.ts';
import { startImmint } from './processes.ts';
import type { Running } from './processes.ts';

// That jobs are worked on by all servers, behind logins, and survive any of them.

const [RC] = ACCOUNTS;

let house: House;
let servers: Running[];
beforeAll(async () => {
  house = await openHouse();
  await addApp(house, RC);
});
afterAll(() => house.close());
beforeEach(() => {
  servers = [];
});

const serve = async (): Promise<Running> => {
  const server = await startImmint(['serve', '--port', '0'], {
    cwd: house.cwd,
    env: { DATABASE_URL: house.databaseUrl },
  });
  servers.push(server);
  return server;
};

/** A file of users that no other test has. */
function usersFile(name: string, count: number): string {
  const path = join(house.cwd, `${name}.csv`);
  mkdirSync(house.cwd, { recursive: true });
  const rows = Array.from({ length: count }, (_, index) => `${name}${index},User ${index}`);
  writeFileSync(path, `userId,name\n${rows.join('\n')}\n`);
  return path;
}

interface Job {
  readonly job: number;
  readonly state: string;
  readonly pausedBecause: string | null;
  readonly calls: number;
  readonly items: number;
  readonly counts: {
    readonly waiting: number;
    readonly issued: number;
    readonly stored: number;
    readonly failed: number;
  };
}

/** Asks a query of one of the servers: which one makes no difference. */
async function ask(server: Running, procedure: string, input: unknown): Promise<Job> {
  const url = `${server.url}/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
  const answer = await toAnswer(await fetch(url, { headers: { authorization: `Bearer ${house.adminKey}` } }));
  return answer.data as unknown as Job;
}

async function until(server: Running, job: number, isReached: (view: Job) => boolean): Promise<Job> {
  for (;;) {
    const view = await ask(server, 'job.show', { job });
    if (isReached(view)) return view;
    await sleep(50);
  }
}

async function lastJob(server: Running): Promise<number> {
  for (;;) {
    const page = (await ask(server, 'job.list', { app: 'rc', limit: 1 })) as unknown as { jobs: Job[] };
    const [latest] = page.jobs;
    if (latest !== undefined && latest.state === 'running') return latest.job;
    await sleep(50);
  }
}

const issuesOf = async (name: string) => {
  const calls = (await house.sandbox.control.journal()).filter(({ path, userIds }) => {
    return path === '/user/getToken.json' && userIds.some((userId) => userId.startsWith(name));
  });
  return calls.map(({ userIds, atMs }) => ({ userId: userIds[0] ?? '', atMs }));
};

async function obtain(server: Running, userId: string): Promise<number> {
  const beganAtMs = performance.now();
  const response = await fetch(`${server.url}/trpc/token.obtain`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${house.adminKey}` },
    body: JSON.stringify({ app: 'rc', userId }),
  });
  expect(response.status).toBe(200);
  return performance.now() - beganAtMs;
}

test('a server that is killed in the middle costs nobody a token, and logins do not stand behind the job', async () => {
  const users = 2_000;
  const doomed = await serve();
  const bulk = house.run(['token', 'bulk', 'rc', '--file', usersFile('kill', users), '--json'], {
    env: { IMMINT_URL: house.server.url },
  });
  const job = await lastJob(house.server);
  await until(house.server, job, ({ counts }) => counts.issued >= 300);

  await doomed.stop('SIGKILL');
  const logins: number[] = [];
  for (let count = 0; count < 40; count += 1) {
    logins.push(await obtain(house.server, `login${count}`));
    await sleep(25);
  }
  const done = await until(house.server, job, ({ state }) => state !== 'running');
  expect(done).toMatchObject({ state: 'done', items: users, counts: { waiting: 0, failed: 0 } });
  expect(done.counts.issued + done.counts.stored).toBe(users);

  const { code, stdout, stderr } = await bulk;
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ state: 'done', counts: { waiting: 0, failed: 0 } });

  const issues = await issuesOf('kill');
  const issued = new Set(issues.map(({ userId }) => userId));
  expect(issued.size).toBe(users);
  // What the dead server had asked for and not saved is asked for again: at most what it had under way.
  expect(issues.length - users).toBeLessThanOrEqual(64);
  expect(done.calls).toBeGreaterThanOrEqual(issues.length);

  expect(logins.toSorted((left, right) => left - right)[20]).toBeLessThan(2_000);
}, 120_000);

test('the items of a killed server go on within 15 seconds', async () => {
  const doomed = await serve();
  // Everything that is taken now stays under way.
  await house.sandbox.control.post('faults', [
    { provider: 'rongcloud', path: '/user/getToken.json', kind: 'delay', delayMs: 8_000, times: 200 },
  ]);
  const started = house.run(['token', 'bulk', 'rc', '--file', usersFile('held', 100), '--json']);
  const job = await lastJob(house.server);
  const taken = async () => new Set((await issuesOf('held')).map(({ userId }) => userId)).size;
  while ((await taken()) < 60) await sleep(100);
  await doomed.stop('SIGKILL');
  const killedAtMs = Date.now();
  await house.sandbox.control.clearFaults();

  await until(house.server, job, ({ state }) => state !== 'running');
  const issues = await issuesOf('held');
  expect(Math.max(...issues.map(({ atMs }) => atMs)) - killedAtMs).toBeLessThan(15_000);
  expect(await started).toMatchObject({ code: 0 });
  expect(new Set(issues.map(({ userId }) => userId)).size).toBe(100);
  // Those that the dead server had asked for were asked for again: it did hold some.
  expect(issues.length).toBeGreaterThan(100);
}, 60_000);

test('a full account pauses the job at once, and it goes on when there is room', async () => {
  const { provider, appKey } = RC;
  const before = new Set((await house.sandbox.control.journal()).flatMap(({ userIds }) => userIds)).size;
  await house.sandbox.control.post('settings', { provider, appKey, maxUsers: before + 50 });
  const full = await house.run(['token', 'bulk', 'rc', '--file', usersFile('full', 400), '--json']);
  expect(full.code, full.stderr).toBe(78);
  const paused = JSON.parse(full.stdout) as Job;
  expect(paused).toMatchObject({
    state: 'paused',
    pausedBecause: 'PROVIDER_USER_LIMIT_REACHED',
    counts: { failed: 0 },
  });
  expect((await issuesOf('full')).length).toBeLessThan(400);

  await house.sandbox.control.post('settings', { provider, appKey, maxUsers: 1_000_000 });
  const resumed = await house.run(['token', 'bulk', 'rc', '--job', String(paused.job), '--json']);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ state: 'done', counts: { issued: 400, failed: 0 } });
}, 60_000);

test('a cancelled job ends for whoever watches it, and what was issued stays', async () => {
  const watching = house.run(['token', 'bulk', 'rc', '--file', usersFile('cancel', 2_000), '--json']);
  const job = await lastJob(house.server);
  await until(house.server, job, ({ counts }) => counts.issued >= 100);
  const cancelled = await house.run(['job', 'cancel', String(job)]);
  expect(cancelled.code, cancelled.stderr).toBe(0);
  const { code, stdout } = await watching;
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'cancelled' });
  await sleep(1_000);
  const issued = (await issuesOf('cancel')).length;
  await sleep(1_000);
  expect(await issuesOf('cancel')).toHaveLength(issued);
  expect(issued).toBeLessThan(2_000);
  const again = await house.run(['token', 'bulk', 'rc', '--file', usersFile('cancel', issued), '--dry-run', '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ users: issued, refuse: 0 });
}, 60_000);

test('a server that is stopped keeps nobody waiting who watches, and the watching goes on elsewhere', async () => {
  const other = await serve();
  const created = await house.call('job.create', { app: 'rc' });
  const { job } = created.data as unknown as Job;
  const url = `${other.url}/trpc/job.watch?input=${encodeURIComponent(JSON.stringify({ job }))}`;
  const refused = await (await fetch(url)).text();
  expect(refused).toContain('CREDENTIALS_MISSING');

  const stream = await fetch(url, { headers: { authorization: `Bearer ${house.adminKey}` } });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  const text = stream.text();
  await sleep(500);
  const beganAtMs = performance.now();
  await other.stop('SIGTERM');
  expect(performance.now() - beganAtMs).toBeLessThan(5_000);
  expect(await text).toContain('"state":"filling"');
}, 60_000);

test('all users of an app are revoked at once, and the provider is told of each by a job', async () => {
  const { provider, appKey } = RC;
  const token = await obtainToken('all0');
  await house.run(['token', 'bulk', 'rc', '--file', usersFile('all', 150), '--quiet']);
  const connect = (given: string) => house.sandbox.control.connect(provider, appKey, given);
  expect(await connect(token)).toEqual({ ok: true, userId: 'all0' });

  const revoked = await house.run(['token', 'revoke', 'rc', '--all', '--bar', '--json']);
  expect(revoked.code, revoked.stderr).toBe(75);
  const { all } = JSON.parse(revoked.stdout) as { all: { users: number; job: number; estimatedMs: number } };
  expect(all.users).toBeGreaterThanOrEqual(150);
  const barred = await house.run(['token', 'obtain', 'rc', 'all0']);
  expect(barred.code).toBe(1);

  const watched = await house.run(['job', 'show', String(all.job), '--watch', '--json']);
  expect(watched.code, watched.stderr).toBe(0);
  expect(JSON.parse(watched.stdout)).toMatchObject({
    state: 'done',
    counts: { told: all.users, failed: 0, waiting: 0 },
  });
  expect(await connect(token)).toEqual({ ok: false, reason: 'revoked' });
  const told = (await house.sandbox.control.journal()).filter(({ path }) => path === '/user/token/expire.json');
  expect(new Set(told.flatMap(({ userIds }) => userIds)).size).toBe(all.users);
  expect(Math.max(...told.map(({ userIds }) => userIds.length))).toBeLessThanOrEqual(20);

  expect((await house.run(['token', 'unbar', 'rc', '--all'])).code).toBe(0);
  expect(await connect(await obtainToken('all0'))).toEqual({ ok: true, userId: 'all0' });
}, 120_000);

async function obtainToken(userId: string): Promise<string> {
  const { code, stdout, stderr } = await house.run(['token', 'obtain', 'rc', userId]);
  expect(code, stderr).toBe(0);
  return stdout.trim();
}
