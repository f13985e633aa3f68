import { createHash } from 'node:crypto';

import { Secret } from '@immint/secrets';
import { describe, expect, test } from 'vitest';

import { MARK } from './testing/hostile-answers.ts';
import { failureOf, longContext, NOW_MS, openBench } from './testing/provider-suite.ts';
import { readFixture } from './testing/read-fixture.ts';
import { type Answer, httpAnswer, jsonAnswer } from './testing/scripted-provider.ts';

const account = { name: 'easemob', appKey: 'sandbox-org#sandbox-app', clientId: 'cid' } as const;
const appToken: Answer = jsonAnswer(200, { access_token: 'YWMtAppToken', expires_in: 86_400 });
const open = (settings: Readonly<Record<string, unknown>> = {}) =>
  openBench(account, { settings: { tokenMode: 'dynamic', ...settings } });

/** What a token says, by the steps of the page and not by our own reader. */
const contentOf = (token: string): Record<string, unknown> => {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  expect(text.startsWith('dt-')).toBe(true);
  const content: unknown = JSON.parse(text.slice(3));
  return { ...(typeof content === 'object' ? content : {}) };
};

describe('C1: a dynamic token', () => {
  test('is signed by the steps of the page, without a call, with a lifetime that is known', async () => {
    const bench = await open();
    const { token, lifetime } = await bench.issue({ ttlSeconds: 600 });
    const curTime = Math.floor(NOW_MS / 1000);
    const signed = `cid${account.appKey}u1${curTime}600${MARK}`;
    expect(contentOf(token.reveal())).toEqual({
      signature: createHash('sha256').update(signed).digest('hex'),
      appkey: account.appKey,
      userId: 'u1',
      curTime,
      ttl: 600,
    });
    expect(token.reveal()).toMatch(/^ZHQt/);
    expect(lifetime).toEqual({ kind: 'known', ttlSeconds: 600 });
    expect(bench.provider.requests).toEqual([]);
    await bench.close();
  });

  test('has the lifetime of the app where the caller names none, in seconds on every cluster', async () => {
    const bench = await open({ defaultTtlSeconds: 3_600, ttlUnit: 'milliseconds' });
    const { token, lifetime } = await bench.issue();
    expect(contentOf(token.reveal())).toMatchObject({ ttl: 3_600 });
    expect(lifetime).toEqual({ kind: 'known', ttlSeconds: 3_600 });
    await bench.close();
  });

  test('is never permanent, not even where the app allows that', async () => {
    const bench = await open({ allowPermanentTokens: true });
    expect(await failureOf(bench.issue({ ttlSeconds: 0, isFirst: true }))).toMatchObject({
      kind: 'bad-request',
      message: expect.stringContaining('cannot be permanent'),
    });
    expect(bench.provider.requests).toEqual([]);
    await bench.close();
  });

  test('is only for an id that Easemob takes', async () => {
    const bench = await open();
    expect(await failureOf(bench.issue({ userId: 'U1', isFirst: true }))).toMatchObject({ kind: 'user-id-refused' });
    expect(bench.provider.requests).toEqual([]);
    await bench.close();
  });

  test('that is the first of its user makes sure of the user, with a password that nobody keeps', async () => {
    const bench = await open();
    bench.provider.script(
      appToken,
      httpAnswer(200, readFixture('easemob/registered.json')),
      httpAnswer(400, readFixture('easemob/user-exists.json')),
      jsonAnswer(429, { error: 'resource_limited' }),
    );
    await bench.issue({ isFirst: true });
    expect(bench.provider.requests[1]?.head).toContain('POST /sandbox-org/sandbox-app/users ');
    expect(bench.provider.requests[1]?.body).toMatch(/^\[\{"username":"u1","password":"[\w-]{32}"\}\]$/);
    expect((await bench.issue({ isFirst: true })).token.reveal()).toMatch(/^ZHQt/);
    expect(await failureOf(bench.issue({ isFirst: true }))).toMatchObject({ kind: 'user-limit-reached' });
    await bench.close();
  });

  test('makes sure of nobody where the app does not want that', async () => {
    const bench = await open({ dynamicTokenEnsuresUser: false });
    await bench.issue({ isFirst: true });
    expect(bench.provider.requests).toEqual([]);
    await bench.close();
  });

  test("is not given for a password: only Easemob knows whether it is the user's", async () => {
    const bench = await open();
    bench.provider.script(jsonAnswer(400, { error: 'invalid_grant', error_description: 'invalid password' }));
    expect(await failureOf(bench.issue({ password: Secret.of(MARK) }))).toMatchObject({ kind: 'password-refused' });
    await bench.close();
  });

  test('leaves the check of credentials a call', async () => {
    const bench = await open();
    bench.provider.script(appToken);
    expect(await bench.chat.checkCredentials(longContext())).toMatchObject({ isRemembered: false });
    expect(bench.provider.requests).toHaveLength(1);
    await bench.close();
  });
});
