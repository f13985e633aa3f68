import type { RevocationRecord } from '@immint/db';
import { expect, test } from 'vitest';
import { tellRevocation } from './tell-revocation.ts';

const record = (changes: Partial<RevocationRecord>): RevocationRecord => ({
  id: 1,
  canonicalUserId: 'alice',
  revokedBeforeMs: 1_795_000_000_000,
  state: 'delivered',
  reason: null,
  attempts: 1,
  acceptedAtMs: 1_795_000_001_000,
  settledAtMs: 1_795_000_005_000,
  ...changes,
});

test('what the provider took is told when it did, with the instant', () => {
  expect(tellRevocation(record({ attempts: 2 }))).toMatchObject({
    atMs: 1_795_000_005_000,
    actor: 'server',
    action: 'revocation.delivered',
    sentence:
      'The provider was told, at attempt 2, to end the tokens that the user obtained before 2026-11-18T11:06:40Z.',
  });
});

test('what it did not take yet is told when it was accepted, with why', () => {
  const { atMs, sentence } = tellRevocation(
    record({ state: 'pending', settledAtMs: null, attempts: 3, reason: 'PROVIDER_FAILED', revokedBeforeMs: null }),
  );
  expect(atMs).toBe(1_795_000_001_000);
  expect(sentence).toBe(
    'The provider is still to be told to end the user’s tokens; attempt 3 was the last (PROVIDER_FAILED: The provider ' +
      'failed inside: try again later). It will be told again.',
  );
});

test('what it will never take is told as such, and what has no call too', () => {
  expect(tellRevocation(record({ state: 'failed', reason: 'NO_SUCH_REASON' })).sentence).toContain('was given up at');
  expect(tellRevocation(record({ state: 'unsupported' })).sentence).toContain('has no call that ends tokens');
});
