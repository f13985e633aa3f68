import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { readPrintedCurlBody, readPrintedExample, readPrintedReplyJoined } from '@immint/contracts/fixtures/index.ts';
import { Secret } from '@immint/secrets';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { providers } from './providers.ts';
import { MARK } from './testing/hostile-answers.ts';
import { type Bench, describeProvider, failureOf, longContext, openBench } from './testing/provider-suite.ts';
import { readFixture } from './testing/read-fixture.ts';
import { type Answer, httpAnswer, jsonAnswer } from './testing/scripted-provider.ts';

const account = { name: 'easemob', appKey: 'sandbox-org#sandbox-app', clientId: 'cid' } as const;
const appToken = (token = 'YWMtAppToken', expiresIn = 86_400): Answer =>
  jsonAnswer(200, { access_token: token, expires_in: expiresIn, application: '8be0' });
const issuedBody = (username: string, token: string, expiresIn = 5_184_000, activated = true) => ({
  access_token: token,
  expires_in: expiresIn,
  user: { uuid: '220c', type: 'user', created: 1, modified: 1, username, activated },
});
const userToken = (token = 't', expiresIn?: number): Answer => jsonAnswer(200, issuedBody('u1', token, expiresIn));
const errorBody = (error: string, text = MARK) => ({
  error,
  exception: MARK,
  timestamp: 1,
  duration: 0,
  error_description: text,
});
const password = Secret.of(MARK);

describeProvider({
  ...account,
  preparation: [appToken()],
  issued: issuedBody,
  maxTokenBytes: 4096,
  expectedRequest: {
    head: [
      'POST /sandbox-org/sandbox-app/token HTTP/1.1',
      'connection: keep-alive',
      'Authorization: Bearer YWMtAppToken',
      'Content-Type: application/json',
      'Accept: application/json',
      'Accept-Encoding: identity',
    ],
    body: '{"grant_type":"inherit","username":"u1","autoCreateUser":true,"ttl":5184000}',
  },
  tooOften: { status: 429, body: errorBody('reach_limit') },
  appRefused: { status: 403, body: errorBody('forbidden_service_operation'), kind: 'app-unavailable' },
  otherSettings: { tokenMode: 'dynamic', revokeBy: 'ban', userIdCase: 'fold' },
  ban: {
    usersPerCall: 1,
    minutes: undefined,
    done: ([username]) => ({ action: 'Deactivate user', entities: [{ username, activated: false }] }),
  },
  list: {
    ask: async (chat) => chat.users.list?.({ limit: 100 }, longContext()),
    answer: { action: 'get', entities: [{ username: 'u1', activated: true }] },
  },
});

describe('Easemob', () => {
  let bench: Bench;
  const deadline = longContext;
  const bodies = (): readonly unknown[] => bench.provider.requests.map(({ body }) => JSON.parse(body) as unknown);
  beforeEach(async () => {
    bench = await openBench(account);
  });
  afterEach(() => bench.close());

  test('the app token is asked for with a lifetime, without an Authorization', async () => {
    bench.provider.script(httpAnswer(200, readFixture('easemob/app-token.json')), userToken());
    await bench.issue();
    expect(bodies()[0]).toEqual({
      grant_type: 'client_credentials',
      client_id: 'cid',
      client_secret: MARK,
      ttl: 86_400,
    });
    expect(bench.provider.requests[0]?.headers.has('authorization')).toBe(false);
    expect(bench.provider.requests[1]?.headers.get('authorization')).toBe('Bearer YWMtXXXXXXXXXXXXXXXXXXXXXXXXXXXX');
  });

  test('C1, C4, C5: the printed inherit reply answers the printed request, once its broken lines are joined', async () => {
    bench.provider.script(
      appToken(),
      httpAnswer(200, readPrintedReplyJoined('easemob/inherit-reply.printed.txt')),
      httpAnswer(200, readPrintedExample('easemob/inherit-reply.printed.txt')),
    );
    const printed = { userId: 'test2333', ttlSeconds: 1_024_000 };
    const { token, lifetime } = await bench.issue(printed);
    expect(token.reveal()).toMatch(/^YWMthyeiFhbyEe2eMGeYZSLlT7sMrFep/);
    expect(lifetime).toEqual({ kind: 'known', ttlSeconds: 1_024_000 });
    expect(bodies()[1]).toEqual(JSON.parse(readPrintedCurlBody('easemob/inherit-request.curl.txt')));
    expect(await failureOf(bench.issue(printed))).toMatchObject({ kind: 'broke-contract' });
  });

  test('C1: a password goes out alone: with no app token, not even one that is there', async () => {
    bench.provider.script(httpAnswer(200, readPrintedReplyJoined('easemob/password-reply.printed.txt')));
    const { token, lifetime } = await bench.issue({ userId: 'c', password: Secret.of('1'), ttlSeconds: 1_024_000 });
    expect(token.reveal()).toMatch(/^YWMtrR6ECkz8/);
    expect(lifetime).toEqual({ kind: 'known', ttlSeconds: 1_024_000 });
    expect(bodies()).toEqual([{ grant_type: 'password', username: 'c', password: '1', ttl: 1_024_000 }]);
    expect(bench.provider.requests[0]?.headers.has('authorization')).toBe(false);
  });

  test.each([
    ['inherit', '400 invalid_grant', 'user not activated', 'user-banned'],
    ['inherit', '400 illegal_argument', 'USERNAME_TOO_LONG', 'user-id-refused'],
    ['inherit', '404 invalid_grant', 'user not found', 'user-unknown'],
    ['inherit', '404 entity_not_found', 'User null not found', 'user-unknown'],
    ['inherit', '404 organization_application_not_found', MARK, 'credentials-refused'],
    ['inherit', '403 forbidden_service_operation', MARK, 'app-unavailable'],
    ['inherit', '409 concurrent_operation_error', MARK, 'conflict'],
    ['inherit', '429 resource_limited', MARK, 'user-limit-reached'],
    ['inherit', '500 web_application', MARK, 'bad-request'],
    ['password', '400 invalid_grant', 'invalid password', 'password-refused'],
    ['password', '400 invalid_grant', 'invalid username or password', 'password-refused'],
    ['password', '400 invalid_grant', 'user not activated', 'user-banned'],
    ['password', '404 invalid_grant', 'user not found', 'user-unknown'],
    ['password', '401 unauthorized', 'Unable to authenticate (OAuth)', 'app-unavailable'],
    ['client_credentials', '400 invalid_grant', 'client_secret does not match', 'credentials-refused'],
    ['client_credentials', '400 invalid_grant', 'client_id does not match', 'credentials-refused'],
    ['client_credentials', '404 organization_application_not_found', MARK, 'credentials-refused'],
    ['client_credentials', '401 unauthorized', MARK, 'credentials-refused'],
  ])('to %s, %s (%s) means %s', async (grant, name, text, kind) => {
    const [status = '', ...error] = name.split(' ');
    const refusal = jsonAnswer(Number(status), errorBody(error.join(' '), text));
    bench.provider.script(...(grant === 'inherit' ? [appToken()] : []), refusal);
    const failure = await failureOf(bench.issue(grant === 'password' ? { password } : {}));
    expect(failure).toMatchObject({ kind, providerCode: name, httpStatus: Number(status) });
  });

  test('the documented body of an unknown user, of another call, means the same here', async () => {
    bench.provider.script(appToken(), httpAnswer(404, readFixture('easemob/user-not-found.json')));
    expect(await failureOf(bench.issue())).toMatchObject({ kind: 'user-unknown', retryable: false });
  });

  test('D4: a token of a banned user is a refusal', async () => {
    bench.provider.script(appToken(), jsonAnswer(200, issuedBody('u1', MARK, 60, false)));
    expect(await failureOf(bench.issue())).toMatchObject({ kind: 'user-banned', mayHaveExecuted: false });
  });

  test('C9: a conflict may be tried again in a second', async () => {
    bench.provider.script(appToken(), jsonAnswer(409, errorBody('concurrent_operation_error')));
    expect(await failureOf(bench.issue())).toMatchObject({ kind: 'conflict', retryable: true, retryAfterMs: 1_000 });
  });

  test('an app token that a call refuses is replaced, and the call repeated once', async () => {
    const refused = jsonAnswer(401, errorBody('unauthorized'));
    bench.provider.script(appToken('YWMtOld'), refused, appToken('YWMtNew'), userToken());
    expect((await bench.issue()).token.reveal()).toBe('t');
    const authorizations = bench.provider.requests.map(({ headers }) => headers.get('authorization'));
    expect(authorizations).toEqual([undefined, 'Bearer YWMtOld', undefined, 'Bearer YWMtNew']);
  });

  test('a new app token that is refused too means refused credentials, and nothing is asked a third time', async () => {
    const refused = (): Answer => jsonAnswer(401, errorBody('auth_bad_access_token'));
    bench.provider.script(appToken('YWMtOld'), refused(), appToken('YWMtNew'), refused());
    expect(await failureOf(bench.issue())).toMatchObject({ kind: 'credentials-refused', httpStatus: 401 });
    expect(bench.provider.requests).toHaveLength(4);
  });

  test('a 401 whose error nobody documented is a refused app token all the same', async () => {
    bench.provider.script(appToken('YWMtOld'), jsonAnswer(401, errorBody(MARK)), appToken('YWMtNew'), userToken());
    expect((await bench.issue()).token.reveal()).toBe('t');
  });

  describe('a lifetime', () => {
    test('D5: is what the answer says, not what was asked for', async () => {
      bench.provider.script(appToken(), userToken('t', 60));
      expect((await bench.issue({ ttlSeconds: 600 })).lifetime).toEqual({ kind: 'known', ttlSeconds: 60 });
    });

    test.each([0, -1, 1.5, '60', null, 3_155_760_001, 9_223_372_036_854_776_000])(
      'of %j is none',
      async (expiresIn) => {
        bench.provider.script(appToken(), jsonAnswer(200, { ...issuedBody('u1', MARK), expires_in: expiresIn }));
        expect(await failureOf(bench.issue())).toMatchObject({ kind: 'broke-contract' });
      },
    );

    test('is permanent only where the app allows it, it was asked for, and the answer says 0', async () => {
      expect(await failureOf(bench.issue({ ttlSeconds: 0 }))).toMatchObject({ kind: 'bad-request' });
      expect(bench.provider.requests).toEqual([]);
      const allowing = await openBench(account, { settings: { allowPermanentTokens: true } });
      allowing.provider.script(appToken(), userToken('t', 0), userToken('t', 60));
      expect((await allowing.issue({ ttlSeconds: 0 })).lifetime).toEqual({ kind: 'permanent' });
      expect((await allowing.issue({ ttlSeconds: 0 })).lifetime).toEqual({ kind: 'known', ttlSeconds: 60 });
      expect(JSON.parse(allowing.provider.requests[1]?.body ?? '')).toMatchObject({ ttl: 0 });
      await allowing.close();
    });

    test('C3: is sent and read in milliseconds where the cluster counts so, for the app token too', async () => {
      const vip = await openBench(account, { settings: { ttlUnit: 'milliseconds', defaultTtlSeconds: 3_600 } });
      vip.provider.script(appToken('YWMtA', 86_400_000), userToken('t', 3_600_999));
      expect((await vip.issue()).lifetime).toEqual({ kind: 'known', ttlSeconds: 3_600 });
      const ttls = vip.provider.requests.map(({ body }) => /"ttl":(\d+)/.exec(body)?.[1]);
      expect(ttls).toEqual(['86400000', '3600000']);
      await vip.close();
    });
  });

  test('C5: an app may keep the provider from creating users', async () => {
    const strict = await openBench(account, { settings: { autoCreateUser: false } });
    strict.provider.script(appToken(), userToken());
    await strict.issue();
    expect(JSON.parse(strict.provider.requests[1]?.body ?? '')).toMatchObject({ autoCreateUser: false });
    await strict.close();
  });

  test('credentials are checked by asking for an app token, and the clock comes along', async () => {
    const body = { access_token: 'YWMt', expires_in: 86_400 };
    bench.provider.script(jsonAnswer(200, body, { Date: 'Sun, 22 Nov 2026 04:00:00 GMT' }), userToken());
    expect(await bench.chat.checkCredentials(deadline())).toEqual({
      serverDateMs: Date.UTC(2026, 10, 22, 4),
      isRemembered: false,
    });
    await bench.issue();
    expect(bench.provider.requests).toHaveLength(2);
  });

  test('what it would not take is refused before anything is sent', async () => {
    expect(await failureOf(bench.issue({ userId: 'U1' }))).toMatchObject({ kind: 'user-id-refused' });
    expect(await failureOf(bench.issue({ password: Secret.of('') }))).toMatchObject({ kind: 'bad-request' });
    expect(await failureOf(bench.issue({ password: Secret.of('p'.repeat(65)) }))).toMatchObject({
      kind: 'bad-request',
    });
    expect(bench.provider.requests).toEqual([]);
  });

  test.each([
    ['an App Key without an app', { appKey: 'sandbox-org' }],
    ['an App Key that climbs out of its path', { appKey: '..#..' }],
  ])('%s cannot be connected', async (_, wrong) => {
    expect(await failureOf(openBench({ ...account, ...wrong }))).toMatchObject({ kind: 'bad-request' });
  });

  test('C2: a lifetime is always sent, whoever asks for a token', async () => {
    bench.provider.script(appToken(), userToken(), userToken());
    await bench.issue();
    await bench.issue({ password });
    const ttls = bodies().map((body) => (typeof body === 'object' && body !== null && 'ttl' in body ? body.ttl : body));
    expect(ttls).toEqual([86_400, 5_184_000, 5_184_000]);
  });

  test('an account without a client id cannot be connected', async () => {
    const { name, appKey } = account;
    expect(await failureOf(openBench({ name, appKey }))).toMatchObject({ kind: 'bad-request' });
  });
});

describe('what is known of Easemob without a connection', () => {
  const entry = providers.easemob;
  const settings = SETTINGS_BY_PROVIDER.easemob.parse({});

  test('C6, C7, D6: ids are kept in lower case: one that would change is refused, or folded where the app says so', () => {
    expect(entry.canonicalUserId('u-1', settings)).toEqual({ ok: true, canonicalUserId: 'u-1' });
    expect(entry.canonicalUserId('1_2.3', settings)).toEqual({ ok: true, canonicalUserId: '1_2.3' });
    expect(entry.canonicalUserId('U-1', settings)).toMatchObject({
      ok: false,
      rule: expect.stringContaining('lower case'),
    });
    expect(entry.canonicalUserId('U-1', { ...settings, userIdCase: 'fold' })).toEqual({
      ok: true,
      canonicalUserId: 'u-1',
    });
    expect(entry.canonicalUserId('u+1', { ...settings, userIdCase: 'fold' })).toMatchObject({ ok: false });
  });

  test('it takes lifetimes and passwords, and is told no profile', () => {
    expect(entry.capabilities(settings)).toMatchObject({ takesTtl: true, takesPassword: true, keepsProfile: false });
    expect(entry.checkName('n'.repeat(65))).toBe('The name must be at most 64 characters.');
    expect(entry.checkAvatarUrl('u'.repeat(1024))).toBeUndefined();
  });
});
