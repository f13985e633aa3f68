import { NexconnIssueTokenReply } from '@immint/contracts/nexconn';
import { describe, expect, test } from 'vitest';

import type { ProfileName } from './profile.ts';
import { freshHeaders, type Reply, type RunningSandbox, runSandbox, signedHeaders } from './testing/running-sandbox.ts';

// Where the pages, OpenAPI file and SDKs of Nexconn contradict each other. A row's number is that of the table in which
// the project decided what holds: B for Nexconn alone, D across the providers.

const ISSUE = '/v4/auth/access-token/issue';

/** One account under one profile, in a sandbox of its own, with calls signed as documented unless told otherwise. */
interface Told {
  readonly sandbox: RunningSandbox;
  readonly send: (path: string, body: unknown, headers?: object) => Promise<Reply>;
  readonly issue: (userId: string, more?: object, headers?: object) => Promise<Reply>;
  readonly judge: (reply: Reply) => Promise<unknown>;
}

async function under(profile: ProfileName, settings: object = {}): Promise<Told> {
  const sandbox = await runSandbox();
  await sandbox.control('POST', '/apps', { provider: 'nexconn', appKey: 'k1', secret: 's1', profile, ...settings });
  const send: Told['send'] = (path, body, headers = {}) =>
    sandbox.nexconn(path, body, { ...freshHeaders('k1', 's1'), ...headers });
  return {
    sandbox,
    send,
    issue: (userId, more = {}, headers = {}) => send(ISSUE, { userId, name: 'n', ...more }, headers),
    judge: ({ body }) => sandbox.connect('nexconn', 'k1', NexconnIssueTokenReply.parse(body).result.accessToken),
  };
}

const verdict = ({ status, body }: Reply): unknown => [status, Object(body).code];

const each = async <Answer>(
  profiles: readonly ProfileName[],
  ask: (told: Told) => Promise<Answer>,
): Promise<readonly Answer[]> => Promise.all(profiles.map(async (profile) => ask(await under(profile))));

const PROFILES = ['live', 'strict', 'seed-legacy'] as const;
const ok = [200, 0];

describe('bodies, codes and paths', () => {
  test('B1: a body is JSON: a form is refused, and strict wants it labelled as JSON', async () => {
    const asForm = async ({ sandbox }: Told): Promise<unknown> => {
      const headers = { ...freshHeaders('k1', 's1'), 'Content-Type': 'application/x-www-form-urlencoded' };
      return verdict(await sandbox.fetch(ISSUE, { method: 'POST', headers, body: 'userId=u1&name=n' }));
    };
    const typeless = async ({ issue }: Told): Promise<unknown> =>
      verdict(await issue('u1', {}, { 'Content-Type': 'text/plain' }));
    expect(await each(PROFILES, asForm)).toEqual([
      [400, 1002],
      [400, 1002],
      [400, 1002],
    ]);
    expect(await each(PROFILES, typeless)).toEqual([ok, [400, 1002], ok]);
  });

  test('B2: success is code 0 and the answer is in result', async () => {
    const { issue } = await under('live');
    expect((await issue('u1')).body).toEqual({ code: 0, result: { userId: 'u1', accessToken: expect.any(String) } });
  });

  test('B3: both paths of the online status answer, from one rate', async () => {
    const { sandbox, issue, send } = await under('live');
    await issue('u1');
    await sandbox.control('POST', '/online', { provider: 'nexconn', appKey: 'k1', userId: 'u1', online: true });
    const paths = ['/v4/user/connection-status/get', '/v4/user/online-status/get'];
    for (const path of paths) {
      expect((await send(path, { userId: 'u1' })).body).toEqual({ code: 0, result: { status: '1' } });
    }
    await sandbox.control('POST', '/limits', { provider: 'nexconn', path: paths[0], perSecond: 0 });
    expect(verdict(await send(paths[1] ?? '', { userId: 'u1' }))).toEqual([429, 1008]);
  });

  test('B5: codes are Nexconn’s own: an unknown user is 400, and an empty body is not 1003', async () => {
    const { sandbox, send } = await under('live');
    expect(verdict(await send('/v4/user/get', { userId: 'nobody' }))).toEqual([400, 400]);
    const headers = freshHeaders('k1', 's1');
    expect(verdict(await sandbox.fetch(ISSUE, { method: 'POST', headers }))).toEqual([400, 1002]);
  });

  test('B6: HTTP statuses are those of the same codes at RongCloud', async () => {
    const { sandbox, issue } = await under('live', { maxUsers: 0 });
    expect(verdict(await issue('u1'))).toEqual([403, 2007]);
    expect(verdict(await issue('u1', {}, { Signature: '0'.repeat(40) }))).toEqual([401, 1004]);
    for (const [status, code] of [
      [430, 1009],
      [504, 1050],
    ]) {
      await sandbox.control('POST', '/faults', [{ kind: 'status', status, times: 1 }]);
      expect(verdict(await issue('u1'))).toEqual([status, code]);
    }
  });

  test('B7: an inner failure is 1000 under HTTP 5xx, never under 4xx', async () => {
    const { sandbox, issue } = await under('live');
    await sandbox.control('POST', '/faults', [{ kind: 'status', status: 503, times: 1 }]);
    expect(verdict(await issue('u1'))).toEqual([503, 1000]);
    expect(verdict(await issue('a/b'))).toEqual([400, 1002]);
  });

  test('B10: the block list takes targetUserIds to add and blockedUserIds to remove', async () => {
    const { send } = await under('live');
    const add = (fields: object): Promise<Reply> => send('/v4/user/blocklist/add', { userId: 'u1', ...fields });
    const remove = (fields: object): Promise<Reply> => send('/v4/user/blocklist/remove', { userId: 'u1', ...fields });
    expect(verdict(await add({ targetUserIds: ['u2', 'u3'] }))).toEqual(ok);
    expect(verdict(await add({ blockedUserIds: ['u4'] }))).toEqual([400, 1002]);
    expect(verdict(await remove({ targetUserIds: ['u2'] }))).toEqual([400, 1002]);
    expect(verdict(await remove({ blockedUserIds: ['u2'] }))).toEqual(ok);
    const { body } = await send('/v4/user/blocklist/get', { userId: 'u1' });
    expect(body).toEqual({ code: 0, result: { pageToken: '', blockedUserIds: ['u3'] } });
  });

  test('B11: an error comes under 4xx, unless httpStatusOnError says otherwise', async () => {
    const [mapped, always200] = [await under('live'), await under('live', { httpStatusOnError: false })];
    expect(verdict(await mapped.issue('a/b'))).toEqual([400, 1002]);
    expect(verdict(await always200.issue('a/b'))).toEqual([200, 1002]);
  });
});

describe('the headers that sign', () => {
  test('B12: seconds pass live, as RongCloud’s SDKs send them to the same hosts, and are refused strict', async () => {
    const seconds = signedHeaders('k1', 's1', 'n1', String(Math.floor(Date.now() / 1_000)));
    const milliseconds = signedHeaders('k1', 's1', 'n2', String(Date.now()));
    const both = async ({ issue }: Told): Promise<unknown> => [
      verdict(await issue('u1', {}, seconds)),
      verdict(await issue('u1', {}, milliseconds)),
    ];
    expect(await each(PROFILES, both)).toEqual([
      [ok, ok],
      [[401, 1004], ok],
      [ok, ok],
    ]);
  });

  test('an X-Request-ID without the bits of a UUID passes; strict refuses one of more than 36 characters', async () => {
    const long = async ({ issue }: Told): Promise<unknown> => [
      verdict(await issue('u1', {}, { 'X-Request-ID': '00000000-0000-0000-0000-000000000000' })),
      verdict(await issue('u1', {}, { 'X-Request-ID': 'r'.repeat(37) })),
    ];
    expect(await each(['live', 'strict'], long)).toEqual([
      [ok, ok],
      [ok, [400, 1005]],
    ]);
  });
});

describe('across the providers', () => {
  test('D1: the first token registers the user', async () => {
    const { issue, send } = await under('live');
    expect(verdict(await send('/v4/user/get', { userId: 'u1' }))).toEqual([400, 400]);
    await issue('u1');
    expect(verdict(await send('/v4/user/get', { userId: 'u1' }))).toEqual(ok);
  });

  test('D2: tokens are revoked by the time at which they were obtained, of 20 users at most', async () => {
    const { issue, send, judge } = await under('live');
    const reply = await issue('u1');
    const expiresAt = Date.now() + 1_000;
    const expire = async (count: number): Promise<unknown> =>
      verdict(await send('/v4/auth/access-token/expire', { userIds: Array(count).fill('u1'), expiresAt }));
    expect([await expire(21), await expire(20)]).toEqual([[400, 1002], ok]);
    expect(await judge(reply)).toEqual({ ok: false, reason: 'revoked' });
  });

  test('D3: a ban lasts 1 minute to 30 days', async () => {
    const { issue, send } = await under('live');
    await issue('u1');
    const ban = async (durationMinutes: number): Promise<unknown> =>
      verdict(await send('/v4/user/ban', { userIds: ['u1'], durationMinutes }));
    expect([await ban(0), await ban(1), await ban(43_200), await ban(43_201)]).toEqual([
      [400, 1002],
      ok,
      ok,
      [400, 1002],
    ]);
  });

  test('D4: a banned user gets a token, which is turned away at login', async () => {
    const { issue, send, judge } = await under('live');
    await issue('u1');
    await send('/v4/user/ban', { userIds: ['u1'], durationMinutes: 1 });
    expect(await judge(await issue('u1'))).toEqual({ ok: false, reason: 'banned' });
  });

  test('D5: a lifetime in the request changes nothing', async () => {
    const { sandbox, issue, judge } = await under('live');
    const reply = await issue('u1', { ttl: 1, expiresIn: 1 });
    await sandbox.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect(await judge(reply)).toEqual({ ok: true, userId: 'u1' });
  });

  test('D6: case makes another user', async () => {
    const { issue, judge } = await under('live');
    expect(await judge(await issue('mei'))).toEqual({ ok: true, userId: 'mei' });
    expect(await judge(await issue('Mei'))).toEqual({ ok: true, userId: 'Mei' });
  });

  test('D7: beyond the rate it is 429 with 1008', async () => {
    const { sandbox, issue } = await under('live');
    await sandbox.control('POST', '/limits', { provider: 'nexconn', path: ISSUE, perSecond: 1 });
    expect([verdict(await issue('u1')), verdict(await issue('u1'))]).toEqual([ok, [429, 1008]]);
  });

  test('D8: lower-case letters and digits, 32 at most and a letter first, pass under every profile', async () => {
    const userId = `a${'0'.repeat(31)}`;
    expect(await each(PROFILES, async ({ issue }) => verdict(await issue(userId)))).toEqual([ok, ok, ok]);
  });
});
