import { expect, test } from 'vitest';
import { createMissedSlots } from './missed-slots.ts';
import type { Slot } from './missed-slots.ts';

const slot = (atMs: number, weight = 1): Slot => ({ atMs, weight });

test('a missed slot goes once with one that is to come', () => {
  const missed = createMissedSlots();
  missed.add(slot(100));
  expect(missed.pairWith(slot(300))).toBe(true);
  expect(missed.pairWith(slot(310))).toBe(false);
});

test('the oldest goes first, as long as a second holds both', () => {
  const missed = createMissedSlots();
  for (const atMs of [100, 200, 300]) missed.add(slot(atMs));
  expect(missed.pairWith(slot(1_200))).toBe(true);
  expect(missed.pairWith(slot(1_301))).toBe(false);
});

test('slots that count for different numbers of calls do not go together', () => {
  const missed = createMissedSlots();
  missed.add(slot(100, 20));
  expect(missed.pairWith(slot(200))).toBe(false);
  expect(missed.pairWith(slot(900, 20))).toBe(true);
});

test('what is forgotten goes with nothing', () => {
  const missed = createMissedSlots();
  missed.add(slot(100));
  missed.forget();
  expect(missed.pairWith(slot(200))).toBe(false);
});

const PER_SECOND = 100;
const HELD_AHEAD_MS = 200;

/** The same numbers again and again (a linear congruential generator, by Numerical Recipes). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}

/**
 * A full schedule, of which others use their slots on time, and one process holds a part and comes to look at it only now
 * and then. Gives when calls leave; `between` is whether it may let one go at the moment at which it looks.
 */
function leavingTimes(seed: number, between: (missed: ReturnType<typeof createMissedSlots>, next: Slot) => boolean) {
  const random = numbersFrom(seed);
  const share = random();
  const longestMs = 20 + random() * 400;
  const leftMs: number[] = [];
  const held: Slot[] = [];
  for (let index = 0; index < 5 * PER_SECOND; index += 1) {
    const atMs = index * (1_000 / PER_SECOND);
    if (random() < share) held.push(slot(atMs));
    else leftMs.push(atMs);
  }
  const missed = createMissedSlots();
  let paired = 0;
  for (let nowMs = 0; nowMs < 5_000; nowMs += random() * longestMs) {
    while (held[0] !== undefined && held[0].atMs < nowMs) missed.add(held.shift() ?? slot(0));
    while (held[0] !== undefined && held[0].atMs < nowMs + HELD_AHEAD_MS && between(missed, held[0])) {
      held.shift();
      leftMs.push(nowMs);
      paired += 1;
    }
  }
  return { leftMs: leftMs.toSorted((one, other) => one - other), paired };
}

const mostInASecond = (sortedMs: readonly number[]): number =>
  Math.max(...sortedMs.map((from, at) => sortedMs.slice(at).findIndex((ms) => ms >= from + 1_000)));

test('whatever a process misses, no second holds more calls than the rate', () => {
  let paired = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    const left = leavingTimes(seed, (missed, next) => missed.pairWith(next));
    expect(mostInASecond(left.leftMs)).toBeLessThanOrEqual(PER_SECOND);
    paired += left.paired;
  }
  expect(paired).toBeGreaterThan(1_000);
  // A slot that is used before its instant, with nothing missed for it, would be found out.
  const most = Array.from({ length: 20 }, (_, seed) => mostInASecond(leavingTimes(seed, () => true).leftMs));
  expect(Math.max(...most)).toBeGreaterThan(PER_SECOND);
});
