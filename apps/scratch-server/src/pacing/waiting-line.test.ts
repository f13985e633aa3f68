import { describe, expect, test } from 'vitest';
import { createWaitingLine } from './waiting-line.ts';
import type { Waiting } from './waiting-line.ts';

const waiting = (changes: Partial<Waiting> = {}): Waiting => ({
  urgency: 'login',
  weight: 1,
  latestMs: 0,
  go: () => {},
  refuse: () => {},
  ...changes,
});

describe('a waiting line', () => {
  test('puts logins before background work, and otherwise keeps the order', () => {
    const line = createWaitingLine();
    const all = (['background', 'login', 'background', 'login'] as const).map((urgency) => waiting({ urgency }));
    for (const each of all) line.add(each);
    const [firstBackground, firstLogin, secondBackground, secondLogin] = all;
    expect(line.all()).toEqual([firstLogin, secondLogin, firstBackground, secondBackground]);
    expect(line.before('login')).toBe(2);
    expect(line.before('background')).toBe(4);
    expect(line.first(1)).toBe(firstLogin);
  });

  test('gives a slot to nobody who needs more than it is', () => {
    const line = createWaitingLine();
    const [large, small] = [waiting({ weight: 20 }), waiting()];
    line.add(large);
    line.add(small);
    expect(line.first(1)).toBe(small);
    expect(line.first(20)).toBe(large);
    line.remove(small);
    line.remove(small);
    expect(line.first(1)).toBeUndefined();
    expect([line.size, line.before('login')]).toEqual([1, 20]);
  });

  test('wants slots for those alone who have none, and of one kind at a time', () => {
    const line = createWaitingLine();
    expect(line.demandBeyond([], 5)).toBeUndefined();
    for (const each of [waiting(), waiting(), waiting({ weight: 3 }), waiting({ urgency: 'background' })])
      line.add(each);
    expect(line.demandBeyond([], 5)).toEqual({ urgency: 'login', weight: 1, count: 2 });
    expect(line.demandBeyond([], 1)).toEqual({ urgency: 'login', weight: 1, count: 1 });
    expect(line.demandBeyond([1], 5)).toEqual({ urgency: 'login', weight: 1, count: 1 });
    expect(line.demandBeyond([1, 1], 5)).toEqual({ urgency: 'login', weight: 3, count: 1 });
    expect(line.demandBeyond([1, 1, 3], 5)).toEqual({ urgency: 'background', weight: 1, count: 1 });
    expect(line.demandBeyond([1, 1, 3, 1], 5)).toBeUndefined();
  });
});
