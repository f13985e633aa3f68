import { describe, expect, test } from 'vitest';

import { readPrintedBody, readPrintedCurlBody, readPrintedExample } from './fixtures/index.ts';
import {
  RONGCLOUD_CODES,
  RongCloudBanUsersRequest,
  RongCloudDeactivateUsersRequest,
  RongCloudErrorBody,
  RongCloudExpireTokensRequest,
  RongCloudIssueTokenReply,
  RongCloudIssueTokenRequest,
  RongCloudLegacyUserId,
  RongCloudListBannedReply,
  RongCloudListDeactivatedRequest,
  RongCloudOperationReply,
  RongCloudReadOnlineReply,
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

describe('what is sent about users', () => {
  const userId = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);

  test('A24: tokens of 1 to 20 users are ended by a whole millisecond', () => {
    const time = 1_760_000_000_000;
    for (const count of [1, 20])
      expect(accepts(RongCloudExpireTokensRequest, { userId: userId(count), time })).toBe(true);
    for (const count of [0, 21])
      expect(accepts(RongCloudExpireTokensRequest, { userId: userId(count), time })).toBe(false);
    for (const wrong of [0, 1.5, '1760000000000', undefined])
      expect(accepts(RongCloudExpireTokensRequest, { userId: ['u1'], time: wrong })).toBe(false);
  });

  test('A24: 1 to 20 users are banned for 1 to 43,200 minutes, 1 to 100 are deactivated', () => {
    for (const minute of [1, 43_200])
      expect(accepts(RongCloudBanUsersRequest, { userId: userId(20), minute })).toBe(true);
    for (const minute of [0, 43_201, 1.5, undefined])
      expect(accepts(RongCloudBanUsersRequest, { userId: ['u1'], minute })).toBe(false);
    expect(accepts(RongCloudBanUsersRequest, { userId: userId(21), minute: 1 })).toBe(false);
    expect([100, 101].map((count) => accepts(RongCloudDeactivateUsersRequest, { userId: userId(count) }))).toEqual([
      true,
      false,
    ]);
  });

  test('A23: no id can hold the comma that joins them', () => {
    expect(accepts(RongCloudDeactivateUsersRequest, { userId: ['u1,u2'] })).toBe(false);
    expect(accepts(RongCloudLegacyUserId, 'u1,u2')).toBe(false);
  });

  test('a page of deactivated users has at most 50', () => {
    expect(accepts(RongCloudListDeactivatedRequest, { pageNo: 1, pageSize: 50 })).toBe(true);
    expect(accepts(RongCloudListDeactivatedRequest, { pageNo: 1, pageSize: 51 })).toBe(false);
    expect(accepts(RongCloudListDeactivatedRequest, { pageNo: 0 })).toBe(false);
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

  test('whether a user is online is a text, and an operation has a name', () => {
    expect(
      [{ status: '1' }, { status: '0' }, { status: 1 }, { status: '2' }, {}].map((body) =>
        accepts(RongCloudReadOnlineReply, { code: 200, ...body }),
      ),
    ).toEqual([true, true, false, false, false]);
    expect(accepts(RongCloudOperationReply, { code: 200, operateId: 'C70B-B1D6-82E8-5SBO' })).toBe(true);
    expect(accepts(RongCloudOperationReply, { code: 200, operateId: '' })).toBe(false);
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
