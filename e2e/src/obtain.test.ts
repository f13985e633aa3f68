import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNTS, openHouse } from './house.ts';
import type { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse({ withApps: true });
});
afterAll(() => house.close());

/** The provider calls that issued a token for one user. */
async function issuesFor(provider: string, userId: string): Promise<number> {
  return (await house.sandbox.control.journal()).filter(
    (entry) => entry.provider === provider && entry.userIds.includes(userId),
  ).length;
}

describe.each(ACCOUNTS)('$provider', ({ app, provider, appKey }) => {
  test('the command line prints a token, alone, that the IM service takes at login', async () => {
    const obtained = await house.run(['token', 'obtain', app, 'jlk456j5', '--name', 'Ironman']);
    expect(obtained.code, obtained.stderr).toBe(0);
    expect(obtained.stdout).toMatch(/^\S+\n$/);
    const token = obtained.stdout.trim();
    expect(await house.sandbox.control.connect(provider, appKey, token)).toEqual({ ok: true, userId: 'jlk456j5' });
  });

  test('the second time it is the stored one, without a call to the provider', async () => {
    const first = await house.call('token.obtain', { app, userId: 'again1' });
    const callsBefore = await issuesFor(provider, 'again1');
    const second = await house.call('token.obtain', { app, userId: 'again1' });
    expect(first.data).toMatchObject({ source: 'issued', generation: 1, provider });
    expect(second.data).toEqual({ ...first.data, source: 'stored' });
    expect(await issuesFor(provider, 'again1')).toBe(callsBefore);
  });

  test('fifty callers at once cost one call to the provider and get one token', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => house.call('token.obtain', { app, userId: 'crowd1' })),
    );
    expect(new Set(answers.map((answer) => answer.data['token'])).size).toBe(1);
    expect(await issuesFor(provider, 'crowd1')).toBe(1);
  });

  test('a fresh one is a new generation, and a second one at once is refused with the time to wait', async () => {
    await house.call('token.obtain', { app, userId: 'fresh1' });
    const fresh = await house.call('token.obtain', { app, userId: 'fresh1', fresh: true });
    expect(fresh.data).toMatchObject({ source: 'issued', generation: 2 });
    const tooSoon = await house.call('token.obtain', { app, userId: 'fresh1', fresh: true });
    expect(tooSoon.error.data).toMatchObject({ reason: 'FRESH_TOO_SOON', httpStatus: 429 });
    expect(tooSoon.error.data['retryAfterMs']).toBeGreaterThan(0);
    const cli = await house.run(['token', 'obtain', app, 'fresh1', '--fresh']);
    expect(cli.code).toBe(75);
  });

  test('inspect and list tell about it without showing it', async () => {
    const { data } = await house.call('token.obtain', { app, userId: 'shown1' });
    const inspected = await house.run(['token', 'inspect', app, 'shown1', '--json']);
    expect(JSON.parse(inspected.stdout)).toMatchObject({
      userId: 'shown1',
      fingerprint: data['fingerprint'],
      good: true,
    });
    const listed = await house.run(['token', 'list', app, '--json']);
    expect(listed.stdout).toContain('"shown1"');
    expect(inspected.stdout + listed.stdout).not.toContain(String(data['token']));
  });

  test('app check makes one call and reports that all is well; at Easemob none within a minute of the last app token', async () => {
    const before = (await house.sandbox.control.journal()).length;
    const checked = await house.run(['app', 'check', app, '--json']);
    expect(checked.code, checked.stderr).toBe(0);
    expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true, reason: null });
    expect((await house.sandbox.control.journal()).length - before).toBe(provider === 'easemob' ? 0 : 1);
  });
});

describe('lifetime', () => {
  test('Easemob tells it, and the token ends when the provider said', async () => {
    const { data } = await house.call('token.obtain', { app: 'em', userId: 'ttl1', ttlSeconds: 600 });
    expect(data).toMatchObject({ lifetime: 'known' });
    expect(Number(data['expiresAtMs']) - Number(data['issuedAtMs'])).toBe(600_000);
  });

  test('a caller with a shorter bound gets a token of its own, and everybody then has that one', async () => {
    const long = await house.call('token.obtain', { app: 'em', userId: 'ttl2' });
    const short = await house.call('token.obtain', { app: 'em', userId: 'ttl2', ttlSeconds: 600 });
    const next = await house.call('token.obtain', { app: 'em', userId: 'ttl2' });
    expect(long.data['generation']).toBe(1);
    expect(short.data['generation']).toBe(2);
    expect(next.data).toMatchObject({ generation: 2, source: 'stored' });
  });

  test('RongCloud and Nexconn do not tell it: it is unknown, until the app states what its console says', async () => {
    const unknown = await house.call('token.obtain', { app: 'rc', userId: 'ttl3' });
    expect(unknown.data).toMatchObject({ lifetime: 'unknown', expiresAtMs: null });
    const updated = await house.run(['app', 'update', 'nx', '--token-lifetime', '86400']);
    expect(updated.code, updated.stderr).toBe(0);
    const known = await house.call('token.obtain', { app: 'nx', userId: 'ttl3' });
    expect(known.data).toMatchObject({ lifetime: 'known' });
  });
});

describe('profile', () => {
  const pathsFor = async (userId: string) =>
    (await house.sandbox.control.journal())
      .filter((entry) => entry.userIds.includes(userId))
      .map((entry) => entry.path);

  test('a changed name goes out by the update call and forces no new token', async () => {
    await house.call('token.obtain', { app: 'rc', userId: 'profile1', name: 'Before' });
    const changed = await house.call('token.obtain', { app: 'rc', userId: 'profile1', name: 'After' });
    expect(changed.data).toMatchObject({ source: 'stored', generation: 1 });
    expect(await pathsFor('profile1')).toEqual(['/user/getToken.json', '/user/refresh.json']);
    await house.call('token.obtain', { app: 'rc', userId: 'profile1', name: 'After' });
    await house.call('token.obtain', { app: 'rc', userId: 'profile1' });
    expect(await pathsFor('profile1')).toHaveLength(2);
    const inspected = await house.run(['token', 'inspect', 'rc', 'profile1', '--json']);
    expect(JSON.parse(inspected.stdout)).toMatchObject({ name: 'After' });
  });

  test('at Easemob it is stored and not sent', async () => {
    await house.call('token.obtain', { app: 'em', userId: 'profile2', name: 'Before' });
    await house.call('token.obtain', { app: 'em', userId: 'profile2', name: 'After' });
    expect(await pathsFor('profile2')).toHaveLength(1);
    const inspected = await house.run(['token', 'inspect', 'em', 'profile2', '--json']);
    expect(JSON.parse(inspected.stdout)).toMatchObject({ name: 'After' });
  });
});

describe('password', () => {
  test('it goes to the provider by itself and leaves nothing behind', async () => {
    const { post, connect } = house.sandbox.control;
    await post('faults', []);
    const registered = await registerAtEasemob('pw1', 'made-up-password');
    expect(registered.status).toBe(200);
    const right = await house.call('token.obtain', { app: 'em', userId: 'pw1', password: 'made-up-password' });
    expect(right.data).toMatchObject({ source: 'issued', generation: 0 });
    expect(await connect('easemob', 'sandbox-org#sandbox-app', String(right.data['token']))).toEqual({
      ok: true,
      userId: 'pw1',
    });
    const inspected = await house.run(['token', 'inspect', 'em', 'pw1']);
    expect(inspected.code).toBe(1);
  });

  test('a wrong one is refused, and slows down only the next password call of that user', async () => {
    await registerAtEasemob('pw2', 'made-up-password');
    const wrong = await house.call('token.obtain', { app: 'em', userId: 'pw2', password: 'wrong-made-up' });
    expect(wrong.error.data).toMatchObject({ reason: 'PASSWORD_REFUSED', httpStatus: 403 });
    const soon = await house.call('token.obtain', { app: 'em', userId: 'pw2', password: 'made-up-password' });
    expect(soon.error.data).toMatchObject({ reason: 'PASSWORD_TOO_SOON' });
    const byInherit = await house.call('token.obtain', { app: 'em', userId: 'pw2' });
    expect(byInherit.data).toMatchObject({ source: 'issued', generation: 1 });
  });

  async function registerAtEasemob(username: string, password: string): Promise<Response> {
    const base = `${house.sandbox.url}/sandbox-org/sandbox-app`;
    const json = { 'content-type': 'application/json' };
    const app = await fetch(`${base}/token`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({
        grant_type: 'client_credentials',
        client_id: 'sandbox-client-id',
        client_secret: 'sandbox-client-secret',
      }),
    });
    const { access_token: appToken } = (await app.json()) as { access_token: string };
    return fetch(`${base}/users`, {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${appToken}` },
      body: JSON.stringify({ username, password }),
    });
  }
});
