/* oxlint-disable typescript/restrict-template-expressions, typescript/no-misused-spread -- what the linter forbids must be harmless too */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Secret } from './secret.ts';

const MARK = 'marked-8c1f';

describe('a secret', () => {
  const secret = Secret.of(MARK);

  test('gives its text to whoever asks for it by name', () => {
    expect(secret.reveal()).toBe(MARK);
  });

  test.each([
    ['a template string', `${secret}`],
    ['String()', String(secret)],
    ['concat()', 'token '.concat(...[secret].map(String))],
    ['JSON', JSON.stringify(secret)],
    ['JSON inside an object', JSON.stringify({ list: [{ secret }] })],
    ['inspect', inspect(secret)],
    ['inspect with everything shown', inspect({ deep: { secret } }, { depth: null, showHidden: true, getters: true })],
    ['an error that carries it', inspect(Object.assign(new Error('refused'), { secret }), { depth: null })],
    ['the cause of an error', inspect(new Error('refused', { cause: secret }), { depth: null })],
    ['the message of an error', String(new Error(`refused: ${secret}`).stack)],
    ['a join', [secret, secret].join(', ')],
  ])('prints as [secret] through %s', (_way, printed) => {
    expect(printed).not.toContain(MARK);
    expect(printed).toContain('[secret]');
  });

  test.each([
    ['a spread copy', { ...secret }],
    ['a structured clone', structuredClone(secret)],
    ['its entries', Object.entries(secret)],
    ['its own names', Reflect.ownKeys(secret)],
  ])('leaves nothing behind in %s', (_way, value) => {
    expect(inspect(value, { depth: null, showHidden: true })).not.toContain(MARK);
  });

  test('equals another one of the same text, and no other', () => {
    expect(secret.equals(Secret.of(MARK))).toBe(true);
    expect(secret.equals(Secret.of(`${MARK}x`))).toBe(false);
    expect(secret.equals(Secret.of(MARK.slice(1)))).toBe(false);
    expect(secret.equals(Secret.of(''))).toBe(false);
  });

  test('tells apart texts that only UTF-8 would hold for the same', () => {
    expect(Secret.of('\ud800').equals(Secret.of('\udfff'))).toBe(false);
  });
});
