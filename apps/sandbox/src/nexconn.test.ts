import { readPrintedBody, readPrintedExample } from '@immint/contracts/fixtures/index.ts';
import { NexconnIssueTokenReply } from '@immint/contracts/nexconn';
import { describe, expect, test } from 'vitest';

import { readRawBody, sendRaw, toRawRequest } from './testing/raw-request.ts';
import {
  NEXCONN_HEADERS,
  RONGCLOUD_HEADERS,
  type RunningSandbox,
  runSandbox,
  signedHeaders,
} from './testing/running-sandbox.ts';

const ISSUE = '/v4/auth/access-token/issue';
const APP_KEY = 'sandbox-nexconn';
const user = { userId: 'jlk456j5', name: 'name', avatarUrl: 'http://example.com/avatar.png' };

const issue = async ({ nexconn }: RunningSandbox, fields: object): Promise<string> => {
  const { body } = await nexconn(ISSUE, { name: 'n', ...fields });
  return NexconnIssueTokenReply.parse(body).result.accessToken;
};

describe('the printed request', () => {
  test('its headers and body, signed in place of the placeholder, get a token', async () => {
    const sandbox = await runSandbox();
    await sandbox.control('POST', '/apps', { provider: 'nexconn', appKey: 'uwd1c0sxdlx2', secret: 'some-secret' });
    const printed = readPrintedExample('nexconn/issue-request.http').toString('utf8');
    const headers = Object.fromEntries(
      [...printed.matchAll(/^([A-Z][\w-]+): (.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    const signature = signedHeaders('uwd1c0sxdlx2', 'some-secret')['Signature'] ?? '';
    const signed = { ...headers, Signature: signature, Connection: 'close' };
    const body = readPrintedBody('nexconn/issue-request.http');
    const raw = await sendRaw(sandbox.url, toRawRequest(`POST ${ISSUE} HTTP/1.1`, signed, body));
    const { accessToken } = NexconnIssueTokenReply.parse(readRawBody(raw)).result;
    expect(await sandbox.connect('nexconn', 'uwd1c0sxdlx2', accessToken)).toEqual({ ok: true, userId: 'jlk456j5' });
  });

  test('the token has the length and the alphabet of the printed one', async () => {
    const printed = NexconnIssueTokenReply.parse(JSON.parse(readPrintedBody('nexconn/issue-reply.http')));
    const token = await issue(await runSandbox(), user);
    expect(token).toMatch(/^[A-Za-z0-9+/]+$/);
    expect(token).toHaveLength(printed.result.accessToken.length);
  });
});

describe('refusals', () => {
  const error = (code: number): object => ({ code, errorMessage: expect.any(String) });

  test.each([
    ['an unknown path', '/v4/nothing', user, NEXCONN_HEADERS, 404, 404],
    ['an App Key of RongCloud', ISSUE, user, RONGCLOUD_HEADERS, 400, 1002],
    ['a wrong secret', ISSUE, user, signedHeaders(APP_KEY, 'wrong'), 401, 1004],
    ['no userId', ISSUE, { name: 'n' }, NEXCONN_HEADERS, 400, 1002],
    ['a userId that is a number', ISSUE, { userId: 7, name: 'n' }, NEXCONN_HEADERS, 400, 1002],
    ['no name', ISSUE, { userId: 'u1' }, NEXCONN_HEADERS, 400, 1002],
    ['a userId of 65 bytes', ISSUE, { userId: 'u'.repeat(65), name: 'n' }, NEXCONN_HEADERS, 400, 1005],
    ['a name over both limits', ISSUE, { userId: 'u1', name: '字'.repeat(65) }, NEXCONN_HEADERS, 400, 1005],
    ['an avatar of 1025 bytes', ISSUE, { ...user, avatarUrl: 'a'.repeat(1025) }, NEXCONN_HEADERS, 400, 1005],
    ['a list in place of an object', ISSUE, [user], NEXCONN_HEADERS, 400, 1002],
    ['a body over 100 kB', ISSUE, { ...user, name: 'n'.repeat(102_400) }, NEXCONN_HEADERS, 413, 1005],
    ['an unknown user', '/v4/user/get', { userId: 'nobody' }, NEXCONN_HEADERS, 400, 400],
  ])('%s', async (_what, path, body, headers, status, code) => {
    const { nexconn } = await runSandbox();
    const reply = await nexconn(path, body, headers);
    expect([reply.status, reply.body]).toEqual([status, error(code)]);
  });

  test('a wrong method is 405', async () => {
    const { fetch } = await runSandbox();
    const { status, body } = await fetch(ISSUE, { headers: NEXCONN_HEADERS });
    expect([status, body]).toEqual([405, error(405)]);
  });

  test('a form gets advice, whatever its content type says', async () => {
    const { fetch } = await runSandbox();
    const { body } = await fetch(ISSUE, { method: 'POST', headers: NEXCONN_HEADERS, body: 'userId=u1&name=n' });
    expect(body).toEqual({ code: 1002, errorMessage: expect.stringContaining('looks like a form') });
  });

  test('one user too many is 2007', async () => {
    const sandbox = await runSandbox();
    await sandbox.control('POST', '/settings', { provider: 'nexconn', appKey: APP_KEY, maxUsers: 1 });
    await issue(sandbox, { userId: 'u1' });
    const { status, body } = await sandbox.nexconn(ISSUE, { userId: 'u2', name: 'n' });
    expect([status, body]).toEqual([403, error(2007)]);
  });

  test('with httpStatusOnError false they come with HTTP 200', async () => {
    const { control, nexconn } = await runSandbox();
    await control('POST', '/settings', { provider: 'nexconn', appKey: APP_KEY, httpStatusOnError: false });
    const { status, body } = await nexconn(ISSUE, {});
    expect([status, body]).toEqual([200, error(1002)]);
  });
});

describe('other calls', () => {
  test('update changes what it is given, and get tells', async () => {
    const sandbox = await runSandbox();
    await issue(sandbox, { userId: 'u1', avatarUrl: 'http://x/1' });
    expect((await sandbox.nexconn('/v4/user/update', { userId: 'u1', name: 'New' })).body).toEqual({ code: 0 });
    expect((await sandbox.nexconn('/v4/user/get', { userId: 'u1' })).body).toEqual({
      code: 0,
      result: { name: 'New', avatarUrl: 'http://x/1', createdAt: expect.stringMatching(/^[\d-]{10} [\d:]{8}$/) },
    });
  });

  test('ban, list and unban', async () => {
    const sandbox = await runSandbox();
    for (const userId of ['u1', 'u2']) await issue(sandbox, { userId });
    await sandbox.nexconn('/v4/user/ban', { userIds: ['u1', 'u2'], durationMinutes: 5 });
    await sandbox.nexconn('/v4/user/unban', { userIds: ['u2'] });
    expect((await sandbox.nexconn('/v4/user/ban/list', {})).body).toEqual({
      code: 0,
      result: { bannedUsers: [{ userId: 'u1', banExpiresAt: expect.stringMatching(/^[\d-]{10} [\d:]{8}$/) }] },
    });
    const tooLong = await sandbox.nexconn('/v4/user/ban', { userIds: ['u1'], durationMinutes: 43_201 });
    expect(tooLong.body).toMatchObject({ code: 1002 });
    const tooMany = await sandbox.nexconn('/v4/user/unban', { userIds: Array.from({ length: 21 }, () => 'u1') });
    expect(tooMany.body).toMatchObject({ code: 1002 });
  });
});
