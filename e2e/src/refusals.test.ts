import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNTS, addApp, openHouse, toAnswer } from './house.ts';
import type { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse({ withApps: true });
});
afterEach(() => house.sandbox.control.clearFaults());
afterAll(() => house.close());

const callsSoFar = async () => (await house.sandbox.control.journal()).length;
/** What the store says of a user: the reason why it has nothing, or undefined if it has a token. */
const whyNotStored = async (app: string, userId: string) =>
  (await house.query('token.inspect', { app, userId })).error.data['reason'];

/** Bad input is refused by name, by the API and the command line alike, before any provider is asked. */
describe.each([
  ['an unknown app', { app: 'nowhere', userId: 'u1' }, 'APP_UNKNOWN', 404, 65],
  ['RongCloud: a user id with a hyphen', { app: 'rc', userId: 'a-b' }, 'USER_ID_REFUSED', 400, 65],
  ['Nexconn: a user id in Chinese', { app: 'nx', userId: '张三' }, 'USER_ID_REFUSED', 400, 65],
  ['Easemob: a user id that lower-casing would change', { app: 'em', userId: 'Alice' }, 'USER_ID_REFUSED', 400, 65],
  ['RongCloud: a user id over 64 bytes', { app: 'rc', userId: 'a'.repeat(65) }, 'USER_ID_REFUSED', 400, 65],
  ['Easemob: a user id over 64 bytes', { app: 'em', userId: 'a'.repeat(65) }, 'USER_ID_REFUSED', 400, 65],
  ['Nexconn: a user id with a line break', { app: 'nx', userId: 'a\nb' }, 'USER_ID_REFUSED', 400, 65],
  ['RongCloud: half a character', { app: 'rc', userId: 'a\uD800' }, 'USER_ID_REFUSED', 400, 65],
  ['a name over 64 characters', { app: 'rc', userId: 'u1', name: '名'.repeat(65) }, 'NAME_REFUSED', 400, 65],
  [
    'an avatar over 1024 bytes',
    { app: 'nx', userId: 'u1', avatarUrl: `https://a.example/${'a'.repeat(1024)}` },
    'AVATAR_URL_REFUSED',
    400,
    65,
  ],
  ['a lifetime where the provider takes none', { app: 'rc', userId: 'u1', ttlSeconds: 60 }, 'TTL_UNSUPPORTED', 400, 65],
  ['a permanent token where the app allows none', { app: 'em', userId: 'u1', ttlSeconds: 0 }, 'TTL_REFUSED', 400, 65],
] as const)('%s', (_what, input, reason, httpStatus, exitCode) => {
  test(`is ${reason} in the API and exit ${exitCode} in the command line; the provider is not asked`, async () => {
    const before = await callsSoFar();
    const answer = await house.call('token.obtain', input);
    expect(answer.error.data).toEqual({
      code: expect.any(String),
      httpStatus,
      reason,
      requestId: expect.stringMatching(/^req_/),
    });
    expect(answer.status).toBe(httpStatus);
    expect(answer.error.message).toMatch(/\.$/);
    const { app, userId, ...rest } = input;
    const flags = Object.entries(rest).flatMap(([key, value]) => [
      `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      String(value),
    ]);
    const cli = await house.run(['token', 'obtain', app, userId, ...flags]);
    expect(cli).toMatchObject({ code: exitCode, stdout: '' });
    expect(cli.stderr).toContain(answer.error.message);
    expect(await callsSoFar()).toBe(before);
  });
});

describe('what reaches the API from anywhere', () => {
  const post = (body: string, headers: Record<string, string>) =>
    fetch(`${house.server.url}/trpc/token.obtain`, { method: 'POST', body, headers }).then(toAnswer);
  const json = { 'content-type': 'application/json' };
  const bearer = () => ({ authorization: `Bearer ${house.adminKey}` });

  test('no key', async () => {
    const answer = await post('{}', json);
    expect(answer).toMatchObject({ status: 401, error: { data: { reason: 'CREDENTIALS_MISSING' } } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('an unknown key, a mistyped one and a revoked one get the same answer, and the command line exits with 77', async () => {
    const created = await house.run(['key', 'create', '--label', 'short-lived', '--app', 'rc', '--json']);
    const { id, key } = JSON.parse(created.stdout) as { id: string; key: string };
    expect((await house.call('token.obtain', { app: 'rc', userId: 'u1' }, { key })).status).toBe(200);
    expect((await house.run(['key', 'revoke', id])).code).toBe(0);
    const mistyped = `${house.adminKey.slice(0, -1)}${house.adminKey.endsWith('0') ? '1' : '0'}`;
    const answers = await Promise.all(
      [key, mistyped, 'not-a-key'].map((text) =>
        house.call('token.obtain', { app: 'rc', userId: 'u1' }, { key: text }),
      ),
    );
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.error.message}`)).size).toBe(1);
    expect(answers[0]?.error.data['reason']).toBe('CREDENTIALS_REFUSED');
    expect((await house.run(['token', 'obtain', 'rc', 'u1'], { key })).code).toBe(77);
  });

  test('a key for one app is refused for another in the same words as for one that does not exist, and for everything else', async () => {
    const created = await house.run(['key', 'create', '--label', 'chat backend', '--app', 'rc']);
    const key = created.stdout.trim();
    const [foreign, absent] = await Promise.all(
      ['nx', 'nowhere'].map((app) => house.call('token.obtain', { app, userId: 'u1' }, { key })),
    );
    expect(foreign).toMatchObject({ status: 403, error: { data: { reason: 'NOT_ALLOWED' } } });
    expect(absent?.error.message).toBe(foreign?.error.message);
    expect((await house.run(['app', 'list'], { key })).code).toBe(77);
    expect((await house.run(['key', 'list'], { key })).code).toBe(77);
  });

  test.each([
    ['a body that is not JSON', '{"app":', json, 400, 'BODY_NOT_JSON'],
    ['a body over 64 KB', JSON.stringify({ app: 'a'.repeat(70_000) }), json, 413, 'BODY_TOO_LARGE'],
    ['a body that is not announced as JSON', '{}', { 'content-type': 'text/plain' }, 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['a field too many', '{"app":"rc","userId":"u1","admin":true}', json, 400, 'INPUT_INVALID'],
    [
      'a deadline that is no number',
      '{"app":"rc","userId":"u1"}',
      { ...json, 'immint-timeout-ms': 'soon' },
      400,
      'INPUT_INVALID',
    ],
  ])('%s', async (_what, body, headers, status, reason) => {
    expect(await post(body, { ...headers, ...bearer() })).toMatchObject({
      status,
      error: { data: { reason, httpStatus: status } },
    });
  });

  test('a call that does not exist, and one by the wrong method', async () => {
    const unknown = await fetch(`${house.server.url}/trpc/token.mint`, { headers: bearer() }).then(toAnswer);
    expect(unknown).toMatchObject({ status: 404, error: { data: { reason: 'PROCEDURE_UNKNOWN' } } });
    const elsewhere = await fetch(`${house.server.url}/admin`).then(toAnswer);
    expect(elsewhere).toMatchObject({ status: 404, error: { data: { reason: 'PROCEDURE_UNKNOWN' } } });
    const wrongMethod = await fetch(`${house.server.url}/trpc/token.obtain`, { headers: bearer() }).then(toAnswer);
    expect(wrongMethod).toMatchObject({ status: 405, error: { data: { reason: 'METHOD_UNSUPPORTED' } } });
  });

  test('an answer that carries a token is not to be kept by anybody on the way', async () => {
    const answer = await house.call('token.obtain', { app: 'rc', userId: 'u1' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

/** Each rung of the error ladder: what the provider does, our reason, the exit code; nothing is stored. */
describe.each(ACCOUNTS)('$provider in trouble', ({ app, provider }) => {
  test.each([
    ['is down', { kind: 'down' }, 'PROVIDER_UNREACHABLE', 502, 69],
    ['breaks the connection', { kind: 'reset' }, 'PROVIDER_UNREACHABLE', 502, 69],
    [
      'answers HTML',
      { kind: 'status', status: 200, body: '<html>welcome</html>', headers: { 'content-type': 'text/html' } },
      'PROVIDER_BROKE_CONTRACT',
      502,
      76,
    ],
    ['answers garbage', { kind: 'garbage' }, 'PROVIDER_BROKE_CONTRACT', 502, 76],
    [
      'redirects',
      { kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      'PROVIDER_BROKE_CONTRACT',
      502,
      76,
    ],
    [
      'fails inside',
      { kind: 'status', status: 500, body: '{"code":1000,"errorMessage":"internal"}' },
      'PROVIDER_FAILED',
      502,
      69,
    ],
    [
      'is over its rate',
      {
        kind: 'status',
        status: 429,
        body: '{"code":1008,"errorMessage":"limit","error":"reach_limit","error_description":"x"}',
      },
      'PROVIDER_RATE_LIMITED',
      429,
      75,
    ],
  ])('%s', async (what, fault, reason, httpStatus, exitCode) => {
    const userId = `${what.replaceAll(' ', '')}1`.toLowerCase();
    // An Easemob app token is at hand already, so that the fault meets the call for the user.
    await house.call('token.obtain', { app, userId: 'warm1' });
    await house.sandbox.control.post('faults', [{ provider, ...fault }]);
    const answer = await house.call('token.obtain', { app, userId });
    expect(answer.error.data).toMatchObject({ reason, httpStatus });
    const cli = await house.run(['token', 'obtain', app, userId, '--json']);
    expect(cli.code).toBe(exitCode);
    expect(JSON.parse(cli.stdout)).toMatchObject({ error: { reason } });
    expect(await whyNotStored(app, userId)).toBe('TOKEN_UNKNOWN');
    await house.sandbox.control.clearFaults();
    expect((await house.call('token.obtain', { app, userId })).data).toMatchObject({ source: 'issued', generation: 1 });
  });

  test('is too slow for the caller: the caller is told, and the token that comes later is not lost', async () => {
    await house.call('token.obtain', { app, userId: 'warm1' });
    await house.sandbox.control.post('faults', [{ provider, kind: 'delay', delayMs: 1_000, times: 1 }]);
    const late = await house.call(
      'token.obtain',
      { app, userId: 'slow1' },
      { headers: { 'immint-timeout-ms': '100' } },
    );
    expect(late.error.data).toMatchObject({ reason: 'DEADLINE_EXCEEDED', httpStatus: 408 });
    const later = await house.call('token.obtain', { app, userId: 'slow1' });
    expect(later.data).toMatchObject({ generation: 1 });
    const calls = (await house.sandbox.control.journal()).filter(
      (entry) => entry.provider === provider && entry.userIds.includes('slow1'),
    );
    expect(calls).toHaveLength(1);
  });

  test('a stored token is handed out while it is down', async () => {
    const stored = await house.call('token.obtain', { app, userId: 'kept1' });
    await house.sandbox.control.post('faults', [{ provider, kind: 'down' }]);
    const again = await house.call('token.obtain', { app, userId: 'kept1' });
    expect(await whyNotStored(app, 'kept1')).toBeUndefined();
    expect(again.data).toEqual({ ...stored.data, source: 'stored' });
  });
});

test('providers that never answer are called slow by their name, before the caller’s own time is over', async () => {
  await Promise.all(ACCOUNTS.map(({ app }) => house.call('token.obtain', { app, userId: 'warm1' })));
  await house.sandbox.control.post('faults', [{ kind: 'half-open' }]);
  const answers = await Promise.all(ACCOUNTS.map(({ app }) => house.call('token.obtain', { app, userId: 'silent1' })));
  for (const { error } of answers) expect(error.data).toMatchObject({ reason: 'PROVIDER_TIMEOUT', httpStatus: 504 });
  const reasons = await Promise.all(ACCOUNTS.map(({ app }) => whyNotStored(app, 'silent1')));
  expect(reasons).toEqual(['TOKEN_UNKNOWN', 'TOKEN_UNKNOWN', 'TOKEN_UNKNOWN']);
});

describe('a wrong secret', () => {
  test.each(ACCOUNTS)(
    '$provider refuses it: the reason says so, exit 78, and the right one mends it',
    async (account) => {
      const { app, secret } = account;
      const name = `${app}-wrong`;
      await house.run(['app', 'remove', app, '--confirm', app]);
      await addApp(house, { ...account, app: name, secret: 'made-up-wrong-secret' });
      const refused = await house.run(['token', 'obtain', name, 'u9', '--json']);
      expect(JSON.parse(refused.stdout)).toMatchObject({ error: { reason: 'PROVIDER_CREDENTIALS_REFUSED' } });
      expect(refused.code).toBe(78);
      const checked = await house.run(['app', 'check', name]);
      expect(checked.code).toBe(78);
      const mended = await house.run(['app', 'update', name, '--secret-file', '-'], { stdin: secret });
      expect(mended.code, mended.stderr).toBe(0);
      const obtained = await house.run(['token', 'obtain', name, 'u9']);
      expect(obtained.code, obtained.stderr).toBe(0);
    },
  );
});
