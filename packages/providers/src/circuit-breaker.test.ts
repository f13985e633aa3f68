import { beforeEach, expect, test } from 'vitest';

import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.ts';
import { ProviderError } from './provider-error.ts';
import type { ProviderEvent } from './provider-event.ts';

let nowMs: number;
let random: number;
let events: ProviderEvent['kind'][];
let breaker: CircuitBreaker;
beforeEach(() => {
  nowMs = 1_000_000;
  random = 0;
  events = [];
  breaker = createCircuitBreaker({
    monotonicMs: () => nowMs,
    random: () => random,
    observe: ({ kind }) => void events.push(kind),
  });
});

const fail = (times = 1): void => {
  for (let done = 0; done < times; done += 1) breaker.admit().failed();
};
/** How long it says to wait; 0 if it lets through. */
const waitMs = (): number => {
  try {
    breaker.refuseWhileOpen();
    return 0;
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'circuit-open') throw error;
    return error.retryAfterMs ?? Number.NaN;
  }
};

test('four failures in a row change nothing, and the fifth opens it for a second', () => {
  fail(4);
  expect(waitMs()).toBe(0);
  fail();
  expect(waitMs()).toBe(1_000);
  nowMs += 400;
  expect(waitMs()).toBe(600);
  expect(() => breaker.admit()).toThrow('not called for a moment');
});

test('a success in between begins the count anew', () => {
  fail(4);
  breaker.admit().worked();
  fail(4);
  expect(waitMs()).toBe(0);
});

test('an attempt that taught nothing neither counts nor ends the row', () => {
  fail(4);
  breaker.admit().learntNothing();
  fail();
  expect(waitMs()).toBe(1_000);
});

test('when its time is over exactly one attempt probes, and the others wait for it', () => {
  fail(5);
  nowMs += 1_000;
  const probe = breaker.admit();
  expect(() => breaker.admit()).toThrow('not called for a moment');
  expect(waitMs()).toBe(1_000);
  probe.worked();
  expect(waitMs()).toBe(0);
  fail(4);
  expect(waitMs()).toBe(0);
  expect(events).toEqual(['breaker-opened', 'breaker-half-opened', 'breaker-closed']);
});

test('a probe that fails opens it for twice the time, up to half a minute', () => {
  fail(5);
  const waits = Array.from({ length: 8 }, () => {
    const ms = waitMs();
    nowMs += ms;
    fail();
    return ms;
  });
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('a random part of up to a half is taken off, so that servers do not probe together', () => {
  random = 0.999;
  fail(5);
  expect(waitMs()).toBe(501);
});

test('after a probe that succeeded the times are short again', () => {
  fail(5);
  nowMs += 1_000;
  fail();
  nowMs += 2_000;
  breaker.admit().worked();
  fail(5);
  expect(waitMs()).toBe(1_000);
});

test('a probe whose caller gave up leaves the next one to probe', () => {
  fail(5);
  nowMs += 1_000;
  breaker.admit().learntNothing();
  expect(waitMs()).toBe(0);
  breaker.admit().worked();
  expect(events.at(-1)).toBe('breaker-closed');
});

test('attempts that were under way when it opened say nothing any more, neither good nor bad', () => {
  const late = [breaker.admit(), breaker.admit()];
  fail(5);
  late[0]?.worked();
  late[1]?.failed();
  expect(waitMs()).toBe(1_000);
  nowMs += 1_000;
  breaker.admit().worked();
  expect(events).toEqual(['breaker-opened', 'breaker-half-opened', 'breaker-closed']);
});
