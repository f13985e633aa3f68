import { createHash } from 'node:crypto';

import { EasemobUserTokenReply } from '@immint/contracts/easemob';
import { RongCloudIssueTokenReply } from '@immint/contracts/rongcloud';
import { describe, expect, test } from 'vitest';

import { EASEMOB_APP_KEY, type RunningSandbox, runSandbox, signedHeaders } from './testing/running-sandbox.ts';

const RONGCLOUD = { provider: 'rongcloud', appKey: 'sandbox-rongcloud' } as const;
const EASEMOB = { provider: 'easemob', appKey: EASEMOB_APP_KEY } as const;
const refused = (reason: string): object => ({ ok: false, reason });
const accepted = { ok: true, userId: 'u1' };

const issue = async ({ rongcloud }: RunningSandbox, headers?: Record<string, string>): Promise<string> => {
  const { body } = await rongcloud('/user/getToken.json', { userId: 'u1', name: 'n' }, headers);
  return RongCloudIssueTokenReply.parse(body).token;
};

const issueEasemob = async (sandbox: RunningSandbox, fields: object = {}): Promise<string> => {
  const headers = { Authorization: `Bearer ${await sandbox.easemobAppToken()}` };
  const request = { grant_type: 'inherit', username: 'u1', autoCreateUser: true, ...fields };
  return EasemobUserTokenReply.parse((await sandbox.easemob('/token', request, headers)).body).access_token;
};

const judge = ({ connect }: RunningSandbox, token: string): Promise<unknown> =>
  connect('rongcloud', RONGCLOUD.appKey, token);

const judgeEasemob = ({ connect }: RunningSandbox, token: string): Promise<unknown> =>
  connect('easemob', EASEMOB_APP_KEY, token);

describe('a token is refused as', () => {
  test('invalid: made up, of another account, or an app token', async () => {
    const sandbox = await runSandbox();
    await sandbox.control('POST', '/apps', { ...RONGCLOUD, appKey: 'other', secret: 's' });
    const token = await issue(sandbox);
    expect(await judge(sandbox, `${token}x`)).toEqual(refused('invalid'));
    expect(await sandbox.connect('rongcloud', 'other', token)).toEqual(refused('invalid'));
    expect(await sandbox.connect('nexconn', 'sandbox-nexconn', token)).toEqual(refused('invalid'));
    expect(await judgeEasemob(sandbox, await sandbox.easemobAppToken())).toEqual(refused('invalid'));
  });

  test('expired: after the console’s lifetime, or Easemob’s ttl, by the sandbox clock', async () => {
    const sandbox = await runSandbox();
    await sandbox.control('POST', '/settings', { ...RONGCLOUD, tokenTtlSeconds: 60 });
    const token = await issue(sandbox);
    const easemobToken = await issueEasemob(sandbox, { ttl: 60 });
    const permanent = await issueEasemob(sandbox, { ttl: 0 });
    await sandbox.control('POST', '/clock', { advanceMs: 50_000 });
    expect([await judge(sandbox, token), await judgeEasemob(sandbox, easemobToken)]).toEqual([accepted, accepted]);
    await sandbox.control('POST', '/clock', { advanceMs: 10_000 });
    expect(await judge(sandbox, token)).toEqual(refused('expired'));
    expect(await judgeEasemob(sandbox, easemobToken)).toEqual(refused('expired'));
    expect(await judgeEasemob(sandbox, permanent)).toEqual(accepted);
  });

  test('expired a thousand times too soon, when VIP 5 is asked in seconds', async () => {
    const sandbox = await runSandbox();
    await sandbox.control('POST', '/settings', { ...EASEMOB, ttlUnit: 'milliseconds' });
    const token = await issueEasemob(sandbox, { ttl: 60_000 });
    await sandbox.control('POST', '/clock', { advanceMs: 60_000 });
    expect(await judgeEasemob(sandbox, token)).toEqual(refused('expired'));
  });

  test('revoked: obtained before the instant of an expire call', async () => {
    let nowMs = Date.UTC(2026, 10, 22);
    const sandbox = await runSandbox({ now: () => nowMs });
    const before = await issue(sandbox);
    nowMs += 1;
    const { body } = await sandbox.rongcloud('/user/token/expire.json', { userId: 'u1', time: String(nowMs) });
    expect(body).toEqual({ code: 200 });
    expect(await judge(sandbox, before)).toEqual(refused('revoked'));
    expect(await judge(sandbox, await issue(sandbox))).toEqual(accepted);
  });

  test('revoked at Nexconn too', async () => {
    const sandbox = await runSandbox();
    const reply = await sandbox.nexconn('/v4/auth/access-token/issue', { userId: 'u1', name: 'n' });
    const token = String(Object(Object(reply.body).result).accessToken);
    expect(await sandbox.connect('nexconn', 'sandbox-nexconn', token)).toEqual(accepted);
    await sandbox.nexconn('/v4/auth/access-token/expire', { userIds: ['u1'], expiresAt: Date.now() + 60_000 });
    expect(await sandbox.connect('nexconn', 'sandbox-nexconn', token)).toEqual(refused('revoked'));
  });

  test('secret-refreshed: after a refresh only the new secret signs, and only new tokens are good', async () => {
    const sandbox = await runSandbox();
    const old = await issue(sandbox);
    await sandbox.control('POST', '/secret', { ...RONGCLOUD, secret: 'fresh' });
    expect(await judge(sandbox, old)).toEqual(refused('secret-refreshed'));
    expect((await sandbox.rongcloud('/user/getToken.json', { userId: 'u1', name: 'n' })).status).toBe(401);
    expect(await judge(sandbox, await issue(sandbox, signedHeaders(RONGCLOUD.appKey, 'fresh')))).toEqual(accepted);
  });

  test('banned: until the ban ends, or Easemob activates', async () => {
    const sandbox = await runSandbox();
    const token = await issue(sandbox);
    await sandbox.rongcloud('/user/block.json', { userId: 'u1', minute: '1' });
    expect(await judge(sandbox, token)).toEqual(refused('banned'));
    await sandbox.control('POST', '/clock', { advanceMs: 60_000 });
    expect(await judge(sandbox, token)).toEqual(accepted);

    const easemobToken = await issueEasemob(sandbox);
    const headers = { Authorization: `Bearer ${await sandbox.easemobAppToken()}` };
    await sandbox.easemob('/users/u1/deactivate', {}, headers);
    expect(await judgeEasemob(sandbox, easemobToken)).toEqual(refused('banned'));
    await sandbox.easemob('/users/u1/activate', {}, headers);
    expect(await judgeEasemob(sandbox, easemobToken)).toEqual(accepted);
  });
});

describe('a refreshed secret', () => {
  test('leaves Easemob’s tokens alone, unless the account says otherwise', async () => {
    const sandbox = await runSandbox();
    const token = await issueEasemob(sandbox);
    await sandbox.control('POST', '/secret', { ...EASEMOB, secret: 'fresh' });
    expect(await judgeEasemob(sandbox, token)).toEqual(accepted);
    await sandbox.control('POST', '/settings', { ...EASEMOB, secretRefreshKillsTokens: true });
    expect(await judgeEasemob(sandbox, token)).toEqual(refused('secret-refreshed'));
  });

  test('may wait for its first use: until then the old secret and the old tokens work', async () => {
    const sandbox = await runSandbox();
    await sandbox.control('POST', '/settings', { ...RONGCLOUD, oldSecretUntilFirstUse: true });
    await sandbox.control('POST', '/secret', { ...RONGCLOUD, secret: 'fresh' });
    const old = await issue(sandbox);
    expect(await judge(sandbox, old)).toEqual(accepted);
    const fresh = await issue(sandbox, signedHeaders(RONGCLOUD.appKey, 'fresh'));
    expect([await judge(sandbox, old), await judge(sandbox, fresh)]).toEqual([refused('secret-refreshed'), accepted]);
    expect((await sandbox.rongcloud('/user/getToken.json', { userId: 'u1', name: 'n' })).status).toBe(401);
  });
});

describe('Easemob’s dynamic tokens', () => {
  const madeAtMs = 1_760_000_000_000;
  const nowMs = madeAtMs + 100_000;

  // Written from the page, not with the signer: its vectors judge that one.
  const dynamicToken = (
    clientSecret: string,
    userId: string,
    encoding: 'base64' | 'base64url' = 'base64url',
  ): string => {
    const [curTime, ttl] = [madeAtMs / 1_000, 3_600];
    const text = `sandbox-client-id${EASEMOB_APP_KEY}${userId}${curTime}${ttl}${clientSecret}`;
    const signature = createHash('sha256').update(text).digest('hex');
    const json = JSON.stringify({ ttl, curTime, userId, appkey: EASEMOB_APP_KEY, signature });
    return Buffer.from(`dt-${json}`).toString(encoding).replaceAll('+', '-').replaceAll('/', '_');
  };
  const token = dynamicToken('sandbox-client-secret', 'u1');

  test('are good for a user that exists, until their ttl is over', async () => {
    const sandbox = await runSandbox({ now: () => nowMs });
    expect(await judgeEasemob(sandbox, token)).toEqual(refused('invalid'));
    await issueEasemob(sandbox);
    expect(await judgeEasemob(sandbox, token)).toEqual(accepted);
    expect(await judgeEasemob(sandbox, dynamicToken('another secret', 'u1'))).toEqual(refused('invalid'));
    expect(await judge(sandbox, token)).toEqual(refused('invalid'));
    await sandbox.control('POST', '/clock', { advanceMs: 3_500_000 });
    expect(await judgeEasemob(sandbox, token)).toEqual(refused('expired'));
  });

  test('are good with padding and without', async () => {
    const sandbox = await runSandbox({ now: () => nowMs });
    // Names of three lengths: one of them needs no padding, the others some.
    for (const userId of ['u1', 'u12', 'u123']) {
      await issueEasemob(sandbox, { username: userId });
      const [padded, bare] = (['base64', 'base64url'] as const).map((encoding) =>
        dynamicToken('sandbox-client-secret', userId, encoding),
      );
      expect(padded).toMatch(/^ZHQt/);
      for (const each of [padded, bare]) {
        expect(await judgeEasemob(sandbox, each ?? '')).toEqual({ ok: true, userId });
      }
    }
  });

  test('are refused while their user is banned, and after a new password', async () => {
    const sandbox = await runSandbox({ now: () => nowMs });
    await issueEasemob(sandbox);
    const headers = { Authorization: `Bearer ${await sandbox.easemobAppToken()}`, 'Content-Type': 'application/json' };
    const users = '/sandbox-org/sandbox-app/users/u1';
    await sandbox.fetch(`${users}/deactivate`, { method: 'POST', headers });
    expect(await judgeEasemob(sandbox, token)).toEqual(refused('banned'));
    await sandbox.fetch(`${users}/activate`, { method: 'POST', headers });
    expect(await judgeEasemob(sandbox, token)).toEqual(accepted);
    const body = JSON.stringify({ newpassword: 'made-up-1' });
    await sandbox.fetch(`${users}/password`, { method: 'PUT', headers, body });
    expect(await judgeEasemob(sandbox, token)).toEqual(refused('revoked'));
  });

  test('are refused once the client secret has changed', async () => {
    const sandbox = await runSandbox({ now: () => nowMs });
    await issueEasemob(sandbox);
    await sandbox.control('POST', '/secret', { ...EASEMOB, secret: 'fresh' });
    expect(await judgeEasemob(sandbox, token)).toEqual(refused('invalid'));
    expect(await judgeEasemob(sandbox, dynamicToken('fresh', 'u1'))).toEqual(accepted);
  });
});
