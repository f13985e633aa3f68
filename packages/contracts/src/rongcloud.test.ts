import { describe, expect, test } from 'vitest';

import { readPrintedBody, readPrintedCurlBody, readPrintedExample } from './fixtures/index.ts';
import {
  RONGCLOUD_CODES,
  RongCloudErrorBody,
  RongCloudIssueTokenReply,
  RongCloudIssueTokenRequest,
  RongCloudLegacyUserId,
  RongCloudListBannedReply,
  RongCloudReadUserReply,
  RongCloudUserId,
} from './rongcloud.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;
const ironman = { userId: 'jlk456j5', name: 'Ironman', portraitUri: 'http://abc.com/myportrait.jpg' };
const request = (name: string, portraitUri: string) =>
  accepts(RongCloudIssueTokenRequest, { ...ironman, name, portraitUri });

describe('the printed examples', () => {
  test('the form of the documentation and of its Chinese sibling is a valid request', () => {
    for (const form of [
      readPrintedBody('rongcloud/issue-request.http'),
      readPrintedCurlBody('rongcloud/issue-request.curl.txt'),
    ])
      expect(RongCloudIssueTokenRequest.parse(Object.fromEntries(new URLSearchParams(form)))).toEqual(ironman);
  });

  test('the object of the JavaScript sample is a valid request, although old axios sends it as JSON', () => {
    const sample = readPrintedExample('rongcloud/issue-request.axios.txt').toString('utf8');
    const pairs = sample.matchAll(/^ {4}(userId|name|portraitUri): '([^']*)'/gm);
    const body = Object.fromEntries(Array.from(pairs, ([, key = '', value = '']) => [key, value]));
    expect(RongCloudIssueTokenRequest.parse(body)).toEqual(ironman);
  });

  test('both printed successes are a token', () => {
    for (const body of [
      readPrintedBody('rongcloud/issue-reply.http'),
      readPrintedExample('rongcloud/issue-reply.success.json').toString('utf8'),
    ])
      expect(RongCloudIssueTokenReply.parse(JSON.parse(body))).toEqual({
        code: 200,
        userId: 'jlk456j5',
        token: 'sfd9823ihufi',
      });
  });

  test('the printed failure is an error body with a code of the table, and no token', () => {
    const body: unknown = JSON.parse(readPrintedExample('rongcloud/issue-reply.failure.json').toString('utf8'));
    expect(RongCloudErrorBody.parse(body)).toEqual({ code: 1002, errorMessage: 'AppKey不存在' });
    expect(accepts(RongCloudIssueTokenReply, body)).toBe(false);
    expect(Object.keys(RONGCLOUD_CODES)).toContain('1002');
  });
});

describe('what is sent', () => {
  test.each([
    ['a', true, true],
    ['a'.repeat(64), true, true],
    ['', false, false],
    ['a'.repeat(65), false, false],
    ['a+b=c-d_e', false, true],
    ['a.b', false, false],
    ['a@b.example', false, false],
    ['é', false, false],
    ['a\n', false, false],
  ])('user id %j: documented %s, legacy %s', (userId, documented, legacy) => {
    expect([accepts(RongCloudUserId, userId), accepts(RongCloudLegacyUserId, userId)]).toEqual([documented, legacy]);
  });

  test('a name has 1 to 64 characters, an avatar at most 1024 bytes', () => {
    expect(request('名'.repeat(64), 'u'.repeat(1024))).toBe(true);
    expect(request('n'.repeat(65), 'u')).toBe(false);
    expect(request('', 'u')).toBe(false);
    expect(request('n', 'u'.repeat(1025))).toBe(false);
    expect(request('n', `${'u'.repeat(1022)}名`)).toBe(false);
  });

  test('an unknown field, or a missing name, is refused before anything is sent', () => {
    expect(accepts(RongCloudIssueTokenRequest, { ...ironman, ttl: 60 })).toBe(false);
    expect(accepts(RongCloudIssueTokenRequest, { userId: 'u1' })).toBe(false);
  });
});

describe('what is received', () => {
  const reply = { code: 200, userId: 'u1', token: 't' };

  test('fields that nobody documented are ignored', () => {
    expect(RongCloudIssueTokenReply.parse({ url: '/user/getToken.json', ...reply })).toEqual(reply);
  });

  test.each([
    ['a code in quotes', { ...reply, code: '200' }],
    ["Nexconn's success", { ...reply, code: 0 }],
    ['an empty token', { ...reply, token: '' }],
    ['a token of 257 bytes', { ...reply, token: 't'.repeat(257) }],
    ['no user id', { code: 200, token: 't' }],
  ])('%s is not an answer', (_, body) => {
    expect(accepts(RongCloudIssueTokenReply, body)).toBe(false);
  });

  test('a token may have 256 bytes', () => {
    expect(accepts(RongCloudIssueTokenReply, { ...reply, token: 't'.repeat(256) })).toBe(true);
  });

  test('the profile may have no avatar, and the list of banned users may be empty', () => {
    expect(accepts(RongCloudReadUserReply, { code: 200, userName: 'n', createTime: '2016-05-24 10:38:19' })).toBe(true);
    expect(accepts(RongCloudListBannedReply, { code: 200, users: [] })).toBe(true);
  });

  test('the text of an error is read under each of its three names', () => {
    for (const name of ['errorMessage', 'msg', 'message'])
      expect(RongCloudErrorBody.parse({ code: 1004, [name]: 'x' })).toMatchObject({ [name]: 'x' });
  });
});

test('the codes that immint decides by have their documented HTTP status', () => {
  const statuses = ([1000, 1001, 1002, 1004, 1006, 1008, 1009, 1050, 2007] as const).map(
    (code) => RONGCLOUD_CODES[code].httpStatus,
  );
  expect(statuses).toEqual([500, 401, 400, 401, 401, 429, 430, 504, 403]);
});
