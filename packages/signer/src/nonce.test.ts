import { expect, test } from 'vitest';

import { newNonce } from './nonce.ts';

test('a nonce has 18 characters and is another one each time', () => {
  const nonces = Array.from({ length: 1000 }, () => newNonce());
  expect(new Set(nonces).size).toBe(1000);
  expect(new Set(nonces.map((nonce) => nonce.length))).toEqual(new Set([18]));
});

test('a nonce is made of the random bytes that it is given', () => {
  expect(newNonce((bytes) => new Uint8Array(bytes).fill(10))).toBe('0a0a0a0a0a0a0a0a0a');
});
