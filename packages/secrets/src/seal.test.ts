import { readFileSync } from 'node:fs';
import { createSecretKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openKeyRing } from './key-ring.ts';
import { type SealKey, open, seal } from './seal.ts';
import { SealError } from './seal-error.ts';
import { Secret } from './secret.ts';
import { systemRandomBytes } from './random-bytes.ts';
import { openIndependently } from './vectors/open-independently.ts';
import type { SealContext } from './seal-context.ts';

interface SealedVector {
  name: string;
  keyFile: string;
  context: [string, ...string[]];
  salt: string;
  nonce: string;
  plaintext: string;
  blob: string;
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file, and each field is compared below
const vectors = JSON.parse(readFileSync(new URL('vectors/sealed-values.json', import.meta.url), 'utf8')) as {
  sealed: SealedVector[];
};

/** Hands out what the vector says, in the order in which it is asked for. */
function scripted(...pieces: string[]): (byteCount: number) => Uint8Array {
  const rest = pieces.map((piece) => Buffer.from(piece, 'hex'));
  return (byteCount) => {
    const next = rest.shift();
    if (next?.length !== byteCount) throw new Error(`the vector has no ${byteCount} bytes here`);
    return next;
  };
}

describe('the published vectors', () => {
  test('are at least ten', () => {
    expect(vectors.sealed.length).toBeGreaterThanOrEqual(10);
  });

  test.each(vectors.sealed)('$name: opens', ({ keyFile, context, blob, plaintext }) => {
    const opened = openKeyRing(Secret.of(keyFile)).open(context, Buffer.from(blob, 'hex'));
    expect(opened.reveal()).toBe(plaintext);
  });

  test.each(vectors.sealed)('$name: opens without our code', async ({ keyFile, context, blob, plaintext }) => {
    expect(await openIndependently(keyFile, context, Buffer.from(blob, 'hex'))).toBe(plaintext);
  });

  test.each(vectors.sealed)('$name: is what we seal', ({ keyFile, context, salt, nonce, plaintext, blob }) => {
    const ring = openKeyRing(Secret.of(keyFile), scripted(salt, nonce));
    expect(Buffer.from(ring.seal(context, Secret.of(plaintext))).toString('hex')).toBe(blob);
  });
});

describe('a sealed value', () => {
  const sealKey: SealKey = { id: 1, key: createSecretKey(randomBytes(32)) };
  const context: SealContext = ['token', 'token', 'token_sealed', '1', 'alice', '1', '1'];
  const plaintext = Secret.of('marked-77aa-token');
  const blob = seal(sealKey, context, plaintext, systemRandomBytes);

  test('opens in its place', () => {
    expect(open(sealKey, context, blob).equals(plaintext)).toBe(true);
  });

  test('opens as a part of a larger buffer', () => {
    const larger = Buffer.concat([Buffer.alloc(7), blob, Buffer.alloc(7)]);
    expect(open(sealKey, context, larger.subarray(7, 7 + blob.length)).equals(plaintext)).toBe(true);
  });

  test('is never twice the same', () => {
    const seen = new Set<string>();
    for (let count = 0; count < 1000; count += 1) {
      seen.add(Buffer.from(seal(sealKey, context, plaintext, systemRandomBytes).subarray(5, 33)).toString('hex'));
    }
    expect(seen.size).toBe(1000);
  });

  test('does not show its text', () => {
    expect(Buffer.from(blob).includes(plaintext.reveal())).toBe(false);
  });

  test('refuses when any one of its bits is flipped', () => {
    const opened: number[] = [];
    for (let bit = 0; bit < blob.length * 8; bit += 1) {
      const changed = Uint8Array.from(blob);
      const at = Math.floor(bit / 8);
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 8));
      if (opens(sealKey, context, changed)) opened.push(bit);
    }
    expect(opened).toEqual([]);
  });

  test('refuses when it is cut anywhere, at either end', () => {
    const opened: number[] = [];
    for (let length = 0; length < blob.length; length += 1) {
      if (opens(sealKey, context, blob.subarray(0, length))) opened.push(length);
      if (opens(sealKey, context, blob.subarray(blob.length - length))) opened.push(length);
    }
    expect(opened).toEqual([]);
  });

  test('refuses with bytes behind it', () => {
    expect(opens(sealKey, context, Buffer.concat([blob, Buffer.alloc(1)]))).toBe(false);
  });

  test.each([4, 8, 12, 13, 14, 15])('refuses a tag of %i bytes, which GCM itself would take', (tagBytes) => {
    expect(opens(sealKey, context, blob.subarray(0, blob.length - 16 + tagBytes))).toBe(false);
  });

  test.each<[string, SealContext]>([
    ['another purpose', ['secret', 'token', 'token_sealed', '1', 'alice', '1', '1']],
    ['another table', ['token', 'app', 'token_sealed', '1', 'alice', '1', '1']],
    ['another column', ['token', 'token', 'secret_sealed', '1', 'alice', '1', '1']],
    ['another app', ['token', 'token', 'token_sealed', '2', 'alice', '1', '1']],
    ['another row', ['token', 'token', 'token_sealed', '1', 'alicf', '1', '1']],
    ['another case', ['token', 'token', 'token_sealed', '1', 'Alice', '1', '1']],
    ['an older generation', ['token', 'token', 'token_sealed', '1', 'alice', '0', '1']],
    ['another secret epoch', ['token', 'token', 'token_sealed', '1', 'alice', '1', '2']],
    ['parts joined differently', ['token', 'token', 'token_sealed', '1a', 'lice', '1', '1']],
    ['a part less', ['token', 'token', 'token_sealed', '1', 'alice', '1']],
    ['a part more', ['token', 'token', 'token_sealed', '1', 'alice', '1', '1', '']],
    ['parts in another order', ['token', 'token', 'token_sealed', 'alice', '1', '1', '1']],
  ])('refuses in %s', (_place, other) => {
    expect(opens(sealKey, other, blob)).toBe(false);
  });

  test('refuses under another key of the same number, and the same key under another number', () => {
    expect(opens({ id: 1, key: createSecretKey(randomBytes(32)) }, context, blob)).toBe(false);
    expect(opens({ ...sealKey, id: 2 }, context, blob)).toBe(false);
    const renamed = Uint8Array.from(blob);
    renamed[4] = 2;
    expect(opens({ ...sealKey, id: 2 }, context, renamed)).toBe(false);
  });

  test('gives one and the same error, without a cause, whatever is wrong', () => {
    const wrong = [Buffer.alloc(0), blob.subarray(1), Buffer.alloc(200), Uint8Array.from(blob, (byte) => byte ^ 1)];
    const printed = wrong.map((bytes) => {
      const error = thrownBy(() => open(sealKey, context, bytes));
      expect(error).toBeInstanceOf(SealError);
      expect(error).not.toHaveProperty('cause');
      return String(error);
    });
    expect(new Set(printed).size).toBe(1);
  });
});

describe('sealing', () => {
  const sealKey: SealKey = { id: 1, key: createSecretKey(randomBytes(32)) };

  test('refuses text that UTF-8 cannot hold, instead of changing it', () => {
    expect(() => seal(sealKey, ['purpose'], Secret.of('a\ud800'), systemRandomBytes)).toThrow(TypeError);
  });

  test.each<[string, SealContext]>([
    ['text that is not well-formed', ['purpose', '\udfff']],
    ['more than 1024 bytes in one part', ['purpose', 'x'.repeat(1025)]],
    ['more than 1024 bytes in all', ['purpose', 'x'.repeat(600), 'x'.repeat(600)]],
    ['more than 255 parts', ['purpose', ...Array.from({ length: 255 }, () => '')]],
  ])('refuses a context with %s, in both directions', (_what, context) => {
    expect(() => seal(sealKey, context, Secret.of('text'), systemRandomBytes)).toThrow(TypeError);
    expect(() => open(sealKey, context, Buffer.alloc(100))).toThrow(TypeError);
  });

  test('keeps its key out of sight', () => {
    const bytes = randomBytes(32);
    const printed = inspect({ id: 1, key: createSecretKey(bytes) }, { depth: null, showHidden: true });
    expect(printed).not.toContain(bytes.toString('hex').slice(0, 8));
    expect(printed).not.toContain(inspect(bytes).slice(8, 20));
  });
});

function opens(sealKey: SealKey, context: SealContext, blob: Uint8Array): boolean {
  try {
    open(sealKey, context, blob);
    return true;
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
