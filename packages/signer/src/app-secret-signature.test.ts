import { describe, expect, test } from 'vitest';

import { signAppSecret, verifyAppSecret } from './app-secret-signature.ts';
import { readVectors, type SignatureVector } from './vectors/read-vectors.ts';

const { vectors } = readVectors();
const withSecret = (vector: SignatureVector) => ({ ...vector, appSecret: vector.appSecret ?? 'any secret' });
const positive = vectors.filter((vector) => vector.shouldVerify === true || vector.reproducible === true);
const negative = vectors.filter((vector) => vector.shouldVerify === false || vector.reproducible === false);
const corrected = vectors.filter((vector) => typeof vector.correctSignatureForTheseInputs === 'string');

describe('the published and computed vectors', () => {
  test('every vector is positive or negative, and both kinds are there', () => {
    expect(positive.length + negative.length).toBe(vectors.length);
    expect([positive.length, negative.length, corrected.length]).toEqual([20, 7, 3]);
  });

  test.each(positive)('$id verifies, and signing its texts gives it', (vector) => {
    expect(verifyAppSecret(withSecret(vector), vector.signature)).toBe(true);
    expect(signAppSecret(withSecret(vector))).toBe(vector.signature.toLowerCase());
  });

  test.each(negative)('$id is refused', (vector) => {
    expect(verifyAppSecret(withSecret(vector), vector.signature)).toBe(false);
  });

  test.each(corrected)('$id: its texts give the signature that the file calls correct', (vector) => {
    expect(signAppSecret(withSecret(vector))).toBe(vector.correctSignatureForTheseInputs);
  });
});

describe('a signature', () => {
  const texts = { appSecret: 'sandboxSecret01', nonce: '14314', timestamp: '1760000012000' };
  const right = 'f78b70440c7214e762b1ab232baa0e16a901c622';

  test.each([
    ['empty', ''],
    ['one character short', right.slice(1)],
    ['one character long', `${right}0`],
    ['one bit off', right.replace('f', 'e')],
    ['of the right length but not hexadecimal', 'z'.repeat(40)],
    ['of 40 characters that take more bytes', 'é'.repeat(40)],
    ['followed by a line break', `${right}\n`],
  ])('%s is refused', (_, signature) => {
    expect(verifyAppSecret(texts, signature)).toBe(false);
  });

  test('of another secret, nonce or timestamp is refused', () => {
    for (const other of [{ appSecret: 'x' }, { nonce: '14315' }, { timestamp: '1760000012001' }])
      expect(verifyAppSecret({ ...texts, ...other }, right)).toBe(false);
  });
});
