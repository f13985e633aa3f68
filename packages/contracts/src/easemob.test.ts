import { describe, expect, test } from 'vitest';

import { readPrintedCurlBody, readPrintedExample, readPrintedReplyJoined } from './fixtures/index.ts';
import {
  EASEMOB_ERRORS,
  EasemobAppKey,
  EasemobAppTokenReply,
  EasemobErrorBody,
  EasemobFoldableUserId,
  EasemobInheritTokenRequest,
  EasemobPasswordTokenRequest,
  EasemobTokenRequest,
  EasemobTokenRequestReceived,
  EasemobUserId,
  EasemobUserTokenReply,
} from './easemob.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;
const printedInherit: unknown = JSON.parse(readPrintedCurlBody('easemob/inherit-request.curl.txt'));
const printedPassword: unknown = JSON.parse(readPrintedCurlBody('easemob/password-request.curl.txt'));

describe('the printed examples', () => {
  test('the inherit request is valid as it stands', () => {
    expect(EasemobInheritTokenRequest.parse(printedInherit)).toEqual({
      username: 'test2333',
      grant_type: 'inherit',
      autoCreateUser: true,
      ttl: 1_024_000,
    });
  });

  test('the password request is not what immint would send: its id is not canonical and its ttl is a text', () => {
    const issues = EasemobPasswordTokenRequest.safeParse(printedPassword).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join('.'))).toEqual(['username', 'ttl']);
  });

  test('the receiving side takes both, with ttl as a number', () => {
    expect(EasemobTokenRequestReceived.parse(printedInherit)).toMatchObject({ ttl: 1_024_000, autoCreateUser: true });
    expect(EasemobTokenRequestReceived.parse(printedPassword)).toEqual({
      grant_type: 'password',
      username: 'C',
      password: '1',
      ttl: 1_024_000,
    });
  });

  test.each([
    ['easemob/password-reply.printed.txt', 'c'],
    ['easemob/inherit-reply.printed.txt', 'test2333'],
  ] as const)('%s is a token of %s, once the lines that the page broke are joined', (file, username) => {
    expect(() => JSON.parse(readPrintedExample(file).toString('utf8')) as unknown).toThrow(SyntaxError);
    const reply = EasemobUserTokenReply.parse(JSON.parse(readPrintedReplyJoined(file)));
    expect(reply).toMatchObject({ expires_in: 1_024_000, user: { username, activated: true } });
    expect(reply.access_token).toMatch(/^YWMt[\w-]+$/);
    expect(reply.access_token).toHaveLength(130);
  });
});

describe('names', () => {
  test.each([
    ['u7qk29', true, true],
    ['a_b-c.d', true, true],
    ['a'.repeat(64), true, true],
    ['C', false, true],
    ['a'.repeat(65), false, false],
    ['', false, false],
    ['a+b', false, false],
    ['\u212a', false, false],
  ])('user id %j: canonical %s, foldable %s', (userId, canonical, foldable) => {
    expect([accepts(EasemobUserId, userId), accepts(EasemobFoldableUserId, userId)]).toEqual([canonical, foldable]);
  });

  test.each([
    ['sandbox-org#sandbox-app', true],
    ['Sandbox-Org-1#2', true],
    [`${'o'.repeat(64)}#${'a'.repeat(32)}`, true],
    [`${'o'.repeat(65)}#a`, false],
    [`o#${'a'.repeat(33)}`, false],
    ['sandbox-org#Sandbox', false],
    ['sandbox-org', false],
    ['#app', false],
    ['org#', false],
    ['org#app#x', false],
    ['org/..#app', false],
    ['..#app', false],
  ])('App Key %j: %s', (appKey, accepted) => {
    expect(accepts(EasemobAppKey, appKey)).toBe(accepted);
  });
});

describe('what is sent', () => {
  test('the grant decides which fields are allowed', () => {
    const appToken = { grant_type: 'client_credentials', client_id: 'i', client_secret: 's', ttl: 86_400 };
    expect(accepts(EasemobTokenRequest, appToken)).toBe(true);
    expect(accepts(EasemobTokenRequest, { ...appToken, username: 'u' })).toBe(false);
    expect(accepts(EasemobTokenRequest, { grant_type: 'agora' })).toBe(false);
  });

  test('autoCreateUser is always said, and ttl is a whole number that is not negative', () => {
    const inherit = { grant_type: 'inherit', username: 'u', autoCreateUser: false, ttl: 0 };
    expect(accepts(EasemobInheritTokenRequest, inherit)).toBe(true);
    expect(accepts(EasemobInheritTokenRequest, { ...inherit, autoCreateUser: undefined })).toBe(false);
    for (const ttl of [-1, 1.5, '60', Number.NaN])
      expect(accepts(EasemobInheritTokenRequest, { ...inherit, ttl })).toBe(false);
  });
});

describe('what is received', () => {
  const reply = { access_token: 'YWMt', expires_in: 60, user: { username: 'u', activated: true } };

  test('fields that immint does not use are ignored', () => {
    const appToken = { access_token: 'YWMt', expires_in: 60, application: '8be024f0-e978-11e8-b697-5d598d5f8402' };
    expect(EasemobAppTokenReply.parse(appToken)).toEqual({ access_token: 'YWMt', expires_in: 60 });
    expect(EasemobUserTokenReply.parse({ ...reply, user: { ...reply.user, uuid: 'x' } })).toEqual(reply);
  });

  test.each([
    ['an empty token', { ...reply, access_token: '' }],
    ['a token over 4096 bytes', { ...reply, access_token: 'x'.repeat(4097) }],
    ['a token with a line break', { ...reply, access_token: 'YWMt\r\nX: y' }],
    ['a lifetime in quotes', { ...reply, expires_in: '60' }],
    ['a negative lifetime', { ...reply, expires_in: -1 }],
    ['a user of whom nobody says whether it is banned', { ...reply, user: { username: 'u' } }],
    ['no user', { access_token: 'YWMt', expires_in: 60 }],
  ])('%s is not an answer', (_, body) => {
    expect(accepts(EasemobUserTokenReply, body)).toBe(false);
  });

  test('an error body is known by its type, with or without a text', () => {
    expect(accepts(EasemobErrorBody, { error: 'unauthorized', exception: 'x', timestamp: 1, duration: 0 })).toBe(true);
    expect(accepts(EasemobErrorBody, { code: 1002 })).toBe(false);
  });
});

test('no pair of HTTP status and error stands twice in the table', () => {
  const names = EASEMOB_ERRORS.map(({ httpStatus, error }) => `${httpStatus} ${error}`);
  expect(new Set(names).size).toBe(names.length);
});
