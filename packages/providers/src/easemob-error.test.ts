import { EASEMOB_ERRORS } from '@immint/contracts/easemob';
import { describe, expect, test } from 'vitest';

import { type EasemobGrant, judgeEasemob } from './easemob-error.ts';
import { failureOf, MARK } from './testing/provider-suite.ts';

const judge = async (status: number, body: unknown, grant: EasemobGrant) => {
  const bytes = Buffer.from(JSON.stringify(body));
  const reply = {
    status,
    contentType: 'application/json',
    serverDateMs: undefined,
    retryAfterMs: undefined,
    body: bytes,
  };
  return failureOf(Promise.reject(judgeEasemob(reply, grant)));
};
const kindsOf = async (grant: EasemobGrant) => {
  const judged = EASEMOB_ERRORS.map(({ httpStatus, error }) =>
    judge(httpStatus, { error, error_description: MARK }, grant),
  );
  return new Set((await Promise.all(judged)).map(({ kind }) => kind));
};

describe('the documented errors', () => {
  test.each(['client_credentials', 'inherit', 'password'] as const)('are all known for %s', async (grant) => {
    expect(await kindsOf(grant)).not.toContain('unknown-code');
  });

  test('say nothing about a user when an app token is asked for', async () => {
    const kinds = await kindsOf('client_credentials');
    for (const kind of ['user-unknown', 'user-banned', 'user-id-refused', 'password-refused', 'conflict'])
      expect(kinds).not.toContain(kind);
  });

  test("one person's wrong password says nothing about the credentials of the app", async () => {
    expect(await judge(400, { error: 'invalid_grant', error_description: MARK }, 'password')).toMatchObject({
      kind: 'password-refused',
    });
    expect(await judge(401, { error: 'unauthorized' }, 'password')).toMatchObject({ kind: 'app-unavailable' });
    expect(await judge(401, { error: MARK }, 'password')).toMatchObject({
      kind: 'app-unavailable',
      providerCode: '401',
    });
  });
});

describe('an error that nobody documented', () => {
  test.each([
    [400, 'unknown-code'],
    [404, 'unknown-code'],
    [429, 'rate-limited'],
    [500, 'failed'],
    [503, 'failed'],
    [401, 'credentials-refused'],
  ])('is judged by its HTTP status: %i is %s', async (status, kind) => {
    expect(await judge(status, { error: MARK }, 'inherit')).toMatchObject({ kind, httpStatus: status });
  });

  test('that is no error body is a broken contract', async () => {
    await expect(judge(400, { message: MARK }, 'inherit')).rejects.toMatchObject({ kind: 'broke-contract' });
  });
});
