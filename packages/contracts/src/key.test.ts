import { expect, test } from 'vitest';
import { CreateKeyInput } from './key.ts';

test('a key for tokens names its apps, an admin key names none', () => {
  expect(CreateKeyInput.safeParse({ kind: 'token', label: 'chat backend', apps: ['chat'] }).success).toBe(true);
  expect(CreateKeyInput.safeParse({ kind: 'token', label: 'chat backend', apps: [] }).success).toBe(false);
  expect(CreateKeyInput.safeParse({ kind: 'token', label: 'chat backend' }).success).toBe(false);
  expect(CreateKeyInput.safeParse({ kind: 'admin', label: 'operator' }).success).toBe(true);
  expect(CreateKeyInput.safeParse({ kind: 'admin', label: 'operator', apps: ['chat'] }).success).toBe(false);
});

test('a key has a label', () => {
  expect(CreateKeyInput.safeParse({ kind: 'admin', label: '  ' }).success).toBe(false);
});

test('a label is counted in characters, without the spaces around it', () => {
  const label = '🔑'.repeat(64);
  expect(CreateKeyInput.parse({ kind: 'admin', label: ` ${label}\n` }).label).toBe(label);
  expect(CreateKeyInput.safeParse({ kind: 'admin', label: `${label}a` }).success).toBe(false);
});

test.each(['a\u0000b', 'a\nb', 'a\ud83d'])(
  'a label that a database or a screen cannot hold is refused: %j',
  (label) => {
    expect(CreateKeyInput.safeParse({ kind: 'admin', label }).success).toBe(false);
  },
);
