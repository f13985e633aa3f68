import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { type RunningSandbox, runSandbox } from '../testing/running-sandbox.ts';
import { nexconnGo } from './nexconn-go.fixture.ts';
import { nexconnJava } from './nexconn-java.fixture.ts';
import { nexconnNode } from './nexconn-node.fixture.ts';
import { type JsonCall, replay, replayOnOneConnection, type SdkFixture, type WireAnswer } from './replay.ts';

// The three SDKs are generated from one description and make the same calls.
const SDKS: readonly [name: string, (secret?: string) => SdkFixture<JsonCall>][] = [
  ['Node', nexconnNode],
  ['Go', nexconnGo],
  ['Java', nexconnJava],
];

const issue = (userId: string): JsonCall => ({
  path: '/v4/auth/access-token/issue',
  json: { userId, name: 'Mei Lin 张三', avatarUrl: 'http://img.example/7.png' },
});

/** Go's generated reader decodes only what looks like JSON, and wants `code`. The strictest of the three. */
const LOOKS_LIKE_JSON = /(?:application|text)\/(?:[^;]+\+)?json/i;
const Reply = z.looseObject({ code: z.number() });
function read({ headers, text }: WireAnswer): z.infer<typeof Reply> {
  expect(headers.get('content-type')).toMatch(LOOKS_LIKE_JSON);
  return Reply.parse(JSON.parse(text));
}

describe.each(SDKS)('the Nexconn %s SDK', (_name, create) => {
  const sdk = create();
  const ask = async (sandbox: RunningSandbox, path: string, json: object): Promise<unknown> =>
    read(await replay(sandbox.url, sdk.toBytes({ path, json })));
  const issued = async (sandbox: RunningSandbox, userId: string): Promise<string> => {
    const reply = read(await replay(sandbox.url, sdk.toBytes(issue(userId))));
    return z.object({ result: z.object({ accessToken: z.string() }) }).parse(reply).result.accessToken;
  };

  test('issues a token that is good', async () => {
    const sandbox = await runSandbox();
    const token = await issued(sandbox, 'u1');
    expect(await sandbox.connect('nexconn', 'sandbox-nexconn', token)).toEqual({ ok: true, userId: 'u1' });
  });

  test('calls on a kept connection, and its request id comes back', async () => {
    const { url } = await runSandbox();
    const requests = ['u1', 'u2'].map((userId) => sdk.toBytes(issue(userId)));
    const answers = await replayOnOneConnection(url, requests);
    expect(answers.map((answer) => read(answer).code)).toEqual([0, 0]);
    const sent = /x-request-id: (\S+)/i.exec(String(requests[0]))?.[1];
    expect(answers[0]?.headers.get('x-request-id')).toBe(sent);
  });

  test('serves the same state on the second server, without which the SDK does not start', async () => {
    const { url, backupUrl } = await runSandbox();
    await replay(url, sdk.toBytes(issue('u1')));
    const get = sdk.toBytes({ path: '/v4/user/get', json: { userId: 'u1' } });
    expect(read(await replay(backupUrl, get))).toMatchObject({ code: 0, result: { name: 'Mei Lin 张三' } });
  });

  test('updates, reads, and asks who is online by the path of the SDKs and that of the pages', async () => {
    const sandbox = await runSandbox();
    await issued(sandbox, 'u1');
    expect(await ask(sandbox, '/v4/user/update', { userId: 'u1', name: 'New' })).toEqual({ code: 0 });
    expect(await ask(sandbox, '/v4/user/get', { userId: 'u1' })).toMatchObject({ code: 0, result: { name: 'New' } });
    const online = { code: 0, result: { status: '0' } };
    expect(await ask(sandbox, '/v4/user/connection-status/get', { userId: 'u1' })).toEqual(online);
    expect(await ask(sandbox, '/v4/user/online-status/get', { userId: 'u1' })).toEqual(online);
  });

  test('expires tokens', async () => {
    const sandbox = await runSandbox();
    const token = await issued(sandbox, 'u1');
    const expiresAt = Date.now() + 1_000;
    expect(await ask(sandbox, '/v4/auth/access-token/expire', { userIds: ['u1'], expiresAt })).toEqual({ code: 0 });
    const verdict = await sandbox.connect('nexconn', 'sandbox-nexconn', token);
    expect(verdict).toEqual({ ok: false, reason: 'revoked' });
  });

  test('bans, lists, unbans', async () => {
    const sandbox = await runSandbox();
    await issued(sandbox, 'u1');
    expect(await ask(sandbox, '/v4/user/ban', { userIds: ['u1'], durationMinutes: 30 })).toEqual({ code: 0 });
    expect(await ask(sandbox, '/v4/user/ban/list', {})).toMatchObject({
      code: 0,
      result: { bannedUsers: [{ userId: 'u1', banExpiresAt: expect.any(String) }] },
    });
    expect(await ask(sandbox, '/v4/user/unban', { userIds: ['u1'] })).toEqual({ code: 0 });
  });

  test('soft-deletes, lists, restores', async () => {
    const sandbox = await runSandbox();
    await issued(sandbox, 'u1');
    const operation = { code: 0, result: { operationId: expect.any(String) } };
    expect(await ask(sandbox, '/v4/user/soft-delete', { userIds: ['u1'] })).toEqual(operation);
    expect(await ask(sandbox, '/v4/user/soft-deleted/list', {})).toMatchObject({
      code: 0,
      result: { userIds: ['u1'] },
    });
    expect(read(await replay(sandbox.url, sdk.toBytes(issue('u1')))).code).not.toBe(0);
    await sandbox.control('POST', '/clock', { advanceMs: 3_600_000 });
    expect(await ask(sandbox, '/v4/user/restore', { userIds: ['u1'] })).toEqual(operation);
    expect(read(await replay(sandbox.url, sdk.toBytes(issue('u1')))).code).toBe(0);
  });

  test('the blocklist, whose remove calls its field otherwise than its add', async () => {
    const sandbox = await runSandbox();
    for (const userId of ['u1', 'u2']) await issued(sandbox, userId);
    const add = { userId: 'u1', targetUserIds: ['u2'] };
    expect(await ask(sandbox, '/v4/user/blocklist/add', add)).toEqual({ code: 0 });
    expect(await ask(sandbox, '/v4/user/blocklist/get', { userId: 'u1' })).toMatchObject({
      code: 0,
      result: { blockedUserIds: ['u2'] },
    });
    const remove = { userId: 'u1', blockedUserIds: ['u2'] };
    expect(await ask(sandbox, '/v4/user/blocklist/remove', remove)).toEqual({ code: 0 });
    expect(await ask(sandbox, '/v4/user/blocklist/get', { userId: 'u1' })).toMatchObject({
      result: { blockedUserIds: [] },
    });
  });

  test('every refusal has a non-2xx status, a numeric code and a text: what its exceptions are made of', async () => {
    const sandbox = await runSandbox();
    const refusal = async (request: Buffer): Promise<readonly unknown[]> => {
      const answer = await replay(sandbox.url, request);
      const { code, errorMessage } = read(answer);
      expect(errorMessage).toEqual(expect.any(String));
      return [answer.status, code];
    };
    expect(await refusal(create('not-the-secret').toBytes(issue('u1')))).toEqual([401, 1004]);
    expect(await refusal(sdk.toBytes({ path: '/v4/user/get', json: { userId: 'nobody' } }))).toEqual([400, 400]);
    expect(await refusal(sdk.toBytes({ path: '/v4/nothing', json: {} }))).toEqual([404, 404]);
    await sandbox.control('POST', '/settings', { provider: 'nexconn', appKey: 'sandbox-nexconn', maxUsers: 0 });
    expect(await refusal(sdk.toBytes(issue('u1')))).toEqual([403, 2007]);
    await sandbox.control('POST', '/limits', {
      provider: 'nexconn',
      path: '/v4/auth/access-token/issue',
      perSecond: 0,
    });
    expect(await refusal(sdk.toBytes(issue('u1')))).toEqual([429, 1008]);
    await sandbox.control('POST', '/faults', [{ kind: 'status', status: 500, times: 1 }]);
    expect(await refusal(sdk.toBytes(issue('u1')))).toEqual([500, 1000]);
  });
});
