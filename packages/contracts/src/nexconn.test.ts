import { describe, expect, test } from 'vitest';

import { readPrintedBody } from './fixtures/index.ts';
import {
  NEXCONN_CODES,
  NexconnErrorBody,
  NexconnIssueTokenReply,
  NexconnIssueTokenRequest,
  NexconnLegacyUserId,
  NexconnListBannedReply,
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
