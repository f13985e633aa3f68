import { AddAppInput, ObtainTokenInput } from '@immint/contracts';
import { ProviderError } from '@immint/providers';
import { TRPCError } from '@trpc/server';
import { describe, expect, test } from 'vitest';
import { refusedInput, toDomainError } from './to-domain-error.ts';

function refusalOf(schema: typeof ObtainTokenInput | typeof AddAppInput, input: unknown): string {
  const { error } = schema.safeParse(input);
  return error === undefined ? 'accepted' : refusedInput(error).message;
}

describe('refused input', () => {
  test('names each field and its rule', () => {
    expect(refusalOf(ObtainTokenInput, { app: 'Demo', userId: '' })).toMatch(
      /app: must be .*; userId: must not be empty/,
    );
  });

  test('ends as one sentence, also where the rule is one', () => {
    const app = {
      app: 'demo',
      provider: 'easemob',
      appKey: 'no-org',
      clientId: 'c',
      secret: 's',
      baseUrl: 'https://x.example',
    };
    expect(refusalOf(AddAppInput, app)).toMatch(/as the console shows it\.$/);
    expect(refusalOf(AddAppInput, app)).not.toContain('..');
  });

  test('names a field too many, so that a wrong name is found', () => {
    expect(refusalOf(ObtainTokenInput, { app: 'demo', userId: 'u', user_id: 'u' })).toContain('(user_id)');
  });

  test('repeats no value, not even where a name should be', () => {
    const secret = 'a1b2c3d4e5f6-made-up';
    const inputs = [
      { app: 'demo', userId: 'u', [secret]: 1 },
      { app: secret.toUpperCase(), userId: secret.repeat(9), ttlSeconds: secret, fresh: secret },
    ];
    for (const input of inputs) expect(refusalOf(ObtainTokenInput, input).toLowerCase()).not.toContain(secret);
    expect(refusalOf(AddAppInput, { provider: secret, secret: `${secret} ${secret}` })).not.toContain(secret);
  });

  test('names five fields at most', () => {
    const input = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x${'y'.repeat(index % 30)}`, index]));
    expect(refusalOf(ObtainTokenInput, input).length).toBeLessThan(600);
  });
});

describe('the firewall', () => {
  test.each([
    ['an error nobody foresaw', new Error('made-up-secret')],
    ['something that is no error', 'made-up-secret'],
    [
      'an error of tRPC about one',
      new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'made-up-secret', cause: new Error('made-up-secret') }),
    ],
    ['a code of tRPC that we do not use', new TRPCError({ code: 'PAYMENT_REQUIRED', message: 'made-up-secret' })],
  ])('%s becomes one fixed sentence', (_what, error) => {
    const refusal = toDomainError(error);
    expect(refusal.reason).toBe('INTERNAL');
    expect(refusal.message).not.toContain('made-up-secret');
  });

  test('an error of ours keeps its reason through tRPC’s wrapping', () => {
    const wrapped = new TRPCError({
      code: 'INTERNAL_SERVER_ERROR',
      cause: new ProviderError('rate-limited', { retryAfterMs: 250 }),
    });
    expect(toDomainError(wrapped)).toMatchObject({ reason: 'PROVIDER_RATE_LIMITED', retryAfterMs: 250 });
  });

  test('what JSON.parse says of a body is dropped: it quotes the body', () => {
    const cause = new SyntaxError('Unexpected token in "made-up-secret"');
    const refusal = toDomainError(new TRPCError({ code: 'BAD_REQUEST', message: cause.message, cause }));
    expect(refusal.reason).toBe('BODY_NOT_JSON');
    expect(refusal.cause).toBeUndefined();
  });

  test('a code that no documentation has is shown', () => {
    expect(toDomainError(new ProviderError('unknown-code', { providerCode: '4711' })).message).toContain('4711');
  });
});
