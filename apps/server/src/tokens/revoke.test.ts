import { createCallContext, ProviderError } from '@immint/providers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openScriptedHouse, tokenNamed } from '../testing/scripted-house.ts';
import { inspectToken } from './inspect.ts';
import { obtainToken } from './obtain.ts';
import { tellDue } from './revocation-loop.ts';
import { revokeTokens } from './revoke.ts';
import { settlementOf } from './settle-revocation.ts';
import { unbarUsers } from './unbar.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
/** What the provider was told: which users, before which instant. */
const told: { userIds: readonly string[]; beforeMs: number }[] = [];
let answer: (userId: string) => ProviderError | undefined;
/** The provider's clock, which has whole seconds. */
let dateMs: number;

beforeAll(async () => {
  house = await openScriptedHouse();
  await house.addApp('rc', 'rongcloud');
  await house.addApp('em', 'easemob');
});
beforeEach(() => {
  told.length = 0;
  house.waitsMs.length = 0;
  answer = () => undefined;
  dateMs = Math.floor(Date.now() / 1000) * 1000;
  house.provider.check = async () => ({ serverDateMs: dateMs, isRemembered: false });
  house.provider.answer = async (_request, index) => tokenNamed(`token-${index}`);
  house.provider.revocation = {
    effect: 'The provider ends tokens.',
    isVerified: true,
    takesInstant: true,
    revoke: async (userIds, beforeMs) => {
      told.push({ userIds, beforeMs });
      return userIds.map((userId) => {
        const error = answer(userId);
        return error === undefined ? { userId } : { userId, error };
      });
    },
  };
});
afterAll(() => house.close());

const obtain = (userId: string, app = 'rc') => obtainToken(house.call, { app, userId });
const revoke = (userIds: string[], more: { bar?: boolean } = {}) =>
  revokeTokens(house.call, { app: 'rc', userIds, ...more });
const latestOf = async (userId: string) => (await inspectToken(house.call, { app: 'rc', userId })).revocation;
/** Makes what is pending due at once. */
async function makeDue(userId: string): Promise<void> {
  const app = await house.services.apps.find('rc');
  const latest = await house.services.revocations.latest(app?.id ?? 0, userId);
  const settlement = { state: 'pending', reason: 'PROVIDER_TIMEOUT', retryAfterMs: 0 } as const;
  await house.services.revocations.settle([latest?.id ?? 0], settlement);
}

describe('a revoke', () => {
  test('stops serving, and tells the provider an instant two seconds ahead of its clock, in one call', async () => {
    await obtain('u1');
    const answered = await revoke(['u1', 'u2']);
    expect(told).toEqual([{ userIds: ['u1', 'u2'], beforeMs: dateMs + 2_000 }]);
    expect(answered).toMatchObject({
      effect: 'The provider ends tokens.',
      verified: true,
      users: [
        { userId: 'u1', state: 'delivered', barred: false, revokedBeforeMs: dateMs + 2_000, reason: null },
        { userId: 'u2', state: 'delivered' },
      ],
    });
    expect(await inspectToken(house.call, { app: 'rc', userId: 'u1' })).toMatchObject({
      good: false,
      revoked: true,
      revocation: { state: 'delivered', attempts: 1 },
    });
  });

  test('is waited out by the next issue, until a second after the instant by the provider’s clock', async () => {
    await obtain('u3');
    await revoke(['u3']);
    expect(await obtain('u3')).toMatchObject({ source: 'issued', generation: 2 });
    expect(house.waitsMs).toHaveLength(1);
    expect(house.waitsMs[0]).toBeGreaterThan(2_000);
    expect(house.waitsMs[0]).toBeLessThanOrEqual(3_000);
  });

  test('tells a caller who cannot wait when to come back', async () => {
    await revoke(['u4']);
    const call = { ...house.call, deadlineMs: house.clock.monotonicMs + 1_500 };
    await expect(obtainToken(call, { app: 'rc', userId: 'u4' })).rejects.toMatchObject({
      reason: 'REVOKED_JUST_NOW',
      retryAfterMs: expect.any(Number),
    });
  });

  test('makes nobody else wait', async () => {
    await revoke(['u5']);
    expect(await obtain('u6')).toMatchObject({ source: 'issued' });
    expect(house.waitsMs).toEqual([]);
  });

  test('keeps a token from being saved that was asked for before it, and whoever waited gets a later one', async () => {
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof tokenNamed>>();
    const asked = house.provider.asked.length;
    house.provider.answer = (_request, index) => (index === asked ? promise : Promise.resolve(tokenNamed('later')));
    const waiting = obtain('u7');
    await expect.poll(() => house.provider.asked.length).toBe(asked + 1);
    await revoke(['u7']);
    resolve(tokenNamed('late'));
    expect(await waiting).toMatchObject({ token: 'later', generation: 1 });
    expect(house.waitsMs).not.toEqual([]);
    const { id } = (await house.services.apps.find('rc')) ?? { id: 0 };
    expect(await house.services.leaseStore.possibleOrphans(id)).toBe(1);
    expect(house.lines.join('')).toContain('token.orphaned');
  });

  test('is refused, and nothing is changed, where the clocks are more than five minutes apart', async () => {
    await obtain('u8');
    // Told when it is asked, however long that takes on a busy machine.
    house.provider.check = async () => ({ serverDateMs: Date.now() + 301_000, isRemembered: false });
    await expect(revoke(['u8'])).rejects.toMatchObject({ reason: 'PROVIDER_CLOCK_DISAGREES' });
    expect(await inspectToken(house.call, { app: 'rc', userId: 'u8' })).toMatchObject({ good: true });
    expect(told).toEqual([]);
  });

  test('of an id that the provider’s rules refuse does nothing about it, and the others are revoked', async () => {
    expect((await revoke(['a-b', 'u9'])).users).toMatchObject([
      { userId: 'a-b', state: null, reason: 'USER_ID_REFUSED' },
      { userId: 'u9', state: 'delivered' },
    ]);
  });
});

describe('a provider that does not take it', () => {
  test('is told again with the same instant until it does', async () => {
    await obtain('u11');
    answer = () => new ProviderError('timed-out');
    expect((await revoke(['u11'])).users).toMatchObject([{ state: 'pending', reason: 'PROVIDER_TIMEOUT' }]);
    expect(await latestOf('u11')).toMatchObject({ state: 'pending', reason: 'PROVIDER_TIMEOUT', attempts: 1 });
    await tellDue(house.services);
    expect(told).toHaveLength(1);

    await makeDue('u11');
    answer = () => undefined;
    dateMs += 60_000;
    await tellDue(house.services);
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual(told[0]);
    expect(await latestOf('u11')).toMatchObject({ state: 'delivered', attempts: 2, reason: null });
  });

  test('is not told again what it refuses for good', async () => {
    await obtain('u12');
    answer = () => new ProviderError('user-unknown');
    expect((await revoke(['u12'])).users).toMatchObject([{ state: 'failed', reason: 'USER_UNKNOWN' }]);
    await makeDue('u12');
    await tellDue(house.services);
    expect(told).toHaveLength(1);
  });

  test('and does not even tell its time stops nobody’s serving: the instant is fixed when it answers', async () => {
    await obtain('u13');
    house.provider.check = async () => Promise.reject(new ProviderError('unreachable'));
    const { users } = await revoke(['u13']);
    expect(users).toMatchObject([{ state: 'pending', revokedBeforeMs: null, reason: 'PROVIDER_UNREACHABLE' }]);
    expect(told).toEqual([]);
    await expect(obtain('u13')).rejects.toMatchObject({ kind: 'unreachable' });

    house.provider.check = async () => ({ serverDateMs: dateMs, isRemembered: false });
    expect(await obtain('u13')).toMatchObject({ source: 'issued' });
    expect(house.waitsMs.at(-1)).toBeGreaterThan(2_000);
    await makeDue('u13');
    await tellDue(house.services);
    expect(told).toEqual([{ userIds: ['u13'], beforeMs: dateMs + 2_000 }]);
  });

  test('tells its time in a refusal too', async () => {
    house.provider.check = async () =>
      Promise.reject(new ProviderError('credentials-refused', { serverDateMs: dateMs }));
    answer = () => new ProviderError('credentials-refused');
    const { users } = await revoke(['u14']);
    expect(users).toMatchObject([{ state: 'pending', revokedBeforeMs: dateMs + 2_000 }]);
  });
});

describe('a provider without the call', () => {
  test('is told nothing: the answer says that serving stopped, and what could stand in', async () => {
    house.provider.revocation = undefined;
    await obtain('e1', 'em');
    const answered = await revokeTokens(house.call, { app: 'em', userIds: ['e1'] });
    expect(answered).toMatchObject({ verified: false, users: [{ state: 'unsupported', revokedBeforeMs: null }] });
    expect(answered.effect).toMatch(/^Easemob has no call that ends tokens.*revokeBy/);
    expect(await obtain('e1', 'em')).toMatchObject({ source: 'issued' });
    expect(house.waitsMs).toEqual([]);
  });
});

describe('a barred user', () => {
  test('gets no token, not even with a password, until the bar is lifted', async () => {
    await obtain('b1');
    await revoke(['b1'], { bar: true });
    await expect(obtain('b1')).rejects.toMatchObject({ reason: 'USER_BARRED' });
    house.provider.revocation = undefined;
    await revokeTokens(house.call, { app: 'em', userIds: ['b1'], bar: true });
    const withPassword = { app: 'em', userId: 'b1', password: 'made-up-password' };
    await expect(obtainToken(house.call, withPassword)).rejects.toMatchObject({ reason: 'USER_BARRED' });

    const { users } = await unbarUsers(house.call, { app: 'rc', userIds: ['b1', 'b2'] });
    expect(users).toEqual([
      { userId: 'b1', wasBarred: true },
      { userId: 'b2', wasBarred: false },
    ]);
    expect(await obtain('b1')).toMatchObject({ source: 'issued', generation: 2 });
  });
});

test('a revoke that asks for no bar leaves one as it is, and says that it is there', async () => {
  await revoke(['b3'], { bar: true });
  const { users } = await revoke(['b3', 'b4']);
  expect(users.map(({ userId, barred }) => [userId, barred])).toEqual([
    ['b3', true],
    ['b4', false],
  ]);
});

describe('what an attempt came to', () => {
  test.each([
    [1, 2_500],
    [2, 5_000],
    [8, 300_000],
    [99, 300_000],
  ])('attempt %i that failed for now is followed by another after at least %i ms', (attempts, waitMs) => {
    expect(settlementOf(new ProviderError('failed'), { attempts, ageMs: 0, random: 0 })).toEqual({
      state: 'pending',
      reason: 'PROVIDER_FAILED',
      retryAfterMs: waitMs,
    });
  });

  test('waits at least as long as the provider asked for', () => {
    const error = new ProviderError('rate-limited', { retryAfterMs: 90_000 });
    expect(settlementOf(error, { attempts: 1, ageMs: 0, random: 1 })).toMatchObject({ retryAfterMs: 90_000 });
  });

  test('is given up after three days', () => {
    const error = new ProviderError('unreachable');
    const ageMs = 3 * 24 * 3_600_000 + 1;
    expect(settlementOf(error, { attempts: 9, ageMs, random: 0 })).toMatchObject({ state: 'failed' });
  });
});

test('the time that a call is given is not used up by asking for the time', async () => {
  const context = createCallContext(2_000, house.services);
  const seen: number[] = [];
  house.provider.check = async () => ({ serverDateMs: dateMs, isRemembered: false });
  const { revocation } = house.provider;
  if (revocation !== undefined) {
    house.provider.revocation = {
      ...revocation,
      revoke: async (userIds, beforeMs, { timeoutMs }) => {
        seen.push(timeoutMs);
        return revocation.revoke(userIds, beforeMs, context);
      },
    };
  }
  await revoke(['u20']);
  expect(seen[0]).toBeGreaterThan(9_000);
});
