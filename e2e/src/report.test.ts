import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNTS, openHouse, toAnswer } from './house.ts';
import type { Answer, House } from './house.ts';
import { startImmint } from './processes.ts';
import type { Running } from './processes.ts';

// A dead token, reported by the devices that hold it, over two servers on one database.

const DEVICES = 1_000;

/** As many as a product's own servers would keep open. */
const AT_ONCE = 50;

let house: House;
let second: Running;
beforeAll(async () => {
  house = await openHouse({ withApps: true });
  second = await startImmint(['serve', '--port', '0'], { cwd: house.cwd, env: { DATABASE_URL: house.databaseUrl } });
});
afterEach(() => house.sandbox.control.clearFaults());
afterAll(async () => {
  await second.stop();
  await house.close();
});

let users = 0;
const newUser = () => `dead${(users += 1)}`;

async function call(server: Running, procedure: string, input: object): Promise<Answer> {
  const response = await fetch(`${server.url}/trpc/${procedure}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${house.adminKey}` },
    body: JSON.stringify(input),
  });
  return toAnswer(response);
}

/** The calls for tokens that the sandbox received of a user. */
const issuesOf = async (userId: string) =>
  (await house.sandbox.control.journal()).filter((entry) => entry.userIds.includes(userId)).length;

const obtain = async (userId: string, app = 'rc') => (await house.call('token.obtain', { app, userId })).data;

describe('a dead token', () => {
  test('that a thousand devices report over two servers is replaced by one call, and all of them get the new one', async () => {
    const userId = newUser();
    const dead = await obtain(userId);
    expect(await issuesOf(userId)).toBe(1);
    const report = { app: 'rc', userId, token: dead['token'], providerCode: 31_004 };
    const answers: Answer[] = [];
    let sent = 0;
    const device = async (): Promise<void> => {
      while (sent < DEVICES) {
        sent += 1;
        answers.push(await call(sent % 2 === 0 ? house.server : second, 'token.report', report));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, device));

    expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);
    expect(answers.length).toBeGreaterThanOrEqual(DEVICES);
    const fingerprints = new Set(answers.map(({ data }) => data['fingerprint']));
    expect(fingerprints.size).toBe(1);
    expect(fingerprints).not.toContain(dead['fingerprint']);
    expect(await issuesOf(userId)).toBe(2);
    const connected = await house.sandbox.control.connect(
      'rongcloud',
      'sandbox-rongcloud',
      String(answers[0]?.data['token']),
    );
    expect(connected).toMatchObject({ ok: true, userId });
  });

  test('is answered with the current one where it is an older one, by a server that never saw it', async () => {
    const userId = newUser();
    const dead = await obtain(userId);
    const { data: current } = await call(house.server, 'token.report', {
      app: 'rc',
      userId,
      fingerprint: dead['fingerprint'],
    });
    expect(current).toMatchObject({ source: 'issued', generation: 2 });
    const late = await call(second, 'token.report', { app: 'rc', userId, fingerprint: dead['fingerprint'] });
    expect(late.data).toEqual({ ...current, source: 'stored' });
    expect(await issuesOf(userId)).toBe(2);
  });

  test('that was replaced a moment ago may not be replaced again yet, and the answer says how long to wait', async () => {
    const userId = newUser();
    const first = await obtain(userId);
    const report = (fingerprint: unknown) => call(second, 'token.report', { app: 'rc', userId, fingerprint });
    const { data: next } = await report(first['fingerprint']);
    const again = await report(next['fingerprint']);
    expect(again.error.data).toMatchObject({ reason: 'FRESH_TOO_SOON', httpStatus: 429 });
    expect(again.error.data['retryAfterMs']).toBeGreaterThan(0);
    expect(again.error.data['retryAfterMs']).toBeLessThanOrEqual(2_000);
    expect(await issuesOf(userId)).toBe(2);
  });

  test('is handed out all the same while the provider is down, and replaced when it is back', async () => {
    const userId = newUser();
    const dead = await obtain(userId);
    await house.sandbox.control.post('faults', [{ provider: 'rongcloud', kind: 'status', status: 500 }]);
    const report = { app: 'rc', userId, fingerprint: dead['fingerprint'] };
    expect((await call(second, 'token.report', report)).data).toMatchObject({
      source: 'stored',
      fingerprint: dead['fingerprint'],
    });
    expect(await obtain(userId)).toMatchObject({ source: 'stored', fingerprint: dead['fingerprint'] });

    await house.sandbox.control.clearFaults();
    await expect.poll(async () => (await obtain(userId))['generation'], { timeout: 20_000, interval: 500 }).toBe(2);
  });
});

describe.each(ACCOUNTS)('a code that is not about the token, at $provider', ({ app, provider }) => {
  test('costs no call, and the answer says what it means', async () => {
    const userId = newUser();
    const { fingerprint } = await obtain(userId, app);
    const before = (await house.sandbox.control.journal()).length;
    const code = provider === 'easemob' ? 206 : 31_010;
    const args = ['token', 'report', app, userId, '--fingerprint', String(fingerprint), '--code', String(code)];
    const reported = await house.run(args);
    expect(reported.code).toBe(1);
    expect(reported.stdout).toBe('');
    expect(reported.stderr).toContain(`Code ${code}`);
    expect(reported.stderr).toContain('another device');
    expect(await house.sandbox.control.journal()).toHaveLength(before);
    expect(await obtain(userId, app)).toMatchObject({ source: 'stored', fingerprint });
  });
});

test('a token that only nears its end, by the word of the device, stays in use and is not marked', async () => {
  const userId = newUser();
  const { fingerprint } = await obtain(userId, 'em');
  const { status } = await call(second, 'token.report', { app: 'em', userId, fingerprint, providerCode: 109 });
  expect(status).toBe(200);
  const story = await house.query('token.timeline', { app: 'em', userId });
  expect(story.text).not.toContain('token.report');
});

describe('a discard', () => {
  test('calls nobody until the next obtain, over both servers, and a dry run changes nothing', async () => {
    const userIds = [newUser(), newUser()];
    for (const userId of userIds) await obtain(userId, 'nx');
    const before = (await house.sandbox.control.journal()).length;
    const dry = await house.run(['token', 'discard', 'nx', ...userIds, '--dry-run', '--json']);
    expect(JSON.parse(dry.stdout)).toEqual({ app: 'nx', discarded: 2, dryRun: true });
    expect(await obtain(String(userIds[0]), 'nx')).toMatchObject({ source: 'stored' });

    const done = await house.run(['token', 'discard', 'nx', ...userIds]);
    expect(done.stdout).toBe('2 tokens discarded\n');
    expect(await house.sandbox.control.journal()).toHaveLength(before);
    const next = await call(second, 'token.obtain', { app: 'nx', userId: userIds[0] });
    expect(next.data).toMatchObject({ source: 'issued', generation: 2 });
    expect(await issuesOf(String(userIds[0]))).toBe(2);
    expect(await issuesOf(String(userIds[1]))).toBe(1);
  });

  test('of what was issued before an instant leaves what was issued since', async () => {
    const [early, late] = [newUser(), newUser()];
    const { issuedAtMs: earlyMs } = await obtain(early, 'nx');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { issuedAtMs: lateMs } = await obtain(late, 'nx');
    expect(Number(lateMs)).toBeGreaterThan(Number(earlyMs));
    const time = new Date(Number(lateMs)).toISOString();
    expect((await house.run(['token', 'discard', 'nx', '--issued-before', time])).code).toBe(0);
    expect(await obtain(early, 'nx')).toMatchObject({ source: 'issued' });
    expect(await obtain(late, 'nx')).toMatchObject({ source: 'stored' });
  });
});
