import { EasemobUserTokenReply } from '@immint/contracts/easemob';
import { describe, expect, test } from 'vitest';

import { readAgoraToken } from './easemob-agora-token.ts';
import { refusal, runEasemob } from './testing/easemob-client.ts';
import { makeAgoraToken } from './testing/agora-token.ts';

// Agora's own test of its builder: github.com/AgoraIO/Tools, DynamicKey/AgoraDynamicKey, AccessToken2Test. The pair is
// the made-up one of that test; issued at 1111111, 600 seconds, salt 1.
const APP = { appId: '970CA35de60c44645bbae8a215061b33', appCertificate: '5CFd2fd1755d40ecb72977518be15d3b' };
const APP_TOKEN =
  '007eJxTYNDNaz3snC8huEfHWdz6s98qltq4zqy9fl99Uh0FDvy6F6DAYGlu4OxobJqSamaQbGJiZmKalJSYapFoZGhqYGaYZGzs/kWAIYKJgYGRAYRZgZgJzGdgAACt8hhr';
const USER_TOKEN =
  '007eJxTYNAIsnbS3v/A5t2TC6feR15r+6cq8bqAvfaW+tk/Vzz+p6xTYLA0N3B2NDZNSTUzSDYxMTMxTUpKTLVINDI0NTAzTDI2dv8iwBDBxMDAyADCrEDMCOZzMRhZWBgZmxgamRsDAB+lHrg=';
const VIDEO_TOKEN =
  '007eJxTYBBbsMMnKq7p9Hf/HcIX5kce9b518kCiQgSr5Zrp4X1Tu6UUGCzNDZwdjU1TUs0Mkk1MzExMk5ISUy0SjQxNDcwMk4yN3b8IMEQwMTAwMoAwBIL4CgzmKeZGxmamqUmWFsYmFqbGluapxqnGaZYpJmYGSSkpiVwMRhYWRsYmhkbmxgDCaiTj';
const TIMES = { issuedAtMs: 1_111_111_000, expiresAtMs: 1_111_711_000 };

describe('the tokens that Agora publishes', () => {
  test('are an app token and a user token', () => {
    expect(readAgoraToken(APP_TOKEN, APP)).toEqual({ isAppToken: true, userUuid: null, ...TIMES });
    expect(readAgoraToken(USER_TOKEN, APP)).toEqual({ isAppToken: false, userUuid: '2882341273', ...TIMES });
  });

  test('are nothing here for another app, under another certificate, or for video', () => {
    const other = '0'.repeat(32);
    expect(readAgoraToken(APP_TOKEN, { ...APP, appId: other })).toBeNull();
    expect(readAgoraToken(APP_TOKEN, { ...APP, appCertificate: other })).toBeNull();
    expect(readAgoraToken(VIDEO_TOKEN, APP)).toBeNull();
  });

  test('are what the tests make too', () => {
    const content = { ...APP, issuedAt: 1_111_111, life: 600, salt: 1 };
    expect(readAgoraToken(makeAgoraToken({ ...content, privilege: 2, userUuid: '' }), APP)).toEqual(
      readAgoraToken(APP_TOKEN, APP),
    );
  });
});

test.each([
  ['the version alone', '007'],
  ['another version', APP_TOKEN.replace('007', '006')],
  ['a text that does not inflate', '007aGVsbG8='],
  ['a text cut short', APP_TOKEN.slice(0, 60)],
  ['a text that is too long', `007${'A'.repeat(4_096)}`],
])('%s is no token', (_what, token) => {
  expect(readAgoraToken(token, APP)).toBeNull();
});

describe('an Easemob app that is run through Agora', () => {
  const SETTINGS = { agoraAppId: APP.appId, agoraAppCertificate: APP.appCertificate };
  const issuedAt = 1_760_000_000;
  const content = { ...APP, issuedAt, life: 600, salt: 7 };
  const appToken = makeAgoraToken({ ...content, privilege: 2, userUuid: '' });
  const run = async (settings: object = SETTINGS): ReturnType<typeof runEasemob> =>
    runEasemob({ now: () => issuedAt * 1_000 }, settings);
  const exchange = { grant_type: 'agora' };
  const authorize = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
  const unauthorized = refusal(401, 'unauthorized', 'Unable to authenticate (OAuth)');

  test('exchanges Agora’s token for an app token that ends with it', async () => {
    const { send, sandbox } = await run();
    const { status, body } = await send('POST', '/token', exchange, authorize(appToken));
    expect([status, body]).toEqual([
      200,
      { access_token: expect.stringMatching(/^YWMt[\w-]+$/), expire_timestamp: (issuedAt + 600) * 1_000 },
    ]);
    const headers = authorize(Object(body).access_token);
    expect((await send('GET', '/users', undefined, headers)).status).toBe(200);
    await sandbox.control('POST', '/clock', { advanceMs: 600_000 });
    expect((await send('GET', '/users', undefined, headers)).status).toBe(401);
    expect(await send('POST', '/token', exchange, authorize(appToken))).toEqual(unauthorized);
  });

  test('takes Agora’s token as it is, as the Java SDK 2.x sends it', async () => {
    const { send } = await run();
    expect((await send('GET', '/users', undefined, authorize(appToken))).status).toBe(200);
  });

  test('takes none that another certificate signed, none of a user, and no app token of Easemob for exchange', async () => {
    const { send } = await run();
    const forged = makeAgoraToken({ ...content, appCertificate: '0'.repeat(32), privilege: 2, userUuid: '' });
    expect(await send('POST', '/token', exchange, authorize(forged))).toEqual(unauthorized);
    const ofUser = makeAgoraToken({ ...content, privilege: 1, userUuid: 'u' });
    expect(await send('POST', '/token', exchange, authorize(ofUser))).toEqual(refusal(401, 'auth_bad_access_token'));
    expect(await send('POST', '/token', exchange)).toEqual(unauthorized);
  });

  test('logs a user in by UUID', async () => {
    const { inherit, judge, sandbox } = await run();
    const { body } = await inherit({ username: 'u1', autoCreateUser: true });
    expect(EasemobUserTokenReply.parse(body).user.username).toBe('u1');
    const userUuid = String(Object(body).user.uuid);
    const token = makeAgoraToken({ ...content, privilege: 1, userUuid });
    expect(await judge(token)).toEqual({ ok: true, userId: 'u1' });
    expect(await judge(appToken)).toEqual({ ok: false, reason: 'invalid' });
    expect(await judge(makeAgoraToken({ ...content, privilege: 1, userUuid: 'u1' }))).toMatchObject({ ok: false });
    await sandbox.control('POST', '/clock', { advanceMs: 600_000 });
    expect(await judge(token)).toEqual({ ok: false, reason: 'expired' });
  });

  test('is none until both halves are set', async () => {
    const { send, set } = await run({ agoraAppId: APP.appId });
    expect(await send('POST', '/token', exchange, authorize(appToken))).toEqual(unauthorized);
    expect((await set({ agoraAppCertificate: 'short' })).status).toBe(400);
  });
});
