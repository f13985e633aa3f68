import { expect, test } from 'vitest';

import { NonceMemory } from './nonce-memory.ts';

test('a nonce counts as used until its time is over, for its account alone', () => {
  const nonces = new NonceMemory();
  expect(nonces.take('rongcloud', 'k1', 'n', 1_000, 0)).toBe(true);
  expect(nonces.take('rongcloud', 'k1', 'n', 1_000, 1_000)).toBe(false);
  expect(nonces.take('rongcloud', 'k2', 'n', 1_000, 0)).toBe(true);
  expect(nonces.take('nexconn', 'k1', 'n', 1_000, 0)).toBe(true);
  expect(nonces.take('rongcloud', 'k1', 'n', 2_000, 1_001)).toBe(true);
});

test('beyond the capacity the oldest is forgotten', () => {
  const nonces = new NonceMemory(2);
  for (const nonce of ['a', 'b', 'c']) nonces.take('rongcloud', 'k', nonce, 1_000, 0);
  expect(nonces.size).toBe(2);
  expect(nonces.take('rongcloud', 'k', 'c', 1_000, 0)).toBe(false);
  expect(nonces.take('rongcloud', 'k', 'a', 1_000, 0)).toBe(true);
});

test('clearing forgets all, one provider’s, or one account’s', () => {
  const nonces = new NonceMemory();
  const take = (provider: string, appKey: string): boolean => nonces.take(provider, appKey, 'n', 1_000, 0);
  const takeAll = (): readonly boolean[] => [take('rongcloud', 'k1'), take('rongcloud', 'k2'), take('nexconn', 'k1')];
  expect(takeAll()).toEqual([true, true, true]);
  nonces.clear('rongcloud', 'k1');
  expect(takeAll()).toEqual([true, false, false]);
  nonces.clear('rongcloud');
  expect(takeAll()).toEqual([true, true, false]);
  nonces.clear();
  expect(takeAll()).toEqual([true, true, true]);
});
