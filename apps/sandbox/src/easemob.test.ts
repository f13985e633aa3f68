import { EasemobAppTokenReply, EasemobUserTokenReply } from '@immint/contracts/easemob';
import { readPrintedCurlBody, readPrintedReplyJoined } from '@immint/contracts/fixtures/index.ts';
import { describe, expect, test } from 'vitest';

import { readRawBody, sendRaw } from './testing/raw-request.ts';
import {
  CLIENT_CREDENTIALS,
  EASEMOB_APP_KEY,
  type Reply,
  type RunningSandbox,
  runSandbox,
} from './testing/running-sandbox.ts';

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

const inherit = async (sandbox: RunningSandbox, fields: object): Promise<Reply> =>
  sandbox.easemob('/token', { grant_type: 'inherit', ...fields }, bearer(await sandbox.easemobAppToken()));

const register = async (sandbox: RunningSandbox, body: unknown): Promise<Reply> =>
  sandbox.easemob('/users', body, bearer(await sandbox.easemobAppToken()));

const set = (sandbox: RunningSandbox, settings: object): Promise<Reply> =>
  sandbox.control('POST', '/settings', { provider: 'easemob', appKey: EASEMOB_APP_KEY, ...settings });

const failure = (error: string, description: unknown = expect.any(String)): object => ({
  error,
  exception: expect.stringMatching(/^[A-Za-z]+Exception$/),
  timestamp: expect.any(Number),
  duration: 0,
  error_description: description,
});

const summary = ({ status, body }: Reply): unknown => [status, body];

describe('the printed requests', () => {
  test('the password grant: "C" with a ttl in quotes answers "c" and that ttl', async () => {
    const sandbox = await runSandbox();
    await register(sandbox, { username: 'C', password: '1' });
    const { status, body } = await sandbox.fetch('/sandbox-org/sandbox-app/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: readPrintedCurlBody('easemob/password-request.curl.txt'),
    });
    const printed: unknown = JSON.parse(readPrintedReplyJoined('easemob/password-reply.printed.txt'));
    expect(status).toBe(200);
    expect(body).toEqual({
      ...Object(printed),
      access_token: expect.stringMatching(/^YWMt[\w-]{128}$/),
      user: {
        uuid: expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/),
        type: 'user',
        created: expect.any(Number),
        modified: expect.any(Number),
        username: 'c',
        activated: true,
      },
    });
  });

  test('the inherit grant creates the user, with the fields of the printed reply', async () => {
    const sandbox = await runSandbox();
    const { body } = await sandbox.fetch('/sandbox-org/sandbox-app/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...bearer(await sandbox.easemobAppToken()) },
      body: readPrintedCurlBody('easemob/inherit-request.curl.txt'),
    });
    const printed = EasemobUserTokenReply.parse(
      JSON.parse(readPrintedReplyJoined('easemob/inherit-reply.printed.txt')),
    );
    const reply = EasemobUserTokenReply.parse(body);
    expect(reply).toMatchObject({ expires_in: printed.expires_in, user: printed.user });
    const verdict = await sandbox.connect('easemob', EASEMOB_APP_KEY, reply.access_token);
    expect(verdict).toEqual({ ok: true, userId: 'test2333' });
  });
});

describe('app tokens', () => {
  test('last 60 days when no ttl is given, and name the application', async () => {
    const { easemob } = await runSandbox();
    const { status, body } = await easemob('/token', CLIENT_CREDENTIALS);
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^YWMt[\w-]+$/),
        expires_in: 5_184_000,
        application: expect.stringMatching(/^[\da-f-]{36}$/),
      },
    ]);
  });

  test('come for chunked JSON without a Content-Type, as the Java SDK sends it', async () => {
    const { url } = await runSandbox();
    const body = JSON.stringify(CLIENT_CREDENTIALS);
    const reply = await sendRaw(
      url,
      `POST /sandbox-org/sandbox-app/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n` +
        `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
    // The answer's own framing is Content-Length, so its body is what follows the headers.
    expect(EasemobAppTokenReply.parse(readRawBody(reply)).expires_in).toBe(5_184_000);
  });

  test.each([
    ['no client_id', { client_id: undefined }, 'illegal_argument', 'client_id must be provided.'],
    ['no client_secret', { client_secret: undefined }, 'illegal_argument', 'client_secret must be provided'],
    ['another client_id', { client_id: 'x' }, 'invalid_grant', 'client_id does not match'],
    ['another client_secret', { client_secret: 'x' }, 'invalid_grant', 'client_secret does not match'],
    ['an unknown grant', { grant_type: 'magic' }, 'illegal_argument', expect.stringContaining('client_credentials')],
    ['a grant named like a built-in', { grant_type: 'toString' }, 'illegal_argument', expect.any(String)],
    ['a negative ttl', { ttl: -1 }, 'illegal_argument', expect.stringContaining('ttl')],
  ])('%s is refused', async (_what, change, error, description) => {
    const { easemob } = await runSandbox();
    const reply = await easemob('/token', { ...CLIENT_CREDENTIALS, ...change });
    expect(summary(reply)).toEqual([400, failure(error, description)]);
  });
});

describe('the lifetime', () => {
  test.each([
    ['as asked', {}, { ttl: 60 }, 60],
    ['in quotes', {}, { ttl: '60' }, 60],
    ['never beyond what an int holds', {}, { ttl: 9_999_999_999 }, 2_147_483_647],
    ['0 for a permanent one', {}, { ttl: 0 }, 0],
    ['the console’s when none is asked', { tokenTtlSeconds: 77 }, {}, 77],
    ['60 days when nobody says anything', {}, {}, 5_184_000],
    ['in milliseconds on VIP 5', { ttlUnit: 'milliseconds' }, { ttl: 5_184_000_000 }, 5_184_000_000],
    ['in milliseconds on VIP 5 by default too', { ttlUnit: 'milliseconds' }, {}, 5_184_000_000],
  ])('%s', async (_what, settings, fields, expiresIn) => {
    const sandbox = await runSandbox();
    await set(sandbox, settings);
    const { body } = await inherit(sandbox, { username: 'u1', autoCreateUser: true, ...fields });
    expect(EasemobUserTokenReply.parse(body).expires_in).toBe(expiresIn);
  });
});

describe('who may ask for a user token', () => {
  const unauthorized = [401, failure('unauthorized', 'Unable to authenticate (OAuth)')];
  const corrupt = [401, failure('auth_bad_access_token', 'Unable to authenticate due to corrupt access token')];
  const ask = (sandbox: RunningSandbox, headers: Record<string, string>): Promise<Reply> =>
    sandbox.easemob('/token', { grant_type: 'inherit', username: 'u1', autoCreateUser: true }, headers);

  test('nobody without an app token of this sandbox', async () => {
    const sandbox = await runSandbox();
    for (const headers of [{}, bearer('nonsense'), bearer(`YWMt${'a'.repeat(60)}`), { Authorization: 'Basic x' }]) {
      expect(summary(await ask(sandbox, headers))).toEqual(unauthorized);
    }
  });

  test('nobody with an expired one', async () => {
    const sandbox = await runSandbox();
    const { body } = await sandbox.easemob('/token', { ...CLIENT_CREDENTIALS, ttl: 10 });
    const headers = bearer(EasemobAppTokenReply.parse(body).access_token);
    expect((await ask(sandbox, headers)).status).toBe(200);
    await sandbox.control('POST', '/clock', { advanceMs: 10_000 });
    expect(summary(await ask(sandbox, headers))).toEqual(unauthorized);
  });

  test('nobody with a user token, or an app token of another app', async () => {
    const sandbox = await runSandbox();
    const { body } = await inherit(sandbox, { username: 'u1', autoCreateUser: true });
    const userToken = EasemobUserTokenReply.parse(body).access_token;
    expect(summary(await ask(sandbox, bearer(userToken)))).toEqual(corrupt);

    await sandbox.control('POST', '/apps', { provider: 'easemob', appKey: 'o#a', secret: 's', clientId: 'c' });
    const other = await sandbox.fetch('/o/a/token', {
      method: 'POST',
      body: JSON.stringify({ grant_type: 'client_credentials', client_id: 'c', client_secret: 's' }),
      headers: { 'Content-Type': 'application/json' },
    });
    const otherToken = EasemobAppTokenReply.parse(other.body).access_token;
    expect(summary(await ask(sandbox, bearer(otherToken)))).toEqual(corrupt);
  });
});

describe('user tokens', () => {
  test('an unknown user is 404 unless it may be created; a created one is kept under its lower-case name', async () => {
    const sandbox = await runSandbox();
    expect(summary(await inherit(sandbox, { username: 'Abc' }))).toEqual([
      404,
      failure('invalid_grant', 'user not found'),
    ]);
    const made = EasemobUserTokenReply.parse((await inherit(sandbox, { username: 'Abc', autoCreateUser: true })).body);
    const again = EasemobUserTokenReply.parse((await inherit(sandbox, { username: 'aBC' })).body);
    expect([made.user.username, again.user.username]).toEqual(['abc', 'abc']);
    for (const { access_token: token } of [made, again]) {
      expect(await sandbox.connect('easemob', EASEMOB_APP_KEY, token)).toEqual({ ok: true, userId: 'abc' });
    }
  });

  test.each([
    ['no username', { username: undefined }, 400, 'illegal_argument', 'username must be provided'],
    ['a name with a space', { username: 'a b' }, 400, 'illegal_argument', 'username [a b] is not legal'],
    ['a name of 65 bytes', { username: 'u'.repeat(65) }, 400, 'illegal_argument', 'USERNAME_TOO_LONG'],
    ['a ttl that is no number', { ttl: 'long' }, 400, 'illegal_argument', expect.stringContaining('ttl')],
  ])('auto-create with %s is refused and makes no user', async (_what, change, status, error, description) => {
    const sandbox = await runSandbox();
    const reply = await inherit(sandbox, { username: 'u1', autoCreateUser: true, ...change });
    expect(summary(reply)).toEqual([status, failure(error, description)]);
    expect((await inherit(sandbox, { username: 'u1' })).status).toBe(404);
  });

  test('a banned user is refused under either grant, until activated', async () => {
    const sandbox = await runSandbox();
    await register(sandbox, { username: 'u1', password: 'p' });
    const headers = bearer(await sandbox.easemobAppToken());
    const password = { grant_type: 'password', username: 'u1', password: 'p' };
    const { body } = await sandbox.easemob('/users/U1/deactivate', {}, headers);
    expect(body).toMatchObject({ action: 'Deactivate user', entities: [{ username: 'u1', activated: false }] });
    const refused = [400, failure('invalid_grant', 'user not activated')];
    expect(summary(await inherit(sandbox, { username: 'u1' }))).toEqual(refused);
    expect(summary(await sandbox.easemob('/token', password))).toEqual(refused);
    expect((await sandbox.easemob('/users/u1/activate', {}, headers)).body).toMatchObject({ action: 'activate user' });
    expect((await sandbox.easemob('/token', password)).status).toBe(200);
  });

  test('a wrong password, a user without one and an unknown user are told apart', async () => {
    const sandbox = await runSandbox();
    await register(sandbox, { username: 'u1', password: 'p' });
    await inherit(sandbox, { username: 'u2', autoCreateUser: true });
    const ask = async (username: string): Promise<unknown> =>
      summary(await sandbox.easemob('/token', { grant_type: 'password', username, password: 'x' }));
    expect(await ask('u1')).toEqual([400, failure('invalid_grant', 'invalid password')]);
    expect(await ask('u2')).toEqual([400, failure('invalid_grant', 'invalid password')]);
    expect(await ask('u3')).toEqual([404, failure('entity_not_found', 'User null not found')]);
  });

  test('one user too many is 429 resource_limited', async () => {
    const sandbox = await runSandbox();
    await set(sandbox, { maxUsers: 1 });
    await inherit(sandbox, { username: 'u1', autoCreateUser: true });
    const reply = await inherit(sandbox, { username: 'u2', autoCreateUser: true });
    expect(summary(reply)).toEqual([429, failure('resource_limited', expect.stringContaining('community edition'))]);
  });
});

describe('registering', () => {
  test('an object, and a list of one, answer with the user', async () => {
    const sandbox = await runSandbox();
    const one = await register(sandbox, { username: 'U1', password: 'p', nickname: 'N' });
    expect(one.body).toEqual({
      action: 'post',
      application: expect.any(String),
      path: '/users',
      uri: `${sandbox.url}/sandbox-org/sandbox-app/users`,
      entities: [
        {
          uuid: expect.any(String),
          type: 'user',
          created: expect.any(Number),
          modified: expect.any(Number),
          username: 'u1',
          activated: true,
        },
      ],
      timestamp: expect.any(Number),
      duration: 0,
      organization: 'sandbox-org',
      applicationName: 'sandbox-app',
    });
    expect((await register(sandbox, [{ username: 'u2', password: 'p' }])).body).not.toHaveProperty('data');
  });

  test('a batch makes the new ones and lists those that exist', async () => {
    const sandbox = await runSandbox();
    await register(sandbox, { username: 'u1', password: 'p' });
    const { status, body } = await register(sandbox, [
      { username: 'u1', password: 'p' },
      { username: 'u2', password: 'p' },
    ]);
    expect([status, body]).toMatchObject([
      200,
      { entities: [{ username: 'u2' }], data: [{ username: 'u1', registerUserFailReason: 'the u1 already exists' }] },
    ]);
  });

  test.each([
    ['no username', { password: 'p' }, 'illegal_argument'],
    ['no password', { username: 'u1' }, 'illegal_argument'],
    ['an illegal name', { username: 'a/b', password: 'p' }, 'illegal_argument'],
    ['a nickname of 101 characters', { username: 'u1', password: 'p', nickname: 'n'.repeat(101) }, 'illegal_argument'],
    [
      '61 users',
      Array.from({ length: 61 }, (_each, at) => ({ username: `u${at}`, password: 'p' })),
      'illegal_argument',
    ],
    ['an existing name', { username: 'Taken', password: 'p' }, 'duplicate_unique_property_exists'],
  ])('%s is refused', async (_what, body, error) => {
    const sandbox = await runSandbox();
    await register(sandbox, { username: 'taken', password: 'p' });
    expect(summary(await register(sandbox, body))).toEqual([400, failure(error)]);
  });

  test('a batch that the plan has no room for makes nobody', async () => {
    const sandbox = await runSandbox();
    await set(sandbox, { maxUsers: 1 });
    const users = ['u1', 'u2'].map((username) => ({ username, password: 'p' }));
    expect((await register(sandbox, users)).status).toBe(429);
    expect((await inherit(sandbox, { username: 'u1' })).status).toBe(404);
  });

  test('needs an app token', async () => {
    const { easemob } = await runSandbox();
    const reply = await easemob('/users', { username: 'u1', password: 'p' });
    expect(summary(reply)).toEqual([401, failure('unauthorized', expect.stringContaining('Open registration'))]);
  });
});

describe('other refusals', () => {
  test('an unknown org or app', async () => {
    const { fetch } = await runSandbox();
    const reply = await fetch('/sandbox-org/other/token', { method: 'POST', body: '{}' });
    const text = 'Could not find application for sandbox-org/other from URI: sandbox-org/other/token';
    expect(summary(reply)).toEqual([404, failure('organization_application_not_found', text)]);
  });

  test('a URL that is not served and a wrong method are 500, as the pages have it, and say what is served', async () => {
    const { fetch } = await runSandbox();
    const unknown = await fetch('/sandbox-org/sandbox-app/nothing', { method: 'POST' });
    expect(summary(unknown)).toEqual([500, failure('web_application', 'javax.ws.rs.WebApplicationException')]);
    expect(unknown.headers.get('immint-sandbox-hint')).toContain('POST /{org_name}/{app_name}/token');
    const wrong = await fetch('/sandbox-org/sandbox-app/token');
    expect(summary(wrong)).toEqual([500, failure('unsupported_service_operation', 'Service operation not supported')]);
    expect(wrong.headers.get('immint-sandbox-hint')).toBe('this path takes POST, not GET');
  });

  test('a form content type is 415; a body that is not JSON is 400', async () => {
    const { fetch } = await runSandbox();
    const send = (body: string, contentType: string): Promise<Reply> =>
      fetch('/sandbox-org/sandbox-app/token', { method: 'POST', body, headers: { 'Content-Type': contentType } });
    const form = await send(JSON.stringify(CLIENT_CREDENTIALS), 'application/x-www-form-urlencoded');
    expect(summary(form)).toEqual([415, failure('web_application', 'Unsupported Media Type')]);
    expect(form.headers.get('immint-sandbox-hint')).toContain('application/json');
    for (const body of ['{', '', '[]']) {
      expect(summary(await send(body, 'application/json'))).toEqual([400, failure('json_parse')]);
    }
  });

  test('a body over 100 kB is 413', async () => {
    const { easemob } = await runSandbox();
    const reply = await easemob('/token', { ...CLIENT_CREDENTIALS, client_id: 'x'.repeat(102_400) });
    expect(summary(reply)).toEqual([413, failure('Request Entity Too Large', 'Request Entity Too Large')]);
  });

  test('banning: an unknown user is 404 with the one exception name that is documented, a bad token one of four 401s', async () => {
    const sandbox = await runSandbox();
    const appToken = await sandbox.easemobAppToken();
    const ask = async (headers: Record<string, string>): Promise<unknown> =>
      summary(await sandbox.easemob('/users/nobody/deactivate', {}, headers));
    expect(await ask(bearer(appToken))).toMatchObject([404, { exception: 'UserNotFoundException' }]);
    expect(await ask({})).toEqual([401, failure('unauthorized', expect.stringContaining('expired'))]);
    expect(await ask(bearer('x'))).toEqual([401, failure('auth_bad_access_token', expect.stringContaining('corrupt'))]);
    const unknown = bearer(`YWMt${'a'.repeat(60)}`);
    expect(await ask(unknown)).toEqual([401, failure('auth_bad_access_token', 'Unable to authenticate')]);
  });
});
