import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { createHash } from 'node:crypto';

import { readPrintedBody } from '@immint/contracts/fixtures/index.ts';
import { RONGCLOUD_DATA_CENTERS } from '@immint/contracts/rongcloud';
import { Secret } from '@immint/secrets';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { providers } from './providers.ts';
import { MARK } from './testing/hostile-answers.ts';
import { type Bench, describeProvider, failureOf, NOW_MS, longContext, openBench } from './testing/provider-suite.ts';
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

  test('A2: a lifetime is not known, unless the app says what the console says', async () => {
    for (const [tokenLifetime, lifetime] of [
      [undefined, { kind: 'unknown' }],
      [3_600, { kind: 'known', ttlSeconds: 3_600 }],
      ['permanent', { kind: 'permanent' }],
    ]) {
      const told = await openBench(account, { settings: { tokenLifetime } });
      told.provider.script(jsonAnswer(200, { code: 200, userId: 'u1', token: 't' }));
      expect((await told.issue()).lifetime).toEqual(lifetime);
      await told.close();
    }
  });

  test('A1, D5: what it has no field for, or would not take, is refused before anything is sent', async () => {
    const kindOf = async (request: Parameters<Bench['issue']>[0]) => (await failureOf(bench.issue(request))).kind;
    expect(await kindOf({ ttlSeconds: 60 })).toBe('bad-request');
    expect(await kindOf({ password: Secret.of(MARK) })).toBe('bad-request');
    expect(await kindOf({ userId: 'a-b' })).toBe('user-id-refused');
    expect(await kindOf({ name: 'n'.repeat(65) })).toBe('bad-request');
    expect(await kindOf({ avatarUrl: 'u'.repeat(1025) })).toBe('bad-request');
    expect(bench.provider.requests).toEqual([]);
  });

  test('A13: a legacy app sends the wider set of user ids, and only that app', async () => {
    const legacy = await openBench(account, { settings: { userIdCharset: 'legacy' } });
    legacy.provider.script(jsonAnswer(200, { code: 200, userId: 'a+b=c-d_e', token: 't' }));
    await legacy.issue({ userId: 'a+b=c-d_e' });
    expect(legacy.provider.requests[0]?.body).toBe('userId=a%2Bb%3Dc-d_e&name=Mei+Lin');
    await legacy.close();
    expect(await failureOf(bench.issue({ userId: 'a+b=c-d_e' }))).toMatchObject({ kind: 'user-id-refused' });
  });

  test('A3: a user may get any number of tokens, each with the newest profile', async () => {
    bench.provider.script(
      jsonAnswer(200, { code: 200, userId: 'u1', token: 't1' }),
      jsonAnswer(200, { code: 200, userId: 'u1', token: 't2' }),
    );
    const tokens = [await bench.issue(), await bench.issue({ name: 'Lin' })].map(({ token }) => token.reveal());
    expect(tokens).toEqual(['t1', 't2']);
    expect(bench.provider.requests.map(({ body }) => body)).toEqual(['userId=u1&name=Mei+Lin', 'userId=u1&name=Lin']);
  });

  test('A15: an avatar goes out only where there is one', async () => {
    bench.provider.script(jsonAnswer(200, { code: 200, userId: 'u1', token: 't1' }));
    await bench.issue({ avatarUrl: 'u'.repeat(1024) });
    expect(bench.provider.requests[0]?.body).toBe(`userId=u1&name=Mei+Lin&portraitUri=${'u'.repeat(1024)}`);
  });

  test('A17, A19: a call is signed in milliseconds, with a nonce of at most 18 characters', async () => {
    bench.provider.script(jsonAnswer(200, { code: 200, userId: 'u1', token: 't1' }));
    await bench.issue();
    const headers = bench.provider.requests[0]?.headers;
    expect(headers?.get('timestamp')).toBe('1760000012000');
    expect(headers?.get('nonce')).toMatch(/^\w{1,18}$/);
    expect(headers?.get('signature')).toMatch(/^[0-9a-f]{40}$/);
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

  test('A13, D6: ids are canonical as they are written, in the set of the app', () => {
    expect(entry.canonicalUserId('Ab1', documented)).toEqual({ ok: true, canonicalUserId: 'Ab1' });
    expect(entry.canonicalUserId('a-b', documented)).toEqual({
      ok: false,
      rule: 'A user id must be 1 to 64 letters (A-Z, a-z) or digits.',
    });
    expect(entry.canonicalUserId('a-b', { ...documented, userIdCharset: 'legacy' })).toMatchObject({ ok: true });
  });

  test('A25: is called at the hosts of its pages', () => {
    expect(entry.dataCenters).toEqual(RONGCLOUD_DATA_CENTERS);
    for (const { baseUrl, backupBaseUrl } of Object.values(entry.dataCenters))
      for (const url of [baseUrl, backupBaseUrl])
        expect(url).toMatch(/^https:\/\/api(-b)?\.(rong-api|(sg|sg-b|us|sau)-light-api)\.com$/);
  });

  test('A26: its rates are those of the pages, or of the plan', () => {
    expect(entry.capabilities(documented).ratesPerSecond).toMatchObject({ issueToken: 200, expireTokens: 100 });
    const paid = { ...documented, ratesPerSecond: { issueToken: 500, nothing: 7 } };
    expect(entry.capabilities(paid).ratesPerSecond).toMatchObject({ issueToken: 500, expireTokens: 100 });
    expect(entry.capabilities(paid).ratesPerSecond).not.toHaveProperty('nothing');
  });

  test('A1: limits are told as sentences', () => {
    expect(entry.checkName('名'.repeat(64))).toBeUndefined();
    expect(entry.checkName('n'.repeat(65))).toBe('The name must be at most 64 characters.');
    expect(entry.checkAvatarUrl('u'.repeat(1025))).toBe('The avatar URL must be at most 1024 bytes in UTF-8.');
  });
});
