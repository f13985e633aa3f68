import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDirectory } from './make-directory.ts';
import { createTestTerminal } from './testing/test-terminal.ts';

it('makes every missing level for its owner alone, and leaves what is there', () => {
  const { directory } = createTestTerminal();
  const before = statSync(directory).mode;

  makeDirectory(join(directory, 'a', 'b'));
  makeDirectory(join(directory, 'a', 'b'));

  expect(statSync(join(directory, 'a')).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, 'a', 'b')).mode & 0o777).toBe(0o700);
  expect(statSync(directory).mode).toBe(before);
});

it('refuses a place below a file', () => {
  const { directory } = createTestTerminal();
  writeFileSync(join(directory, 'file'), '');

  expect(() => makeDirectory(join(directory, 'file', 'a'))).toThrow(/ENOTDIR|EEXIST/);
});

it('refuses a file in its place, and leaves it there', () => {
  const { directory } = createTestTerminal();
  writeFileSync(join(directory, 'file'), 'in the way');

  expect(() => makeDirectory(join(directory, 'file'))).toThrow(/EEXIST/);
  expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('in the way');
});
