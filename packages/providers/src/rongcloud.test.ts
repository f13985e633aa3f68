import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { createHash } from 'node:crypto';

import { readPrintedBody, readPrintedExample } from '@immint/contracts/fixtures/index.ts';
import { RONGCLOUD_CODES } from '@immint/contracts/rongcloud';
import { Secret } from '@immint/secrets';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { providers } from './providers.ts';
import {
  type Bench,
  describeProvider,
  failureOf,
  MARK,
  NOW_MS,
  longContext,
  openBench,
} from './testing/provider-suite.ts';
import { readFixture } from './testing/read-fixture.ts';
import { httpAnswer, jsonAnswer } from './testing/scripted-provider.ts';

const nonce = '0a0a0a0a0a0a0a0a0a';
const signature = createHash('sha1').update(`${MARK}${nonce}${NOW_MS}`).digest('hex');
const headOf = (path: string): readonly string[] => [
  `POST ${path} HTTP/1.1`,
  'connection: keep-alive',
  'App-Key: uwd1c0sxdlx2',
  `Nonce: ${nonce}`,
  `Timestamp: ${NOW_MS}`,
  `Signature: ${signature}`,
  'Content-Type: application/x-www-form-urlencoded',
  'Accept: application/json',
  'Accept-Encoding: identity',
];
const account = { name: 'rongcloud', appKey: 'uwd1c0sxdlx2' } as const;

describeProvider({
  ...account,
  preparation: [],
  issued: (userId, token) => ({ code: 200, userId, token }),
  maxTokenBytes: 256,
  expectedRequest: { head: headOf('/user/getToken.json'), body: 'userId=u1&name=Mei+Lin' },
  tooOften: { status: 429, body: { url: '/user/getToken.json', code: 1008, errorMessage: MARK } },
  appRefused: { status: 401, body: { code: 1006, errorMessage: MARK }, kind: 'app-unavailable' },
  otherSettings: { userIdCharset: 'legacy', tokenLifetime: 'permanent', profileOwner: 'elsewhere' },
  ban: { usersPerCall: 20, minutes: 60, done: () => ({ code: 200 }) },
  list: {
    ask: async (chat) => chat.users.banned?.({ page: 1, pageSize: 1_000 }, longContext()),
    answer: { code: 200, users: [{ userId: 'u1', blockEndTime: '2015-01-11 01:28:20' }] },
  },
});

describe('RongCloud', () => {
  let bench: Bench;
  const deadline = longContext;
  beforeEach(async () => {
    bench = await openBench(account);
  });
  afterEach(() => bench.close());

  test.each(['rongcloud/issue-reply.http', 'rongcloud/issue-reply.success.json'] as const)(
    'the printed %s answers the printed request',
    async (file) => {
      bench.provider.script(httpAnswer(200, readPrintedBody(file)));
      const printed = { userId: 'jlk456j5', name: 'Ironman', avatarUrl: 'http://abc.com/myportrait.jpg' };
      const { token, lifetime } = await bench.issue(printed);
      expect([token.reveal(), lifetime]).toEqual(['sfd9823ihufi', { kind: 'unknown' }]);
      expect(bench.provider.requests[0]?.body).toBe(readPrintedBody('rongcloud/issue-request.http'));
    },
  );

  test.each([
    ['the recorded "invalid App-Key."', readFixture('rongcloud/invalid-app-key.json'), 'credentials-refused'],
    ['the recorded "Invalidate App-Key."', readFixture('rongcloud/invalidate-app-key.json'), 'credentials-refused'],
    ['the printed failure', readPrintedExample('rongcloud/issue-reply.failure.json'), 'credentials-refused'],
    ['the recorded parameter error', readFixture('rongcloud/parameter-error.json'), 'bad-request'],
  ])('%s is told from other errors of code 1002', async (_, body, kind) => {
    bench.provider.script(httpAnswer(400, body));
    expect(await failureOf(bench.issue())).toMatchObject({ kind, providerCode: '1002', mayHaveExecuted: false });
  });

  test('every documented code has its kind, whatever the HTTP status says', async () => {
    const kinds: Record<string, string> = {};
    for (const [code, { httpStatus }] of Object.entries(RONGCLOUD_CODES).filter(([known]) => known !== '200')) {
      const body = { code: Number(code), errorMessage: MARK };
      bench.provider.script(jsonAnswer(httpStatus ?? 200, body), jsonAnswer(200, body));
      const { kind } = await failureOf(bench.issue());
      kinds[code] = kind;
      expect(await failureOf(bench.issue())).toMatchObject({ kind, providerCode: code });
    }
    expect(kinds).toMatchObject({
      404: 'bad-request',
      1000: 'failed',
      1001: 'credentials-refused',
      1002: 'bad-request',
      1004: 'credentials-refused',
      1005: 'bad-request',
      1006: 'app-unavailable',
      1007: 'app-unavailable',
      1008: 'rate-limited',
      1009: 'app-unavailable',
      1012: 'broke-contract',
      1050: 'failed',
      2007: 'user-limit-reached',
    });
  });

  test('success under the HTTP status of a failure is not taken', async () => {
    bench.provider.script(jsonAnswer(403, { code: 200, userId: 'u1', token: 't' }));
    expect(await failureOf(bench.issue())).toMatchObject({ kind: 'broke-contract', httpStatus: 403 });
  });

  test('the lifetime is what the app says of the console', async () => {
    for (const [tokenLifetime, lifetime] of [
      [3_600, { kind: 'known', ttlSeconds: 3_600 }],
      ['permanent', { kind: 'permanent' }],
    ]) {
      const told = await openBench(account, { settings: { tokenLifetime } });
      told.provider.script(jsonAnswer(200, { code: 200, userId: 'u1', token: 't' }));
      expect((await told.issue()).lifetime).toEqual(lifetime);
      await told.close();
    }
  });

  test('what it has no field for, or would not take, is refused before anything is sent', async () => {
    const kindOf = async (request: Parameters<Bench['issue']>[0]) => (await failureOf(bench.issue(request))).kind;
    expect(await kindOf({ ttlSeconds: 60 })).toBe('bad-request');
    expect(await kindOf({ password: Secret.of(MARK) })).toBe('bad-request');
    expect(await kindOf({ userId: 'a-b' })).toBe('user-id-refused');
    expect(await kindOf({ name: 'n'.repeat(65) })).toBe('bad-request');
    expect(await kindOf({ avatarUrl: 'u'.repeat(1025) })).toBe('bad-request');
    expect(bench.provider.requests).toEqual([]);
  });

  test('a legacy app sends the wider set of user ids', async () => {
    const legacy = await openBench(account, { settings: { userIdCharset: 'legacy' } });
    legacy.provider.script(jsonAnswer(200, { code: 200, userId: 'a+b=c-d_e', token: 't' }));
    await legacy.issue({ userId: 'a+b=c-d_e' });
    expect(legacy.provider.requests[0]?.body).toBe('userId=a%2Bb%3Dc-d_e&name=Mei+Lin');
    await legacy.close();
  });

  test('a profile is read, and changed in the fields that are given', async () => {
    bench.provider.script(
      httpAnswer(200, readFixture('rongcloud/user-info.json')),
      jsonAnswer(200, { code: 200, userName: '', userPortrait: '' }),
      httpAnswer(200, readFixture('rongcloud/done.json')),
    );
    const read = () => bench.chat.profiles?.read('u1', deadline());
    expect(await read()).toEqual({ name: 'Ironman', avatarUrl: 'http://abc.com/myportrait.jpg' });
    expect(await read()).toEqual({ name: 'u1' });
    await bench.chat.profiles?.update('u1', { avatarUrl: 'http://a/b?c' }, deadline());
    const sent = bench.provider.requests.map(({ head, body }) => [head.split('\r\n')[0], body]);
    expect(sent).toEqual([
      ['POST /user/info.json HTTP/1.1', 'userId=u1'],
      ['POST /user/info.json HTTP/1.1', 'userId=u1'],
      ['POST /user/refresh.json HTTP/1.1', 'userId=u1&portraitUri=http%3A%2F%2Fa%2Fb%3Fc'],
    ]);
  });

  test('credentials are checked by a call that registers nobody, and the clock comes along', async () => {
    const body = readFixture('rongcloud/no-banned-users.json');
    const headers = { 'Content-Type': 'application/json', Date: 'Sun, 22 Nov 2026 04:00:00 GMT' };
    bench.provider.script(httpAnswer(200, body, headers), jsonAnswer(401, { code: 1004, errorMessage: MARK }));
    expect(await bench.chat.checkCredentials(deadline())).toEqual({
      serverDateMs: Date.UTC(2026, 10, 22, 4),
      isRemembered: false,
    });
    expect(bench.provider.requests[0]).toMatchObject({ body: 'page=1&size=1' });
    expect(bench.provider.requests[0]?.head).toContain('POST /user/block/query.json HTTP/1.1');
    expect(await failureOf(bench.chat.checkCredentials(deadline()))).toMatchObject({ kind: 'credentials-refused' });
  });
});

describe('what is known of RongCloud without a connection', () => {
  const entry = providers.rongcloud;
  const documented = SETTINGS_BY_PROVIDER.rongcloud.parse({});

  test('ids are canonical as they are written, in the set of the app', () => {
    expect(entry.canonicalUserId('Ab1', documented)).toEqual({ ok: true, canonicalUserId: 'Ab1' });
    expect(entry.canonicalUserId('a-b', documented)).toEqual({
      ok: false,
      rule: 'A user id must be 1 to 64 letters (A-Z, a-z) or digits.',
    });
    expect(entry.canonicalUserId('a-b', { ...documented, userIdCharset: 'legacy' })).toMatchObject({ ok: true });
  });

  test('limits are told as sentences', () => {
    expect(entry.checkName('名'.repeat(64))).toBeUndefined();
    expect(entry.checkName('n'.repeat(65))).toBe('The name must be at most 64 characters.');
    expect(entry.checkAvatarUrl('u'.repeat(1025))).toBe('The avatar URL must be at most 1024 bytes in UTF-8.');
  });
});
