import { describe, expect, test } from 'vitest';

import { readPrintedCurlBody, readPrintedExample, readPrintedReplyJoined } from './fixtures/index.ts';
import {
  EASEMOB_ERRORS,
  EASEMOB_PATHS,
  EASEMOB_RATE_GROUP_BY_PATH,
  EasemobAppKey,
  EasemobAppTokenReply,
  EasemobDisconnectReply,
  EasemobErrorBody,
  EasemobFoldableUserId,
  EasemobInheritTokenRequest,
  EasemobListUsersReply,
  EasemobListUsersRequest,
  EasemobNewUser,
  EasemobPasswordTokenRequest,
  EasemobReadStatusesReply,
  EasemobReadStatusesRequest,
  EasemobRegisterReply,
  EasemobRegisterRequest,
  EasemobTokenRequest,
  EasemobTokenRequestReceived,
  EasemobUserId,
  EasemobUserReply,
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

describe('what is sent about users', () => {
  const idsTo = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);

  test('1 to 60 users are made by a call, each with a password of at most 64 characters', () => {
    const users = (count: number) => idsTo(count).map((username) => ({ username, password: 'p' }));
    expect([0, 1, 60, 61].map((count) => accepts(EasemobRegisterRequest, users(count)))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(
      ['', 'p', 'p'.repeat(64), 'p'.repeat(65)].map((password) =>
        accepts(EasemobNewUser, { username: 'u1', password }),
      ),
    ).toEqual([false, true, true, false]);
    expect(
      [100, 101].map((length) =>
        accepts(EasemobNewUser, { username: 'u1', password: 'p', nickname: 'n'.repeat(length) }),
      ),
    ).toEqual([true, false]);
    expect(accepts(EasemobNewUser, { username: 'U1', password: 'p' })).toBe(false);
  });

  test('1 to 100 users are asked about, and listed', () => {
    expect([0, 1, 100, 101].map((count) => accepts(EasemobReadStatusesRequest, { usernames: idsTo(count) }))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([0, 1, 100, 101].map((limit) => accepts(EasemobListUsersRequest, { limit }))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('C17: every path but that of tokens is taken from one rate', () => {
    const groups = Object.keys(EASEMOB_PATHS)
      .filter((path) => path !== 'token')
      .toSorted();
    const shared = Object.entries(EASEMOB_RATE_GROUP_BY_PATH).filter(([, group]) => group === 'users');
    expect(shared.map(([path]) => path).toSorted()).toEqual(groups);
  });
});

describe('what is received about users', () => {
  const entity = { uuid: 'x', type: 'user', created: 1_542_795_196_504, username: 'u1', activated: true };

  test('one user is exactly one, of whom it is said whether they are banned', () => {
    expect(EasemobUserReply.parse({ action: 'get', entities: [entity], count: 1 })).toEqual({
      entities: [{ username: 'u1', created: 1_542_795_196_504, activated: true }],
    });
    for (const entities of [[], [entity, entity], [{ username: 'u1' }]])
      expect(accepts(EasemobUserReply, { entities })).toBe(false);
  });

  test('C12: those who were made and those who were not may each be left out', () => {
    for (const body of [
      { entities: [entity] },
      { entities: [], data: [{ username: 'u3', registerUserFailReason: 'the u3 already exists' }] },
      { entities: [entity], data: [] },
    ])
      expect(accepts(EasemobRegisterReply, body)).toBe(true);
    expect(accepts(EasemobRegisterReply, { data: [{ username: 'u3' }] })).toBe(false);
  });

  test('a status is one of two words, a logout is one that happened, and the last page has no cursor', () => {
    expect(accepts(EasemobReadStatusesReply, { data: [{ u1: 'online' }, { u2: 'offline' }] })).toBe(true);
    expect(accepts(EasemobReadStatusesReply, { data: [{ u1: '1' }] })).toBe(false);
    expect([true, false].map((result) => accepts(EasemobDisconnectReply, { data: { result } }))).toEqual([true, false]);
    expect(accepts(EasemobListUsersReply, { entities: [entity] })).toBe(true);
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
