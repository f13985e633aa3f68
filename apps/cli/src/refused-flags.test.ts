import { expect, it } from 'vitest';
import { refuseSecretFlags } from './refused-flags.ts';

it.each([
  ['--secret', 'made-up'],
  ['--secret=made-up'],
  ['--password', 'made-up'],
  ['--api-key=made-up'],
  ['--key', 'made-up'],
  ['--token', 'made-up'],
  ['-pmade-up-secret'],
])('refuses %s, and repeats nothing but the flag', (...argv) => {
  expect(() => refuseSecretFlags(['app', 'add', 'chat', ...argv])).toThrow(
    expect.objectContaining({
      reason: 'SECRET_IN_ARGUMENT',
      message: expect.not.stringContaining('made-up'),
    }),
  );
});

it.each([['--secret-file', 'app-secret'], ['--password-prompt'], ['--allow-permanent-tokens'], ['--', '--secret']])(
  'lets %s through',
  (...argv) => {
    expect(() => refuseSecretFlags(argv)).not.toThrow();
  },
);
