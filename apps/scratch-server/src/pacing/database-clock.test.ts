import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDatabaseClock } from './database-clock.ts';

/** A clock of ours that stands where it is put. */
function ourClock() {
  const time = { ms: 1_000, answerTakesMs: 1, readings: 0 };
  const read = async () => {
    time.readings += 1;
    time.ms += time.answerTakesMs;
    return time.ms + 4_000;
  };
  return { time, clock: createDatabaseClock(() => time.ms, read) };
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

  test('is read until it is known well, and again after nobody has asked for long', async () => {
    const { time, clock } = ourClock();
    time.answerTakesMs = 200;
    const first = clock.ready();
    time.answerTakesMs = 1;
    await Promise.all([first, clock.ready()]);
    expect(time.readings).toBe(2);
    expect(Math.abs(clock.nowMs() - (time.ms + 4_000))).toBeLessThanOrEqual(1);
    await clock.ready();
    expect(time.readings).toBe(2);
    time.ms += 60_000;
    await clock.ready();
    expect(time.readings).toBe(3);
  });

  test('of a database that is far away is not read all the time', async () => {
    const { time, clock } = ourClock();
    time.answerTakesMs = 80;
    await clock.ready();
    await clock.ready();
    expect(time.readings).toBe(3);
    time.ms += 10_000;
    await clock.ready();
    expect(time.readings).toBe(6);
  });

  test('that cannot be read is read anew by whoever asks next', async () => {
    let isDown = true;
    const clock = createDatabaseClock(
      () => 0,
      () => (isDown ? Promise.reject(new Error('down')) : Promise.resolve(7)),
    );
    await expect(clock.ready()).rejects.toThrow('down');
    isDown = false;
    await clock.ready();
    expect(clock.nowMs()).toBe(7);
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
