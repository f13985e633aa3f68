import { describe, expect, test } from 'vitest';

import { readPrintedBody } from './fixtures/index.ts';
import {
  NEXCONN_CODES,
  NexconnBanUsersRequest,
  NexconnDeactivateUsersRequest,
  NexconnErrorBody,
  NexconnExpireTokensRequest,
  NexconnIssueTokenReply,
  NexconnIssueTokenRequest,
  NexconnLegacyUserId,
  NexconnListBannedReply,
  NexconnListDeactivatedReply,
  NexconnListDeactivatedRequest,
  NexconnOperationReply,
  NexconnReadOnlineReply,
  NexconnReadUserReply,
  NexconnUserId,
} from './nexconn.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;
const request = (name: string, avatarUrl: string) =>
  accepts(NexconnIssueTokenRequest, { userId: 'u1', name, avatarUrl });

describe('the printed examples', () => {
  test('the request is valid as it stands', () => {
    expect(NexconnIssueTokenRequest.parse(JSON.parse(readPrintedBody('nexconn/issue-request.http')))).toEqual({
      userId: 'jlk456j5',
      name: 'name',
      avatarUrl: 'http://example.com/avatar.png',
    });
  });

  test('the reply is a token of 96 characters', () => {
    const reply = NexconnIssueTokenReply.parse(JSON.parse(readPrintedBody('nexconn/issue-reply.http')));
    expect(reply.result.userId).toBe('jlk456j5');
    expect(reply.result.accessToken).toHaveLength(96);
  });
});

test.each([
  ['A'.repeat(64), true, true],
  ['A'.repeat(65), false, false],
  ['', false, false],
  ['a_b', false, true],
  ['a b', false, false],
])('user id %j: documented %s, legacy %s', (userId, documented, legacy) => {
  expect([accepts(NexconnUserId, userId), accepts(NexconnLegacyUserId, userId)]).toEqual([documented, legacy]);
});

test("RongCloud's field names are refused", () => {
  expect(accepts(NexconnIssueTokenRequest, { userId: 'u1', name: 'n', portraitUri: 'u' })).toBe(false);
});

test('name and avatar have their limits in characters and in bytes', () => {
  expect(request('🔑'.repeat(64), 'u'.repeat(1024))).toBe(true);
  expect(request('n'.repeat(65), 'u')).toBe(false);
  expect(request('n', 'u'.repeat(1025))).toBe(false);
});

describe('what is sent about users', () => {
  const userIds = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);

  test('tokens of 1 to 20 users are ended by a whole millisecond', () => {
    const expiresAt = 1_760_000_000_000;
    expect(
      [0, 1, 20, 21].map((count) => accepts(NexconnExpireTokensRequest, { userIds: userIds(count), expiresAt })),
    ).toEqual([false, true, true, false]);
    for (const wrong of [0, 1.5, '1760000000000', undefined])
      expect(accepts(NexconnExpireTokensRequest, { userIds: ['u1'], expiresAt: wrong })).toBe(false);
  });

  test('1 to 20 users are banned for 1 to 43,200 minutes, 1 to 100 are soft-deleted', () => {
    expect(
      [0, 1, 43_200, 43_201, 1.5].map((durationMinutes) =>
        accepts(NexconnBanUsersRequest, { userIds: userIds(20), durationMinutes }),
      ),
    ).toEqual([false, true, true, false, false]);
    expect(accepts(NexconnBanUsersRequest, { userIds: userIds(21), durationMinutes: 1 })).toBe(false);
    expect([100, 101].map((count) => accepts(NexconnDeactivateUsersRequest, { userIds: userIds(count) }))).toEqual([
      true,
      false,
    ]);
  });

  test('a page of soft-deleted users has at most 50', () => {
    expect([50, 51].map((pageSize) => accepts(NexconnListDeactivatedRequest, { page: 1, pageSize }))).toEqual([
      true,
      false,
    ]);
  });
});

describe('what is received', () => {
  const reply = { code: 0, result: { userId: 'u1', accessToken: 't' } };

  test.each([
    ["RongCloud's success", { ...reply, code: 200 }],
    ['no result', { code: 0 }],
    ['an empty token', { code: 0, result: { userId: 'u1', accessToken: '' } }],
    ['a token of 257 bytes', { code: 0, result: { userId: 'u1', accessToken: 't'.repeat(257) } }],
  ])('%s is not an answer', (_, body) => {
    expect(accepts(NexconnIssueTokenReply, body)).toBe(false);
  });

  test('fields that nobody documented are ignored', () => {
    expect(NexconnIssueTokenReply.parse({ ...reply, requestId: 'x' })).toEqual(reply);
  });

  test('whether a user is online is a text, and an operation has a name', () => {
    expect(
      ['1', '0', 1, '2'].map((status) => accepts(NexconnReadOnlineReply, { code: 0, result: { status } })),
    ).toEqual([true, true, false, false]);
    expect(accepts(NexconnOperationReply, { code: 0, result: { operationId: 'C70B-B1D6-82E8-5SBO' } })).toBe(true);
    expect(accepts(NexconnOperationReply, { code: 0 })).toBe(false);
  });

  test('an empty list of soft-deleted users may be left out', () => {
    for (const body of [{ code: 0 }, { code: 0, result: {} }, { code: 0, result: { userIds: [] } }])
      expect(accepts(NexconnListDeactivatedReply, body)).toBe(true);
  });

  test('an empty list of banned users may be left out', () => {
    for (const body of [{ code: 0 }, { code: 0, result: {} }, { code: 0, result: { bannedUsers: [] } }])
      expect(accepts(NexconnListBannedReply, body)).toBe(true);
  });

  test('a profile may have no avatar, and an error no text', () => {
    expect(accepts(NexconnReadUserReply, { code: 0, result: { name: 'n' } })).toBe(true);
    expect(accepts(NexconnErrorBody, { code: 1004 })).toBe(true);
  });
});

test('the codes that mean something else than at RongCloud have their own meaning here', () => {
  expect(NEXCONN_CODES[400].meaning).toBe('There is no user of this id.');
  expect(NEXCONN_CODES[1007].meaning).toContain('IP');
  expect(Object.keys(NEXCONN_CODES)).not.toContain('200');
});
