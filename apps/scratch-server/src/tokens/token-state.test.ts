import { describe, expect, test } from 'vitest';
import { tokenState } from './token-state.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const issuedAtMs = 1_760_000_000_000;
const record = { secretEpoch: 2, discardedBeforeMs: null };
/** Of these two tokens one is renewed as early as possible, the other as late. */
const [EARLIEST, LATEST] = ['fp_AAAAAAAA', 'fp_________'];
const endless = {
  isRevoked: false,
  isDiscarded: false,
  secretEpoch: 2,
  issuedAtMs,
  expiresAtMs: null,
  reportedAtMs: null,
  fingerprint: EARLIEST,
};
const day = { ...endless, expiresAtMs: issuedAtMs + DAY_MS };
const at = (ageMs: number) => ({ nowMs: issuedAtMs + ageMs, record });

describe('a token whose end is known', () => {
  test.each([
    ['just issued', 0, 'good'],
    ['a moment before its last quarter', 18 * HOUR_MS - 1, 'good'],
    ['in its last quarter', 18 * HOUR_MS, 'due'],
    ['a minute and a millisecond before its end', DAY_MS - 60_001, 'due'],
    ['a minute before its end', DAY_MS - 60_000, 'ended'],
    ['after its end', DAY_MS + HOUR_MS, 'ended'],
  ])('%s: %o ms after its issue', (_when, ageMs, state) => {
    expect(tokenState(day, at(ageMs))).toBe(state);
  });

  test('a short one is kept to the last tenth of its life, not to the last minute', () => {
    const short = { ...day, expiresAtMs: issuedAtMs + 60_000 };
    expect(tokenState(short, at(53_999))).toBe('due');
    expect(tokenState(short, at(54_000))).toBe('ended');
  });

  test('a long one is renewed in its last two days', () => {
    const long = { ...day, expiresAtMs: issuedAtMs + 60 * DAY_MS };
    expect(tokenState(long, at(58 * DAY_MS - 1))).toBe('good');
    expect(tokenState(long, at(58 * DAY_MS))).toBe('due');
  });

  test('those that were issued together are renewed apart, each always at the same moment', () => {
    const late = { ...day, fingerprint: LATEST };
    expect(tokenState(late, at(18 * HOUR_MS))).toBe('good');
    expect(tokenState(late, at(21 * HOUR_MS))).toBe('due');
  });

  test('is no use to a caller who wants less life than is left', () => {
    expect(tokenState(day, { ...at(0), ttlSeconds: 3600 })).toBe('ended');
    expect(tokenState(day, { ...at(23 * HOUR_MS), ttlSeconds: 3600 })).toBe('due');
  });

  test('is good for a caller who would take a permanent one', () => {
    expect(tokenState(day, { ...at(0), ttlSeconds: 0 })).toBe('good');
  });
});

describe('a token without a known end', () => {
  test('is good, but not for a caller who bounds its life', () => {
    expect(tokenState(endless, at(0))).toBe('good');
    expect(tokenState(endless, { ...at(0), ttlSeconds: 3600 })).toBe('ended');
    expect(tokenState(endless, { ...at(0), ttlSeconds: 0 })).toBe('good');
  });
});

describe('a token that a device reported', () => {
  const reported = { ...day, reportedAtMs: issuedAtMs };
  test('is to be replaced, and kept until then', () => {
    expect(tokenState(reported, at(0))).toBe('reported');
    expect(tokenState(reported, at(20 * HOUR_MS))).toBe('reported');
  });

  test('is not kept beyond its end', () => {
    expect(tokenState(reported, at(DAY_MS))).toBe('ended');
  });
});

test.each([
  ['revoked', { isRevoked: true }],
  ['discarded', { isDiscarded: true }],
  ['of an older secret', { secretEpoch: 1 }],
])('a token that is %s is at its end, reported or not', (_what, change) => {
  expect(tokenState({ ...endless, ...change }, at(0))).toBe('ended');
  expect(tokenState({ ...endless, ...change, reportedAtMs: issuedAtMs }, at(0))).toBe('ended');
});

test('a token that was asked for before all were discarded is at its end, and one from that moment on is not', () => {
  const discarded = (discardedBeforeMs: number) => ({ nowMs: issuedAtMs, record: { ...record, discardedBeforeMs } });
  expect(tokenState(endless, discarded(issuedAtMs + 1))).toBe('ended');
  expect(tokenState(endless, discarded(issuedAtMs))).toBe('good');
});
