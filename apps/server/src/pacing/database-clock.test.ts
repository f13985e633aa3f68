import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDatabaseClock } from './database-clock.ts';

/** A clock of ours that stands where it is put. */
function ourClock() {
  const time = { ms: 1_000 };
  return { time, clock: createDatabaseClock(() => time.ms) };
}

describe('the database’s clock', () => {
  test('is known as well as the quickest answer allows, whatever the others took', () => {
    const reading = fc.record({ goneMs: fc.integer({ min: 0, max: 400 }), backMs: fc.integer({ min: 0, max: 400 }) });
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 30 }), fc.integer(), (readings, aheadMs) => {
        const { time, clock } = ourClock();
        for (const { goneMs, backMs } of readings) {
          const sentMs = time.ms;
          const databaseMs = sentMs + goneMs + aheadMs;
          time.ms = sentMs + goneMs + backMs;
          expect(clock.learn({ sentMs, databaseMs, receivedMs: time.ms })).toBe(true);
        }
        const quickestMs = Math.min(...readings.map(({ goneMs, backMs }) => goneMs + backMs));
        const driftMs = (time.ms - 1_000) * 500e-6;
        expect(Math.abs(clock.nowMs() - (time.ms + aheadMs))).toBeLessThanOrEqual(quickestMs / 2 + driftMs);
      }),
    );
  });

  test('goes on between two looks at it', () => {
    const { time, clock } = ourClock();
    clock.learn({ sentMs: 1_000, databaseMs: 5_001, receivedMs: 1_002 });
    time.ms = 61_002;
    expect(clock.nowMs()).toBe(65_002);
  });

  test.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])('that was set %s is believed, and said', (_direction, byMs) => {
    const { time, clock } = ourClock();
    clock.learn({ sentMs: 1_000, databaseMs: 5_001, receivedMs: 1_002 });
    time.ms = 2_000;
    expect(clock.learn({ sentMs: 2_000, databaseMs: 6_000 + byMs, receivedMs: 2_000 })).toBe(false);
    expect(clock.nowMs()).toBe(6_000 + byMs);
    time.ms = 2_500;
    expect(clock.learn({ sentMs: 2_500, databaseMs: 6_500 + byMs, receivedMs: 2_500 })).toBe(true);
  });

  test('may be adjusted a little all the time without being taken for set', () => {
    const { time, clock } = ourClock();
    let databaseMs = 50_000;
    for (let second = 0; second < 600; second += 1) {
      expect(clock.learn({ sentMs: time.ms, databaseMs, receivedMs: time.ms })).toBe(true);
      time.ms += 1_000;
      databaseMs += 1_000.4;
    }
    expect(Math.abs(clock.nowMs() - databaseMs)).toBeLessThan(2);
  });
});
