import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { makeApiKey, parseApiKey } from './api-key.ts';

test('a key shows its environment and its id, and comes apart into what it was made of', () => {
  const made = makeApiKey('live', randomBytes);
  expect(made.text.reveal()).toMatch(/^immint_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
  expect(made.text.reveal()).toContain(`_${made.id}_`);
  const parsed = parseApiKey(made.text.reveal());
  expect(parsed?.id).toBe(made.id);
  expect(parsed?.secret.reveal()).toBe(made.secret.reveal());
});

test('the secret part keeps all 256 random bits', () => {
  const largest = makeApiKey('demo', (length) => new Uint8Array(length).fill(0xff));
  const expected = (2n ** 256n - 1n).toString();
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const value = Array.from(largest.secret.reveal()).reduce(
    (sum, digit) => sum * 62n + BigInt(alphabet.indexOf(digit)),
    0n,
  );
  expect(value.toString()).toBe(expected);
});

test('every mistyped character is noticed without looking anything up', () => {
  const text = makeApiKey('live', randomBytes).text.reveal();
  const mistyped = Array.from(text).map(
    (character, index) => `${text.slice(0, index)}${character === 'a' ? 'b' : 'a'}${text.slice(index + 1)}`,
  );
  expect(mistyped.filter((candidate) => parseApiKey(candidate) !== undefined)).toEqual([]);
});

test.each(['', 'immint_live_', 'immint_prod_000000000000_0_0', 'Bearer immint', 'immint_live___', '\u0000'])(
  '%j is not a key',
  (text) => {
    expect(parseApiKey(text)).toBeUndefined();
  },
);

test('a key does not print itself', () => {
  const made = makeApiKey('live', randomBytes);
  expect(inspect(made, { depth: 5 })).not.toContain(made.secret.reveal());
  expect(JSON.stringify(made)).not.toContain(made.secret.reveal());
});
