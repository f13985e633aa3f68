import { ProviderError } from '@immint/providers';
import { expect, test } from 'vitest';
import { createProviderConditions } from './provider-conditions.ts';

test('an app whose provider was not called yet is called, at its primary domain', () => {
  const conditions = createProviderConditions(() => 1_000);
  expect(conditions.of(7)).toEqual({ breaker: 'closed', retryAtMs: null, domain: 'primary' });
});

test('the breaker is shown as it opens, tries and closes, and until when it is open', () => {
  const conditions = createProviderConditions(() => 1_000);
  const tell = conditions.begin(7);
  const error = new ProviderError('failed');
  tell({ kind: 'attempt-failed', group: 'issueToken', domain: 'primary', error, elapsedMs: 3 });
  expect(conditions.of(7).breaker).toBe('closed');
  tell({ kind: 'breaker-opened', openMs: 800 });
  expect(conditions.of(7)).toMatchObject({ breaker: 'open', retryAtMs: 1_800 });
  tell({ kind: 'breaker-half-opened' });
  expect(conditions.of(7)).toMatchObject({ breaker: 'half-open', retryAtMs: null });
  tell({ kind: 'breaker-closed' });
  expect(conditions.of(7)).toMatchObject({ breaker: 'closed', retryAtMs: null });
});

test('the domain is the one that calls go to now', () => {
  const conditions = createProviderConditions(() => 1_000);
  const tell = conditions.begin(7);
  tell({ kind: 'domain-switched', to: 'backup' });
  expect(conditions.of(7).domain).toBe('backup');
  expect(conditions.of(8).domain).toBe('primary');
});

test('a connection that was replaced says nothing any more', () => {
  const conditions = createProviderConditions(() => 1_000);
  const tellOld = conditions.begin(7);
  conditions.begin(7);
  tellOld({ kind: 'breaker-opened', openMs: 800 });
  expect(conditions.of(7).breaker).toBe('closed');
});
