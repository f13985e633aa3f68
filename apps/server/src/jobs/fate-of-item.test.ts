import { DatabaseError } from '@immint/db';
import { ProviderError } from '@immint/providers';
import { describe, expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { fateOfFailure, MAX_ATTEMPTS } from './fate-of-item.ts';

const ITEM = { number: 7, attempts: 1 };
const provider = (kind: ProviderError['kind'], more: { retryAfterMs?: number } = {}) =>
  new ProviderError(kind, { mayHaveExecuted: true, ...more });

describe('what failed', () => {
  test('for this user stays failed, and leaves the job alone', () => {
    for (const error of [provider('user-banned'), new DomainError('USER_BARRED'), provider('bad-request')]) {
      const fate = fateOfFailure(ITEM, error, 0.5);
      expect(fate).toMatchObject({ result: { number: 7, state: 'failed' } });
      expect(fate).not.toHaveProperty('pause');
    }
  });

  test('in passing is tried again, later each time, and so many times', () => {
    const waits = [1, 2, 3, 4, 5].map((attempts) => {
      const { result } = fateOfFailure({ number: 7, attempts }, provider('unreachable'), 1);
      return 'waitMs' in result && result.counts ? result.waitMs : undefined;
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
    expect(fateOfFailure({ number: 7, attempts: MAX_ATTEMPTS }, provider('unreachable'), 1)).toEqual({
      result: { number: 7, state: 'failed', reason: 'PROVIDER_UNREACHABLE', mayHaveCalled: true },
    });
  });

  test('for want of room uses up no attempt and no call, however often, and lets the job rest', () => {
    const many = { number: 7, attempts: MAX_ATTEMPTS + 5 };
    expect(fateOfFailure(many, provider('held-back', { retryAfterMs: 90_000 }), 0)).toEqual({
      result: {
        number: 7,
        state: 'waiting',
        reason: 'RATE_USED_UP',
        waitMs: 90_000,
        counts: false,
        mayHaveCalled: false,
      },
      restMs: 90_000,
    });
    expect(fateOfFailure(many, new DatabaseError('DATABASE_TIMEOUT'), 0)).toMatchObject({ result: { counts: false } });
  });

  test.each([
    ['user-limit-reached', 'PROVIDER_USER_LIMIT_REACHED'],
    ['app-unavailable', 'PROVIDER_APP_UNAVAILABLE'],
    ['app-paused', 'APP_PAUSED'],
    ['credentials-refused', 'PROVIDER_CREDENTIALS_REFUSED'],
  ] as const)('for everybody alike (%s) pauses the job, and leaves the item open', (kind, reason) => {
    expect(fateOfFailure(ITEM, provider(kind), 0)).toMatchObject({
      result: { state: 'waiting', counts: false, reason },
      pause: reason,
    });
  });

  test('in a way that nobody foresaw is tried again, and says nothing of itself', () => {
    expect(fateOfFailure(ITEM, new TypeError('made-up'), 0)).toMatchObject({
      result: { state: 'waiting', reason: 'INTERNAL', counts: true },
    });
  });
});
