import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { makeKeyFileContent } from './key-file-content.ts';
import { KeyMalformedError, openKeyRing } from './key-ring.ts';
import { systemRandomBytes } from './random-bytes.ts';
import { Secret } from './secret.ts';

interface KeyVector {
  keyFile: string;
  checkValue: string;
  text: string;
  fingerprint: string;
  apiKeyHash: string;
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file, and each field is compared below
const vectors = JSON.parse(readFileSync(new URL('vectors/sealed-values.json', import.meta.url), 'utf8')) as {
  keys: KeyVector[];
};

describe('a key ring', () => {
  const content = makeKeyFileContent(systemRandomBytes);
  const ring = openKeyRing(content);

  test.each(vectors.keys)('derives what the vectors say', ({ keyFile, checkValue, text, fingerprint, apiKeyHash }) => {
    const opened = openKeyRing(Secret.of(keyFile));
    expect(Buffer.from(opened.checkValue).toString('hex')).toBe(checkValue);
    expect(opened.fingerprint(Secret.of(text))).toBe(fingerprint);
    expect(Buffer.from(opened.hashApiKey(Secret.of(text))).toString('hex')).toBe(apiKeyHash);
  });

  test('names equal tokens alike and different ones differently', () => {
    expect(ring.fingerprint(Secret.of('a'))).toBe(ring.fingerprint(Secret.of('a')));
    expect(ring.fingerprint(Secret.of('a'))).not.toBe(ring.fingerprint(Secret.of('b')));
    expect(ring.fingerprint(Secret.of('a'))).toMatch(/^fp_[A-Za-z0-9_-]{22}$/);
  });

  test('gives everything else under another key', () => {
    const other = openKeyRing(makeKeyFileContent(systemRandomBytes));
    expect(other.checkValue).not.toEqual(ring.checkValue);
    expect(other.fingerprint(Secret.of('a'))).not.toBe(ring.fingerprint(Secret.of('a')));
    expect(other.hashApiKey(Secret.of('a'))).not.toEqual(ring.hashApiKey(Secret.of('a')));
    expect(() => other.open(['purpose'], ring.seal(['purpose'], Secret.of('a')))).toThrow('CANNOT_OPEN');
  });

  test('uses different keys for fingerprints and for API keys', () => {
    const hash = Buffer.from(ring.hashApiKey(Secret.of('a')).subarray(0, 16)).toString('base64url');
    expect(ring.fingerprint(Secret.of('a'))).not.toBe(`fp_${hash}`);
  });

  test('does not show its key when it is printed', () => {
    const key = Buffer.from(content.reveal().split(' ')[1] ?? '', 'base64url');
    const printed = inspect(ring, { depth: null, showHidden: true }) + JSON.stringify(ring);
    expect(key).toHaveLength(32);
    expect(printed).not.toContain(key.toString('hex').slice(0, 8));
    expect(printed).not.toContain(inspect(key).slice(8, 20));
  });

  test.each([
    ['nothing', ''],
    ['another version', `immint-key-v2 ${'A'.repeat(43)}`],
    ['a key that is too short', `immint-key-v1 ${'A'.repeat(42)}`],
    ['a key that is too long', `immint-key-v1 ${'A'.repeat(44)}`],
    ['a last character that no 32 bytes have', `immint-key-v1 ${'A'.repeat(42)}B`],
    ['a second line', `immint-key-v1 ${'A'.repeat(43)}\nmarked-3f`],
    ['ordinary base64', `immint-key-v1 ${'+'.repeat(43)}`],
  ])('refuses %s, without quoting it', (_what, text) => {
    expect(() => openKeyRing(Secret.of(text))).toThrow(KeyMalformedError);
    expect(() => openKeyRing(Secret.of(text))).not.toThrow(/AAAA|marked|\+\+/);
  });

  test('takes the line with and without its end, however the editor wrote it', () => {
    const line = `immint-key-v1 ${'A'.repeat(43)}`;
    const checkValues = [line, `${line}\n`, `${line}\r\n`].map((text) => openKeyRing(Secret.of(text)).checkValue);
    expect(new Set(checkValues.map((value) => Buffer.from(value).toString('hex'))).size).toBe(1);
  });
});
