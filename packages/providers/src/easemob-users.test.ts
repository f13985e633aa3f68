import { Secret } from '@immint/secrets';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { MARK } from './testing/hostile-answers.ts';
import { type Bench, failureOf, longContext, openBench } from './testing/provider-suite.ts';
import { readFixture } from './testing/read-fixture.ts';
import { type Answer, httpAnswer, jsonAnswer } from './testing/scripted-provider.ts';

const account = { name: 'easemob', appKey: 'sandbox-org#sandbox-app', clientId: 'cid' } as const;
const appToken = (token = 'YWMtAppToken'): Answer => jsonAnswer(200, { access_token: token, expires_in: 86_400 });
const fixture = (file: Parameters<typeof readFixture>[0], status = 200): Answer =>
  httpAnswer(status, readFixture(file));
const refused = (status: number, error: string): Answer => jsonAnswer(status, { error, error_description: MARK });
const idsTo = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index + 1}`);
const newUser = (userId: string) => ({ userId, password: Secret.of('p1') });

describe("Easemob's calls about users", () => {
  let bench: Bench;
  const context = longContext();
  /** Method, path and body of each request behind the one for the app token. */
  const sent = (): readonly (readonly [string, string, string])[] =>
    bench.provider.requests.slice(1).map(({ head, body }) => {
      const [method = '', path = ''] = head.split(' ');
      return [method, path, body];
    });
  const answer = (...answers: readonly Answer[]): void => bench.provider.script(appToken(), ...answers);
  beforeEach(async () => {
    bench = await openBench(account);
  });
  afterEach(() => bench.close());

  test('C18: every call has a content type and the app token', async () => {
    answer(fixture('easemob/user.json'));
    await bench.chat.users.show?.('u1', context);
    expect(bench.provider.requests[1]?.head.split('\r\n').filter((line) => !line.startsWith('host: '))).toEqual([
      'GET /sandbox-org/sandbox-app/users/u1 HTTP/1.1',
      'connection: keep-alive',
      'Authorization: Bearer YWMtAppToken',
      'Content-Type: application/json',
      'Accept: application/json',
      'Accept-Encoding: identity',
    ]);
  });

  test('a user is shown, if the answer is about that user', async () => {
    answer(fixture('easemob/user.json'), fixture('easemob/user.json'), fixture('easemob/user-not-found.json', 404));
    expect(await bench.chat.users.show?.('u1', context)).toEqual({
      userId: 'u1',
      name: 'Mei',
      avatarUrl: undefined,
      createdAt: '2018-11-21T10:13:16.504Z',
      isBanned: false,
    });
    const show = (userId: string) => failureOf(Promise.resolve(bench.chat.users.show?.(userId, context)));
    expect(await show('u2')).toMatchObject({ kind: 'broke-contract' });
    expect(await show('u3')).toMatchObject({ kind: 'user-unknown' });
  });

  test('D3: a ban has no minutes, and is believed when the answer says so', async () => {
    answer(fixture('easemob/banned.json'), fixture('easemob/user.json'), refused(404, 'service_resource_not_found'));
    expect(await bench.chat.users.ban?.(['u1', 'u1', 'u2'], undefined, context)).toMatchObject([
      { userId: 'u1' },
      { userId: 'u1', error: { kind: 'broke-contract' } },
      { userId: 'u2', error: { kind: 'user-unknown' } },
    ]);
    expect(sent()[0]).toEqual(['POST', '/sandbox-org/sandbox-app/users/u1/deactivate', '']);
    const withMinutes = Promise.resolve(bench.chat.users.ban?.(['u1'], 60, context));
    expect(await failureOf(withMinutes)).toMatchObject({ kind: 'bad-request' });
  });

  test('a ban is lifted', async () => {
    answer(fixture('easemob/unbanned.json'));
    expect(await bench.chat.users.unban?.(['u1'], context)).toEqual([{ userId: 'u1' }]);
    expect(sent()).toEqual([['POST', '/sandbox-org/sandbox-app/users/u1/activate', '']]);
  });

  test('who is online is asked for many at a time, and a user whom the answer leaves out has no status', async () => {
    answer(fixture('easemob/statuses.json'));
    expect(await bench.chat.users.online?.(['u2', 'u1', 'u3'], context)).toMatchObject([
      { userId: 'u2', isOnline: false },
      { userId: 'u1', isOnline: true },
      { userId: 'u3', error: { kind: 'broke-contract' } },
    ]);
    expect(sent()).toEqual([['POST', '/sandbox-org/sandbox-app/users/batch/status', '{"usernames":["u2","u1","u3"]}']]);
  });

  test('C20: a call about many is split by their number, and below 5 kB a body', async () => {
    const status = (ids: readonly string[]) => jsonAnswer(200, { data: ids.map((id) => ({ [id]: 'offline' })) });
    const long = idsTo(100).map((id) => id.padEnd(64, '-'));
    answer(status(idsTo(100)), status(idsTo(101)), status(long), status(long));
    const short = await bench.chat.users.online?.(idsTo(101), context);
    expect(short?.every(({ isOnline }) => isOnline === false)).toBe(true);
    expect((await bench.chat.users.online?.(long, context))?.every(({ error }) => error === undefined)).toBe(true);
    const bodies = sent().map(([, , body]) => body);
    expect(bodies.map((body) => body.match(/u\d+/g)?.length)).toEqual([100, 1, 74, 26]);
    for (const body of bodies) expect(Buffer.byteLength(body)).toBeLessThan(5_000);
  });

  describe('registering', () => {
    const register = async (...userIds: readonly string[]) =>
      (await bench.chat.users.register?.(userIds.map(newUser), context))?.map(({ userId, error }) => [
        userId,
        error?.kind,
      ]);

    test('D1: one user goes out as a list of one, with the password that is to be theirs', async () => {
      answer(fixture('easemob/registered.json'));
      const user = { userId: 'u1', password: Secret.of('p1'), nickname: 'Mei "M" Lin' };
      expect(await bench.chat.users.register?.([user], context)).toEqual([{ userId: 'u1' }]);
      expect(sent()).toEqual([
        ['POST', '/sandbox-org/sandbox-app/users', '[{"username":"u1","password":"p1","nickname":"Mei \\"M\\" Lin"}]'],
      ]);
    });

    test('C12: who exists is named beside those who were made, as pages of 2024 say', async () => {
      answer(fixture('easemob/registered-in-part.json'));
      expect(await register('u3', 'u1', 'u2')).toEqual([
        ['u3', 'user-exists'],
        ['u1', undefined],
        ['u2', 'broke-contract'],
      ]);
    });

    test('C12: a call that fails as a whole for one who exists, as in 2023, is made one by one', async () => {
      const known = fixture('easemob/user-exists.json', 400);
      answer(known, fixture('easemob/registered.json'), known);
      expect(await register('u1', 'u3')).toEqual([
        ['u1', undefined],
        ['u3', 'user-exists'],
      ]);
      expect(sent().map(([, , body]) => body.match(/u\d+/g))).toEqual([['u1', 'u3'], ['u1'], ['u3']]);
    });

    test('C20: 61 users are two calls, and long ones are split below 5 kB', async () => {
      const made = (ids: readonly string[]) =>
        jsonAnswer(200, { entities: ids.map((username) => ({ username })), data: [] });
      const long = idsTo(60).map((id) => id.padEnd(64, '-'));
      answer(made(idsTo(60)), made(['u61']), made(long), made(long));
      expect((await register(...idsTo(61)))?.every(([, kind]) => kind === undefined)).toBe(true);
      expect((await register(...long))?.every(([, kind]) => kind === undefined)).toBe(true);
      const bodies = sent().map(([, , body]) => body);
      expect(bodies.map((body) => body.match(/"username"/g)?.length)).toEqual([60, 1, 52, 8]);
      for (const body of bodies) expect(Buffer.byteLength(body)).toBeLessThan(5_000);
    });

    test('a user who breaks a rule does not keep the others from being made', async () => {
      answer(fixture('easemob/registered.json'));
      expect(await register('U1', 'u1')).toEqual([
        ['U1', 'user-id-refused'],
        ['u1', undefined],
      ]);
    });

    test('a reason that nobody documented is not taken for an existing user, and not repeated', async () => {
      answer(jsonAnswer(200, { entities: [], data: [{ username: 'u1', registerUserFailReason: MARK }] }));
      expect(await register('u1')).toEqual([['u1', 'unknown-code']]);
    });
  });

  test('users are listed by a cursor that stays inside its query', async () => {
    answer(fixture('easemob/user-list.json'), jsonAnswer(200, { entities: [] }));
    expect(await bench.chat.users.list?.({ limit: 2 }, context)).toMatchObject({
      users: [
        { userId: 'u1', isBanned: false },
        { userId: 'u2', isBanned: true },
      ],
      nextCursor: 'LTgzNDAxMjM3OTprTUVJRUJNRg',
    });
    const last = await bench.chat.users.list?.({ limit: 100, cursor: 'a&limit=1000#/../b' }, context);
    expect(last).toEqual({ users: [], nextCursor: undefined });
    expect(sent().map(([, path]) => path)).toEqual([
      '/sandbox-org/sandbox-app/users?limit=2',
      '/sandbox-org/sandbox-app/users?limit=100&cursor=a%26limit%3D1000%23%2F..%2Fb',
    ]);
    const tooMany = Promise.resolve(bench.chat.users.list?.({ limit: 101 }, context));
    expect(await failureOf(tooMany)).toMatchObject({ kind: 'bad-request' });
  });

  test('C8: who is not there to be deleted is told in two ways', async () => {
    answer(fixture('easemob/user.json'), refused(400, 'management'), refused(404, 'service_resource_not_found'));
    const remove = () => Promise.resolve(bench.chat.users.delete?.('u1', context));
    await remove();
    expect(await failureOf(remove())).toMatchObject({ kind: 'user-unknown' });
    expect(await failureOf(remove())).toMatchObject({ kind: 'user-unknown' });
    expect(sent()[0]).toEqual(['DELETE', '/sandbox-org/sandbox-app/users/u1', '']);
  });

  test('C14: a password is changed by PUT', async () => {
    answer(fixture('easemob/password-set.json'), refused(404, 'entity_not_found'));
    const change = (password: string) =>
      Promise.resolve(bench.chat.users.password?.('u1', Secret.of(password), context));
    await change('p1');
    expect(await failureOf(change('p1'))).toMatchObject({ kind: 'user-unknown' });
    expect(await failureOf(change('p'.repeat(65)))).toMatchObject({ kind: 'bad-request' });
    expect(sent()[0]).toEqual(['PUT', '/sandbox-org/sandbox-app/users/u1/password', '{"newpassword":"p1"}']);
    expect(sent()).toHaveLength(2);
  });

  test('C13: all devices are logged out by GET, and one of them by DELETE', async () => {
    const done = fixture('easemob/disconnected.json');
    answer(done, done, jsonAnswer(200, { data: { result: false } }));
    const disconnect = (device?: string) => Promise.resolve(bench.chat.users.disconnect?.('u1', device, context));
    await disconnect();
    await disconnect('android_123423453246');
    expect(await failureOf(disconnect())).toMatchObject({ kind: 'broke-contract' });
    expect(sent().slice(0, 2)).toEqual([
      ['GET', '/sandbox-org/sandbox-app/users/u1/disconnect', ''],
      ['DELETE', '/sandbox-org/sandbox-app/users/u1/disconnect/android_123423453246', ''],
    ]);
  });

  test('no device and no user leads out of its segment of the path', async () => {
    const done = fixture('easemob/disconnected.json');
    answer(done, done, done, done, done);
    const disconnect = (userId: string, device?: string) =>
      Promise.resolve(bench.chat.users.disconnect?.(userId, device, context));
    const devices = ['/', 'a/../../b', '%2F', 'a?b=c', 'a#b'];
    for (const device of devices) await disconnect('u1', device);
    const paths = sent().map(([, path]) => path);
    expect(paths.map((path) => decodeURIComponent(path.split('/')[6] ?? ''))).toEqual(devices);
    for (const path of paths) {
      expect(path.split('/')).toHaveLength(7);
      expect(new URL(path, 'https://host.example').pathname).toBe(path);
    }
    for (const [userId, device] of [['..'], ['.'], ['u1', '..'], ['u1', ''], ['u/1'], ['u1', '\ud800']] as const)
      expect(['user-id-refused', 'bad-request']).toContain((await failureOf(disconnect(userId, device))).kind);
    expect(sent()).toHaveLength(5);
  });

  test('an app token that a call about users refuses is replaced, and the call made once more', async () => {
    bench.provider.script(appToken('YWMtOld'), refused(401, 'unauthorized'), appToken('YWMtNew'));
    bench.provider.script(fixture('easemob/user.json'));
    expect(await bench.chat.users.show?.('u1', context)).toMatchObject({ userId: 'u1' });
    const authorizations = bench.provider.requests.map(({ headers }) => headers.get('authorization'));
    expect(authorizations).toEqual([undefined, 'Bearer YWMtOld', undefined, 'Bearer YWMtNew']);
  });

  test('C17: every call about users is taken from one rate, and tokens from another', async () => {
    const taken: unknown[] = [];
    const counted = await openBench(account, {
      pace: { take: async ({ name, perSecond }) => void taken.push([name, perSecond]), tooOften: () => {} },
    });
    counted.provider.script(appToken(), fixture('easemob/user.json'), fixture('easemob/statuses.json'));
    counted.provider.script(fixture('easemob/registered.json'), fixture('easemob/password-set.json'));
    await counted.chat.users.show?.('u1', context);
    await counted.chat.users.online?.(['u1'], context);
    await counted.chat.users.register?.([newUser('u1')], context);
    await counted.chat.users.password?.('u1', Secret.of('p1'), context);
    expect(taken).toEqual([['token', 300], ...Array.from({ length: 4 }, () => ['users', 100])]);
    await counted.close();
  });
});

describe('revoking at Easemob', () => {
  const context = longContext();
  const openFor = (revokeBy: string): Promise<Bench> => openBench(account, { settings: { revokeBy } });

  test('D2: has no call, and nothing stands in for it unless the app says so', async () => {
    const bench = await openFor('nothing');
    expect(bench.chat.revocation).toBeUndefined();
    await bench.close();
  });

  test('C15, C16: can be a password that nobody keeps, and is not promised to work', async () => {
    const bench = await openFor('password-change');
    const done = fixture('easemob/password-set.json');
    bench.provider.script(appToken(), done, fixture('easemob/user-not-found.json', 404), done);
    const { revocation } = bench.chat;
    expect(await revocation?.revoke(['u1', 'u2', 'u3'], 1_760_000_000_000, context)).toMatchObject([
      { userId: 'u1' },
      { userId: 'u2', error: { kind: 'user-unknown' } },
      { userId: 'u3' },
    ]);
    expect(revocation?.isVerified).toBe(false);
    const [, first] = bench.provider.requests;
    expect(first?.head).toContain('PUT /sandbox-org/sandbox-app/users/u1/password ');
    expect(first?.body).toMatch(/^\{"newpassword":"[\w-]{32}"\}$/);
    await bench.close();
  });

  test('can be a ban', async () => {
    const bench = await openFor('ban');
    bench.provider.script(appToken(), fixture('easemob/banned.json'));
    const { revocation } = bench.chat;
    expect(await revocation?.revoke(['u1'], 1_760_000_000_000, context)).toEqual([{ userId: 'u1' }]);
    expect(revocation?.isVerified).toBe(false);
    expect(bench.provider.requests[1]?.head).toContain('POST /sandbox-org/sandbox-app/users/u1/deactivate ');
    await bench.close();
  });
});
