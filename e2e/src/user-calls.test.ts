import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNTS, openHouse } from './house.ts';
import type { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse({ withApps: true });
});
afterAll(() => house.close());

/** Runs a command that answers with JSON. */
async function json(...args: string[]): Promise<{ code: number | null; body: Record<string, unknown>; said: string }> {
  const { code, stdout, stderr } = await house.run([...args, '--json']);
  return { code, body: JSON.parse(stdout) as Record<string, unknown>, said: stderr };
}

async function obtain(app: string, userId: string): Promise<string> {
  const { code, stdout, stderr } = await house.run(['token', 'obtain', app, userId]);
  expect(code, stderr).toBe(0);
  return stdout.trim();
}

const SIGNED = ACCOUNTS.filter(({ provider }) => provider !== 'easemob');
const [EASEMOB] = ACCOUNTS.filter(({ provider }) => provider === 'easemob');
const isDone = (userId: string) => ({ userId, done: true, reason: null, message: null });

describe.each(SIGNED)('$provider', ({ app, provider, appKey }) => {
  const connect = (token: string) => house.sandbox.control.connect(provider, appKey, token);

  test('shows and changes a user', async () => {
    await obtain(app, 'show1');
    expect(await json('user', 'update', app, 'show1', '--name', 'Mei Lin')).toMatchObject({
      code: 0,
      body: { userId: 'show1', done: true, stored: true },
    });
    expect(await json('user', 'show', app, 'show1')).toMatchObject({ code: 0, body: { name: 'Mei Lin' } });
    expect(await json('token', 'inspect', app, 'show1')).toMatchObject({ body: { name: 'Mei Lin', good: true } });
    expect((await json('user', 'show', app, 'nobody1')).code).not.toBe(0);
  });

  test('bans for minutes, lists the ban, and lifts it; the token lives through it', async () => {
    const token = await obtain(app, 'ban1');
    expect(await connect(token)).toEqual({ ok: true, userId: 'ban1' });
    expect(await json('user', 'ban', app, 'ban1', '--minutes', '5')).toMatchObject({
      code: 0,
      body: { app, users: [isDone('ban1')] },
    });
    expect(await connect(token)).toEqual({ ok: false, reason: 'banned' });
    expect(await json('user', 'banned', app)).toMatchObject({
      code: 0,
      body: { users: expect.arrayContaining([{ userId: 'ban1', until: expect.any(String) }]), nextPage: null },
    });
    expect(await json('user', 'unban', app, 'ban1')).toMatchObject({ code: 0 });
    expect(await connect(token)).toEqual({ ok: true, userId: 'ban1' });
    expect(await obtain(app, 'ban1')).toBe(token);
  });

  test('says who is online', async () => {
    await obtain(app, 'online1');
    await house.sandbox.control.post('online', { provider, appKey, userId: 'online1', online: true });
    await obtain(app, 'offline1');
    expect(await json('user', 'online', app, 'online1', 'offline1')).toMatchObject({
      code: 0,
      body: {
        users: [
          { ...isDone('online1'), online: true },
          { ...isDone('offline1'), online: false },
        ],
      },
    });
  });

  test('deactivates: the tokens end at the provider and are no longer handed out here', async () => {
    const token = await obtain(app, 'away1');
    expect(await json('user', 'deactivate', app, 'away1')).toMatchObject({
      code: 0,
      body: { users: [{ ...isDone('away1'), operationId: expect.stringMatching(/./) }] },
    });
    expect(await json('user', 'deactivated', app)).toMatchObject({ body: { userIds: ['away1'] } });
    expect(await json('token', 'inspect', app, 'away1')).toMatchObject({ body: { good: false, revoked: true } });
    expect(await connect(token)).toMatchObject({ ok: false });
  });

  test('has no call to register, and says what it has', async () => {
    expect(await json('user', 'register', app, 'new1')).toMatchObject({
      code: 65,
      body: { error: { reason: 'CALL_UNSUPPORTED', message: expect.stringContaining('it has: show, update, ban') } },
    });
  });

  test('revokes: what was obtained before is dead, what is obtained after lives', async () => {
    const token = await obtain(app, 'lost1');
    const revoked = await json('token', 'revoke', app, 'lost1');
    expect(revoked).toMatchObject({
      code: 0,
      body: { verified: true, users: [{ userId: 'lost1', state: 'delivered', revokedBeforeMs: expect.any(Number) }] },
    });
    expect(revoked.said).toContain('connections that are open stay open');
    expect(await connect(token)).toEqual({ ok: false, reason: 'revoked' });

    const impatient = await house.run(['token', 'obtain', app, 'lost1', '--timeout-ms', '900', '--json']);
    expect(impatient.code).toBe(75);
    expect(JSON.parse(impatient.stdout)).toMatchObject({
      error: { reason: 'REVOKED_JUST_NOW', retryAfterMs: expect.any(Number) },
    });

    const next = await obtain(app, 'lost1');
    expect(next).not.toBe(token);
    expect(await connect(next)).toEqual({ ok: true, userId: 'lost1' });
  });

  test('revoked while the provider is down stops being handed out, and is told later with the same instant', async () => {
    const token = await obtain(app, 'down1');
    await house.sandbox.control.post('faults', [{ kind: 'down', provider }]);
    const revoked = await json('token', 'revoke', app, 'down1');
    expect(revoked).toMatchObject({ code: 75, body: { users: [{ state: 'pending', revokedBeforeMs: null }] } });
    expect(await json('token', 'inspect', app, 'down1')).toMatchObject({ body: { good: false, revoked: true } });
    expect(await connect(token)).toEqual({ ok: true, userId: 'down1' });

    await house.sandbox.control.clearFaults();
    await expect
      .poll(async () => (await json('token', 'inspect', app, 'down1')).body['revocation'], { timeout: 30_000 })
      .toMatchObject({ state: 'delivered', revokedBeforeMs: expect.any(Number) });
    expect(await connect(token)).toEqual({ ok: false, reason: 'revoked' });
    expect(await connect(await obtain(app, 'down1'))).toEqual({ ok: true, userId: 'down1' });
  });

  test('is not told an instant of a clock that is minutes away from ours', async () => {
    await obtain(app, 'clock1');
    await house.sandbox.control.post('clock', { advanceMs: 400_000 });
    try {
      expect(await json('token', 'revoke', app, 'clock1')).toMatchObject({
        code: 78,
        body: { error: { reason: 'PROVIDER_CLOCK_DISAGREES' } },
      });
    } finally {
      await house.sandbox.control.post('clock', { advanceMs: -400_000 });
    }
    expect(await json('token', 'inspect', app, 'clock1')).toMatchObject({ body: { good: true } });
  });

  test('bars until it is lifted', async () => {
    await obtain(app, 'bar1');
    expect((await json('token', 'revoke', app, 'bar1', '--bar')).code).toBe(0);
    expect(await json('token', 'obtain', app, 'bar1')).toMatchObject({
      code: 1,
      body: { error: { reason: 'USER_BARRED' } },
    });
    expect(await json('token', 'unbar', app, 'bar1')).toMatchObject({ body: { users: [{ wasBarred: true }] } });
    expect(await connect(await obtain(app, 'bar1'))).toMatchObject({ ok: true });
  });
});

describe('easemob', () => {
  const { app, provider, appKey } = EASEMOB ?? { app: '', provider: '', appKey: '' };
  const connect = (token: string) => house.sandbox.control.connect(provider, appKey, token);

  test('registers one, and many from a file, with an outcome for each', async () => {
    expect(await json('user', 'register', app, 'reg1', '--nickname', 'One')).toMatchObject({ code: 0 });
    const lines = Array.from({ length: 130 }, (_, index) => `many${index},,`);
    const file = ['userId,password,nickname', 'reg1,,', 'Reg2,,', 'reg3,made-up-password,"Three, the third"', ...lines];
    const many = await house.run(['user', 'register', app, '--file', '-', '--json'], { stdin: file.join('\n') });
    expect(many.code).toBe(1);
    const { users } = JSON.parse(many.stdout) as { users: { userId: string; done: boolean; reason: string }[] };
    expect(users).toHaveLength(133);
    expect(users.filter(({ done }) => !done).map(({ userId, reason }) => [userId, reason])).toEqual([
      ['reg1', 'USER_EXISTS'],
      ['Reg2', 'USER_ID_REFUSED'],
    ]);
    const login = await house.run(['token', 'obtain', app, 'reg3', '--password-prompt'], { stdin: 'made-up-password' });
    expect(login.code, login.stderr).toBe(0);
  });

  test('lists, shows, changes the password of, disconnects and deletes a user', async () => {
    expect((await json('user', 'register', app, 'life1')).code).toBe(0);
    const page = await json('user', 'list', app, '--limit', '2');
    expect(page.body).toMatchObject({ users: [expect.anything(), expect.anything()], nextCursor: expect.any(String) });
    expect(await json('user', 'show', app, 'life1')).toMatchObject({ code: 0, body: { userId: 'life1' } });

    const token = await obtain(app, 'life1');
    const changed = await house.run(['user', 'password', app, 'life1'], { stdin: 'made-up-password-2' });
    expect(changed.code, changed.stderr).toBe(0);
    expect(await json('token', 'inspect', app, 'life1')).toMatchObject({ body: { good: false } });
    expect(await connect(token)).toEqual({ ok: false, reason: 'revoked' });

    expect((await json('user', 'disconnect', app, 'life1')).code).toBe(0);
    expect((await json('user', 'delete', app, 'life1')).code).toBe(64);
    expect((await json('user', 'delete', app, 'life1', '--confirm', 'life1')).code).toBe(0);
    expect(await json('user', 'show', app, 'life1')).toMatchObject({
      code: 1,
      body: { error: { reason: 'USER_UNKNOWN' } },
    });
  });

  test('bans until it is lifted, and takes no minutes', async () => {
    const token = await obtain(app, 'ban1');
    expect((await json('user', 'ban', app, 'ban1', '--minutes', '5')).code).toBe(65);
    expect((await json('user', 'ban', app, 'ban1')).code).toBe(0);
    expect(await connect(token)).toMatchObject({ ok: false });
    expect((await json('user', 'unban', app, 'ban1')).code).toBe(0);
  });

  test('has no call that ends tokens: serving stops, and the answer says what could stand in', async () => {
    const token = await obtain(app, 'lost1');
    const revoked = await json('token', 'revoke', app, 'lost1');
    expect(revoked).toMatchObject({ code: 1, body: { users: [{ state: 'unsupported' }] } });
    expect(revoked.said).toContain('revokeBy');
    expect(await connect(token)).toMatchObject({ ok: true });
    expect(await obtain(app, 'lost1')).not.toBe(token);
  });

  test('ends tokens by a changed password where the app allows it, and says that nobody promises it', async () => {
    expect((await house.run(['app', 'update', app, '--revoke-by', 'password-change'])).code).toBe(0);
    const token = await obtain(app, 'lost2');
    const revoked = await json('token', 'revoke', app, 'lost2');
    expect(revoked).toMatchObject({ code: 0, body: { verified: false, users: [{ state: 'delivered' }] } });
    expect(revoked.said).toContain('no documentation promises');
    expect(await connect(token)).toEqual({ ok: false, reason: 'revoked' });
    expect(await connect(await obtain(app, 'lost2'))).toMatchObject({ ok: true });
  });
});

test('a key for tokens revokes on its app, and calls nothing about users', async () => {
  const created = await house.run(['key', 'create', '--label', 'backend', '--app', 'rc']);
  const key = created.stdout.trim();
  await obtain('rc', 'scoped1');
  const revoked = await house.call('token.revoke', { app: 'rc', userIds: ['scoped1'] }, { key });
  expect(revoked.status).toBe(200);
  expect((await house.call('token.revoke', { app: 'nx', userIds: ['scoped1'] }, { key })).status).toBe(403);
  expect((await house.call('user.ban', { app: 'rc', userIds: ['scoped1'], minutes: 1 }, { key })).status).toBe(403);
});

test('app show says what the provider can do', async () => {
  const { stdout } = await house.run(['app', 'show', 'nx']);
  expect(stdout).toMatch(/ends tokens on demand +yes/);
  expect(stdout).toMatch(/immint user … +show, update, ban/);
});
