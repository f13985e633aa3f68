import { EASEMOB_ERRORS } from '@immint/contracts/easemob';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { type EasemobCallKind, readEasemob } from './easemob-error.ts';
import { makeReply } from './testing/make-reply.ts';
import { MARK } from './testing/hostile-answers.ts';
import { failureOf } from './testing/provider-suite.ts';

const CALLS = ['client_credentials', 'inherit', 'password', 'register', 'user', 'users'] as const;

const judge = (status: number, body: unknown, kind: EasemobCallKind, text = '') =>
  failureOf(Promise.resolve().then(() => readEasemob(makeReply(status, body), { kind, text }, z.unknown())));
const kindsOf = async (call: EasemobCallKind) => {
  const judged = EASEMOB_ERRORS.map(({ httpStatus, error }) =>
    judge(httpStatus, { error, error_description: MARK }, call),
  );
  return new Set((await Promise.all(judged)).map(({ kind }) => kind));
};
/** The meanings of one pair of HTTP status and `error` to each kind of call. */
const kindByCall = async (status: number, error: string, text = MARK) => {
  const kinds: Record<string, string> = {};
  for (const call of CALLS) kinds[call] = (await judge(status, { error, error_description: text }, call)).kind;
  return kinds;
};

describe('the documented errors', () => {
  test.each(CALLS)('are all known for %s', async (call) => {
    expect(await kindsOf(call)).not.toContain('unknown-code');
  });

  test('say nothing about a user when an app token is asked for', async () => {
    const kinds = await kindsOf('client_credentials');
    for (const kind of [
      'user-unknown',
      'user-banned',
      'user-id-refused',
      'user-exists',
      'password-refused',
      'conflict',
    ])
      expect(kinds).not.toContain(kind);
  });

  test.each([
    [404, 'invalid_grant', 'user not found'],
    [404, 'entity_not_found', 'User null not found'],
    [404, 'service_resource_not_found', 'Service resource not found'],
    [400, 'management', 'User with id null does not exist in app A'],
    [400, 'required_property_not_found', 'Entity user requires a property named username'],
  ])('C8: %i %s is the one reason that the user is unknown', async (status, error, text) => {
    const kinds = await kindByCall(status, error, text);
    expect([kinds['inherit'], kinds['password'], kinds['user']]).toEqual(Array(3).fill('user-unknown'));
    expect(kinds['client_credentials']).toBe('broke-contract');
  });

  test('C9: two calls that make one user are a conflict, to be tried again after a second', async () => {
    const body = { error: 'concurrent_operation_error', error_description: 'concurrency create app user failed' };
    for (const call of ['inherit', 'register'] as const)
      expect(await judge(409, body, call)).toMatchObject({ kind: 'conflict', retryable: true, retryAfterMs: 1_000 });
  });

  test('C10: 400 invalid_grant means four things, told apart by what was asked for', async () => {
    expect(await kindByCall(400, 'invalid_grant')).toEqual({
      client_credentials: 'credentials-refused',
      inherit: 'user-banned',
      password: 'password-refused',
      register: 'broke-contract',
      user: 'broke-contract',
      users: 'broke-contract',
    });
    const banned = { error: 'invalid_grant', error_description: 'user not activated' };
    expect(await judge(400, banned, 'password')).toMatchObject({ kind: 'user-banned' });
  });

  test.each(['invalid password', 'invalid username or password', MARK])(
    "C10: one person's wrong password says nothing about the app, whatever its edition calls it (%s)",
    async (text) => {
      const refused = await judge(400, { error: 'invalid_grant', error_description: text }, 'password');
      expect(refused).toMatchObject({ kind: 'password-refused', blames: undefined });
      expect(await judge(401, { error: 'unauthorized' }, 'password')).toMatchObject({ kind: 'app-unavailable' });
      expect(await judge(401, { error: 'something_new' }, 'password')).toMatchObject({ kind: 'app-unavailable' });
    },
  );

  test.each([
    ['client_id does not match', 'client-id'],
    ['client_secret does not match', 'secret'],
    [MARK, undefined],
  ])('C10: %s blames %s, and is refused credentials in any case', async (text, blames) => {
    const body = { error: 'invalid_grant', error_description: text };
    expect(await judge(400, body, 'client_credentials')).toMatchObject({ kind: 'credentials-refused', blames });
  });

  test('an unknown app is blamed on the App Key, whatever was called', async () => {
    for (const call of CALLS)
      expect(await judge(404, { error: 'organization_application_not_found' }, call)).toMatchObject({
        kind: 'credentials-refused',
        blames: 'app-key',
      });
  });

  test.each([
    ['unauthorized', 'Unable to authenticate (OAuth)'],
    ['unauthorized', 'Unable to authenticate due to expired access token'],
    ['unauthorized', 'token is illegal.'],
    ['unauthorized', 'registration is not open, please contact the app admin'],
    ['auth_bad_access_token', 'Unable to authenticate due to corrupt access token'],
    ['auth_bad_access_token', 'Unable to authenticate'],
    ['something_new', MARK],
  ])('C11: 401 %s is a refused app token, whatever it says (%s)', async (error, text) => {
    for (const call of ['inherit', 'register', 'user', 'users'] as const)
      expect(await judge(401, { error, error_description: text }, call)).toMatchObject({
        kind: 'credentials-refused',
        blames: 'app-token',
      });
  });

  test.each([
    'You have exceeded the limit of the community edition,Please upgrade to the enterprise edition',
    'You have exceeded the limit of the Free edition. Please upgrade to higher edition.',
    MARK,
  ])('C21: of the two kinds of 429, a full plan is not tried again (%s)', async (text) => {
    const full = await judge(429, { error: 'resource_limited', error_description: text }, 'inherit');
    expect(full).toMatchObject({ kind: 'user-limit-reached', retryable: false, retryAfterMs: undefined });
    const tooOften = await judge(429, { error: 'reach_limit', error_description: text }, 'inherit');
    expect(tooOften).toMatchObject({ kind: 'rate-limited', retryable: true, retryAfterMs: 1_000 });
  });

  test('an existing user is told when users are made, and is a conflict where one was to be made on the way', async () => {
    const kinds = await kindByCall(400, 'duplicate_unique_property_exists');
    expect(kinds).toMatchObject({ register: 'user-exists', inherit: 'conflict' });
  });

  test.each(['no_full_text_index', 'unsupported_service_operation', 'web_application'])(
    '500 %s is how a wrong call is refused, which time does not mend',
    async (error) => {
      expect(await judge(500, { error }, 'users')).toMatchObject({ kind: 'bad-request', retryable: false });
    },
  );
});

describe('an error that nobody documented', () => {
  test.each([
    [400, 'unknown-code'],
    [404, 'unknown-code'],
    [405, 'bad-request'],
    [409, 'unknown-code'],
    [429, 'rate-limited'],
    [500, 'failed'],
    [503, 'failed'],
    [401, 'credentials-refused'],
  ])('is judged by its HTTP status, and shown: %i is %s', async (status, kind) => {
    expect(await judge(status, { error: 'something_new' }, 'inherit')).toMatchObject({
      kind,
      httpStatus: status,
      providerCode: `${status} something_new`,
    });
  });

  test.each([
    ['holds anything but lower-case letters and underscores', 'Something new', ''],
    ['is longer than 40 characters', 'x'.repeat(41), ''],
    ['stood in what was sent', 'kept_to_myself', '{"client_secret":"kept_to_myself"}'],
    ['holds what was sent', 'it_is_kept_to_myself', '{"client_secret":"kept_to_myself"}'],
    ['holds a short user id', 'not_for_mei', 'POST /org/app/users/mei/activate'],
    ['holds a telling part of what was sent', 'it_begins_keptto', 'Bearer YWMtKeptToMyselfAndNobodyElse'],
  ])('is not shown where it %s', async (_, error, text) => {
    expect(await judge(400, { error }, 'inherit', text)).toMatchObject({ kind: 'unknown-code', providerCode: '400' });
  });

  test('is shown although it has words of the API itself', async () => {
    const text = 'POST /org/app/token\n{"grant_type":"inherit","username":"u1","autoCreateUser":true,"ttl":60}';
    expect(await judge(400, { error: 'unsupported_grant_type' }, 'inherit', text)).toMatchObject({
      providerCode: '400 unsupported_grant_type',
    });
  });

  test('that is no error body is a broken contract', async () => {
    expect(await judge(400, { message: MARK }, 'inherit')).toMatchObject({ kind: 'broke-contract' });
  });
});
