import { describe, expect, test } from 'vitest';
import { isGood } from './good-token.ts';

const HOUR_MS = 3_600_000;
const issuedAtMs = 1_760_000_000_000;
const day = { isRevoked: false, secretEpoch: 2, issuedAtMs, expiresAtMs: issuedAtMs + 24 * HOUR_MS };
const endless = { isRevoked: false, secretEpoch: 2, issuedAtMs, expiresAtMs: null };

describe('a token whose end is known', () => {
  test.each([
    ['just issued', 0, true],
    ['a minute and a millisecond before its end', 24 * HOUR_MS - 60_001, true],
    ['a minute before its end', 24 * HOUR_MS - 60_000, false],
    ['after its end', 25 * HOUR_MS, false],
  ])('%s: %o ms after its issue', (_when, ageMs, good) => {
    expect(isGood(day, { nowMs: issuedAtMs + ageMs, secretEpoch: 2 })).toBe(good);
  });

  test('a short one keeps a tenth of its life as margin, not a whole minute', () => {
    const short = { ...day, expiresAtMs: issuedAtMs + 60_000 };
    expect(isGood(short, { nowMs: issuedAtMs + 53_999, secretEpoch: 2 })).toBe(true);
    expect(isGood(short, { nowMs: issuedAtMs + 54_000, secretEpoch: 2 })).toBe(false);
  });

  test('is not good for a caller who wants less life than is left', () => {
    expect(isGood(day, { nowMs: issuedAtMs, secretEpoch: 2, ttlSeconds: 3600 })).toBe(false);
    expect(isGood(day, { nowMs: issuedAtMs + 23 * HOUR_MS, secretEpoch: 2, ttlSeconds: 3600 })).toBe(true);
  });

  test('is good for a caller who would take a permanent one', () => {
    expect(isGood(day, { nowMs: issuedAtMs, secretEpoch: 2, ttlSeconds: 0 })).toBe(true);
  });
});

describe('a token without a known end', () => {
  test('is good, but not for a caller who bounds its life', () => {
    expect(isGood(endless, { nowMs: issuedAtMs, secretEpoch: 2 })).toBe(true);
    expect(isGood(endless, { nowMs: issuedAtMs, secretEpoch: 2, ttlSeconds: 3600 })).toBe(false);
    expect(isGood(endless, { nowMs: issuedAtMs, secretEpoch: 2, ttlSeconds: 0 })).toBe(true);
  });
});

test('a revoked token is not good', () => {
  expect(isGood({ ...endless, isRevoked: true }, { nowMs: issuedAtMs, secretEpoch: 2 })).toBe(false);
});

test('a token of an older secret is not good', () => {
  expect(isGood(endless, { nowMs: issuedAtMs, secretEpoch: 3 })).toBe(false);
});
