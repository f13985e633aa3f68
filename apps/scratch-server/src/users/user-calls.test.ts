import { ProviderError } from '@immint/providers';
import type { NewUser } from '@immint/providers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { obtainToken } from '../tokens/obtain.ts';
import { openScriptedHouse, tokenNamed } from '../testing/scripted-house.ts';
import { banUsers } from './ban.ts';
import { listBanned } from './banned.ts';
import { deactivateUsers } from './deactivate.ts';
import { deleteUser } from './delete.ts';
import { readOnline } from './online.ts';
import { changePassword } from './password.ts';
import { registerUsers } from './register.ts';
import { showUser } from './show.ts';
import { unbanUsers } from './unban.ts';
import { updateUser } from './update.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
beforeAll(async () => {
  house = await openScriptedHouse();
  await house.addApp('rc', 'rongcloud');
  await house.addApp('em', 'easemob');
  await house.addApp('fold', 'easemob', { userIdCase: 'fold' });
});
beforeEach(() => {
  house.provider.users = {};
  house.provider.updates.length = 0;
  house.provider.answer = async (_request, index) => tokenNamed(`token-${index}`);
});
afterAll(() => house.close());

const isGood = async (app: string, userId: string) => {
  const record = await house.services.apps.find(app);
  const { token } = await house.services.tokens.inspect(record?.id ?? 0, userId);
  return token?.isRevoked === false;
};

describe('a call that the provider does not have', () => {
  test('is refused by a sentence that says what it has', async () => {
    await expect(deactivateUsers(house.call, { app: 'em', userIds: ['u1'] })).rejects.toMatchObject({
      reason: 'CALL_UNSUPPORTED',
      message: expect.stringMatching(/^Easemob has no call for `user deactivate`; it has: show, .*register/),
    });
  });
});

describe('the users of a call', () => {
  test('are told to the provider as it compares them, each once, and to the caller as they were named', async () => {
    const asked: string[][] = [];
    house.provider.users = {
      unban: async (userIds) => {
        asked.push([...userIds]);
        return userIds.map((userId) => ({ userId }));
      },
    };
    const { users } = await unbanUsers(house.call, { app: 'fold', userIds: ['Alice', 'bob', 'ALICE'] });
    expect(asked).toEqual([['alice', 'bob']]);
    expect(users.map(({ userId, done }) => [userId, done])).toEqual([
      ['Alice', true],
      ['bob', true],
      ['ALICE', true],
    ]);
  });

  test('are refused one by one, unless all are', async () => {
    house.provider.users = { unban: async (userIds) => userIds.map((userId) => ({ userId })) };
    const { users } = await unbanUsers(house.call, { app: 'rc', userIds: ['a-b', 'u1'] });
    expect(users).toMatchObject([
      { userId: 'a-b', done: false, reason: 'USER_ID_REFUSED' },
      { userId: 'u1', done: true, reason: null },
    ]);
    await expect(unbanUsers(house.call, { app: 'rc', userIds: ['a-b', '-'] })).rejects.toMatchObject({
      reason: 'USER_ID_REFUSED',
    });
  });

  test('have each their own reason why it was not done', async () => {
    house.provider.users = {
      online: async () => [
        { userId: 'u1', isOnline: true },
        { userId: 'u2', error: new ProviderError('user-unknown') },
      ],
    };
    const { users } = await readOnline(house.call, { app: 'rc', userIds: ['u1', 'u2'] });
    expect(users).toEqual([
      { userId: 'u1', done: true, reason: null, message: null, online: true },
      { userId: 'u2', done: false, reason: 'USER_UNKNOWN', message: expect.any(String), online: null },
    ]);
  });
});

describe('the time of a call', () => {
  test('is the caller’s, and a call about many goes behind the logins', async () => {
    const seen: unknown[] = [];
    house.provider.users = {
      unban: async (userIds, { timeoutMs, urgency }) => {
        seen.push([timeoutMs, urgency]);
        return userIds.map((userId) => ({ userId }));
      },
    };
    const call = { ...house.call, deadlineMs: house.clock.monotonicMs + 2_000 };
    await unbanUsers(call, { app: 'rc', userIds: ['u1'] });
    await unbanUsers(call, { app: 'rc', userIds: ['u1', 'u2'] });
    expect(seen).toEqual([
      [1_800, 'login'],
      [1_800, 'background'],
    ]);
  });
});

describe('a ban', () => {
  beforeEach(() => {
    house.provider.users = { ban: async (userIds) => userIds.map((userId) => ({ userId })) };
  });

  test('needs minutes where it ends, and takes none where it does not', async () => {
    await expect(banUsers(house.call, { app: 'rc', userIds: ['u1'] })).rejects.toThrow(/from 1 to 43200/);
    await expect(banUsers(house.call, { app: 'em', userIds: ['u1'], minutes: 5 })).rejects.toThrow(/leave the minutes/);
    expect(await banUsers(house.call, { app: 'em', userIds: ['u1'] })).toMatchObject({ users: [{ done: true }] });
  });

  test('leaves the stored token as it is', async () => {
    await obtainToken(house.call, { app: 'rc', userId: 'banned1' });
    await banUsers(house.call, { app: 'rc', userIds: ['banned1'], minutes: 5 });
    expect(await isGood('rc', 'banned1')).toBe(true);
  });
});

describe('what ends tokens at the provider', () => {
  beforeEach(async () => {
    house.provider.users = {
      delete: async () => {},
      password: async () => {},
      deactivate: async (userIds) => [{ userIds, operationId: 'C70B-B1D6' }],
    };
  });

  test('a deleted user’s token is no longer handed out, and the next one is asked for as a first one', async () => {
    await obtainToken(house.call, { app: 'em', userId: 'gone' });
    await deleteUser(house.call, { app: 'em', userId: 'gone' });
    expect(await isGood('em', 'gone')).toBe(false);
    expect(await obtainToken(house.call, { app: 'em', userId: 'gone' })).toMatchObject({
      source: 'issued',
      generation: 2,
    });
    expect(house.provider.asked.at(-1)).toMatchObject({ userId: 'gone', isFirst: true });
  });

  test('nor is one whose user may have been deleted', async () => {
    await obtainToken(house.call, { app: 'em', userId: 'maybe' });
    house.provider.users = { delete: async () => Promise.reject(new ProviderError('timed-out')) };
    await expect(deleteUser(house.call, { app: 'em', userId: 'maybe' })).rejects.toThrow(ProviderError);
    expect(await isGood('em', 'maybe')).toBe(false);
  });

  test('one whose user certainly was not is', async () => {
    await obtainToken(house.call, { app: 'em', userId: 'still' });
    house.provider.users = { delete: async () => Promise.reject(new ProviderError('credentials-refused')) };
    await expect(deleteUser(house.call, { app: 'em', userId: 'still' })).rejects.toThrow(ProviderError);
    expect(await isGood('em', 'still')).toBe(true);
  });

  test('a changed password and a deactivation count too', async () => {
    await obtainToken(house.call, { app: 'em', userId: 'u5' });
    await changePassword(house.call, { app: 'em', userId: 'u5', password: 'made-up-password' });
    expect(await isGood('em', 'u5')).toBe(false);
    await obtainToken(house.call, { app: 'rc', userId: 'u5' });
    const answer = await deactivateUsers(house.call, { app: 'rc', userIds: ['u5'] });
    expect(answer.users).toMatchObject([{ userId: 'u5', done: true, operationId: 'C70B-B1D6' }]);
    expect(await isGood('rc', 'u5')).toBe(false);
  });
});

describe('registering', () => {
  test('makes a password at random where none was given, and writes none down', async () => {
    const made: NewUser[] = [];
    house.provider.users = {
      register: async (users) => {
        made.push(...users);
        return users.map(({ userId }) => ({ userId }));
      },
    };
    await registerUsers(house.call, {
      app: 'em',
      users: [{ userId: 'n1' }, { userId: 'n2', password: 'made-up-password', nickname: 'Two' }, { userId: 'n3' }],
    });
    const [first, second, third] = made.map(({ password }) => password.reveal());
    expect(first).toMatch(/^[\w-]{32}$/);
    expect(second).toBe('made-up-password');
    expect(third).not.toBe(first);
    expect(made[1]).toMatchObject({ nickname: 'Two' });
    for (const secret of [first, second]) expect(house.lines.join('')).not.toContain(secret);
  });

  test('refuses a user who is named twice', async () => {
    const users = [
      { userId: 'n1', password: 'a' },
      { userId: 'n1', password: 'b' },
    ];
    await expect(registerUsers(house.call, { app: 'em', users })).rejects.toMatchObject({ reason: 'INPUT_INVALID' });
  });
});

describe('a profile', () => {
  test('goes to the provider and beside the stored token, which stays', async () => {
    await obtainToken(house.call, { app: 'rc', userId: 'p1', name: 'Old' });
    expect(await updateUser(house.call, { app: 'rc', userId: 'p1', name: 'New' })).toMatchObject({ stored: true });
    expect(house.provider.updates).toEqual([{ userId: 'p1', profile: { name: 'New' } }]);
    const token = await obtainToken(house.call, { app: 'rc', userId: 'p1' });
    expect(token).toMatchObject({ source: 'stored', generation: 1 });
    expect(house.provider.updates).toHaveLength(1);
  });

  test('that breaks a limit is refused before the call', async () => {
    const name = 'x'.repeat(65);
    await expect(updateUser(house.call, { app: 'rc', userId: 'p2', name })).rejects.toMatchObject({
      reason: 'NAME_REFUSED',
    });
    expect(house.provider.updates).toEqual([]);
  });
});

describe('what is asked', () => {
  test('is shown with null for what the provider does not tell', async () => {
    const told = { userId: 'u1', name: 'One', avatarUrl: undefined, createdAt: undefined, isBanned: undefined };
    house.provider.users = { show: async () => told };
    expect(await showUser(house.call, { app: 'rc', userId: 'u1' })).toEqual({
      app: 'rc',
      provider: 'rongcloud',
      userId: 'u1',
      name: 'One',
      avatarUrl: null,
      createdAt: null,
      banned: null,
    });
  });

  test('in pages has a next page while pages are full', async () => {
    house.provider.users = {
      banned: async ({ page }) =>
        page === 1
          ? [
              { userId: 'u1', until: '2026-11-24 10:00:00' },
              { userId: 'u2', until: undefined },
            ]
          : [],
    };
    const first = await listBanned(house.call, { app: 'rc', page: 1, pageSize: 2 });
    expect(first).toMatchObject({ nextPage: 2, users: [{ until: '2026-11-24 10:00:00' }, { until: null }] });
    expect(await listBanned(house.call, { app: 'rc', page: 2, pageSize: 2 })).toMatchObject({ nextPage: null });
  });
});
