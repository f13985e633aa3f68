import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { createHash } from 'node:crypto';

import { readPrintedBody } from '@immint/contracts/fixtures/index.ts';
import { Secret } from '@immint/secrets';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { providers } from './providers.ts';
import { MARK } from './testing/hostile-answers.ts';
import { type Bench, describeProvider, failureOf, NOW_MS, longContext, openBench } from './testing/provider-suite.ts';
import { readFixture } from './testing/read-fixture.ts';
import { httpAnswer, jsonAnswer } from './testing/scripted-provider.ts';

const nonce = '0a0a0a0a0a0a0a0a0a';
const account = { name: 'nexconn', appKey: 'uwd1c0sxdlx2' } as const;

describeProvider({
  ...account,
  preparation: [],
  issued: (userId, accessToken) => ({ code: 0, result: { userId, accessToken } }),
  maxTokenBytes: 256,
  expectedRequest: {
    head: [
      'POST /v4/auth/access-token/issue HTTP/1.1',
      'connection: keep-alive',
      'App-Key: uwd1c0sxdlx2',
      `Nonce: ${nonce}`,
      `Timestamp: ${NOW_MS}`,
      `Signature: ${createHash('sha1').update(`${MARK}${nonce}${NOW_MS}`).digest('hex')}`,
      'Content-Type: application/json',
      'Accept: application/json',
      'Accept-Encoding: identity',
    ],
    body: '{"userId":"u1","name":"Mei Lin"}',
  },
  tooOften: { status: 429, body: { code: 1008, errorMessage: MARK } },
  appRefused: { status: 401, body: { code: 1004, errorMessage: MARK }, kind: 'credentials-refused' },
  otherSettings: { userIdCharset: 'legacy', onlineStatusPath: 'documented', profileOwner: 'elsewhere' },
  ban: { usersPerCall: 20, minutes: 60, done: () => ({ code: 0 }) },
  list: {
    ask: async (chat) => chat.users.banned?.({ page: 1, pageSize: 1_000 }, longContext()),
    answer: { code: 0, result: { bannedUsers: [{ userId: 'u1', banExpiresAt: '2015-01-11 01:28:20' }] } },
  },
});

describe('Nexconn', () => {
  let bench: Bench;
  const deadline = longContext;
  beforeEach(async () => {
    bench = await openBench(account);
  });
  afterEach(() => bench.close());

  test('B1: the printed reply answers the printed request, and both are JSON', async () => {
    bench.provider.script(httpAnswer(200, readPrintedBody('nexconn/issue-reply.http')));
    const printed = { userId: 'jlk456j5', name: 'name', avatarUrl: 'http://example.com/avatar.png' };
    const { token, lifetime } = await bench.issue(printed);
    expect(token.reveal()).toMatch(/^7FDmy0Fou41r.{84}$/);
    expect(lifetime).toEqual({ kind: 'unknown' });
    const sent: unknown = JSON.parse(bench.provider.requests[0]?.body ?? '');
    expect(sent).toEqual(JSON.parse(readPrintedBody('nexconn/issue-request.http')));
  });

  test('D5: what it has no field for, or would not take, is refused before anything is sent', async () => {
    const kindOf = async (request: Parameters<Bench['issue']>[0]) => (await failureOf(bench.issue(request))).kind;
    expect(await kindOf({ ttlSeconds: 60 })).toBe('bad-request');
    expect(await kindOf({ password: Secret.of(MARK) })).toBe('bad-request');
    expect(await kindOf({ userId: 'a_b' })).toBe('user-id-refused');
    expect(await kindOf({ name: '' })).toBe('bad-request');
    expect(bench.provider.requests).toEqual([]);
  });

  test('B12: a call is signed in milliseconds', async () => {
    bench.provider.script(jsonAnswer(200, { code: 0, result: { userId: 'u1', accessToken: 't1' } }));
    await bench.issue();
    expect(bench.provider.requests[0]?.headers.get('timestamp')).toBe('1760000012000');
  });

  test('a profile is read, and changed in the fields that are given', async () => {
    bench.provider.script(
      httpAnswer(200, readFixture('nexconn/user.json')),
      httpAnswer(200, readFixture('nexconn/done.json')),
      jsonAnswer(400, { code: 400, errorMessage: MARK }),
    );
    const { profiles } = bench.chat;
    expect(await profiles?.read('u1', deadline())).toEqual({
      name: 'name',
      avatarUrl: 'http://example.com/avatar.png',
    });
    await profiles?.update('u1', { name: 'n' }, deadline());
    expect(await failureOf(profiles?.read('u1', deadline()) ?? Promise.resolve())).toMatchObject({
      kind: 'user-unknown',
    });
    const sent = bench.provider.requests.map(({ head, body }) => [head.split('\r\n')[0], body]);
    expect(sent).toEqual([
      ['POST /v4/user/get HTTP/1.1', '{"userId":"u1"}'],
      ['POST /v4/user/update HTTP/1.1', '{"userId":"u1","name":"n"}'],
      ['POST /v4/user/get HTTP/1.1', '{"userId":"u1"}'],
    ]);
  });

  test('credentials are checked by a call that registers nobody, and the clock comes along', async () => {
    const headers = { 'Content-Type': 'application/json', Date: 'Sun, 22 Nov 2026 04:00:00 GMT' };
    bench.provider.script(
      httpAnswer(200, readFixture('nexconn/banned-users.json'), headers),
      jsonAnswer(200, { code: 0, result: {} }, { Date: 'no date' }),
    );
    expect(await bench.chat.checkCredentials(deadline())).toEqual({
      serverDateMs: Date.UTC(2026, 10, 22, 4),
      isRemembered: false,
    });
    expect(bench.provider.requests[0]).toMatchObject({ body: '{"page":1,"pageSize":1}' });
    expect(bench.provider.requests[0]?.head).toContain('POST /v4/user/ban/list HTTP/1.1');
    expect(await bench.chat.checkCredentials(deadline())).toEqual({ serverDateMs: undefined, isRemembered: false });
  });
});

test('D6: ids of Nexconn are canonical as they are written, in the set of the app', () => {
  const settings = SETTINGS_BY_PROVIDER.nexconn.parse({});
  const entry = providers.nexconn;
  expect(entry.canonicalUserId('Ab1', settings)).toEqual({ ok: true, canonicalUserId: 'Ab1' });
  expect(entry.canonicalUserId('a_b', settings)).toMatchObject({ ok: false });
  expect(entry.canonicalUserId('a_b', { ...settings, userIdCharset: 'legacy' })).toMatchObject({ ok: true });
});
