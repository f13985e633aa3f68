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
