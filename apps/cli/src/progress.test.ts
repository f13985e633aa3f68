import { expect, it, vi } from 'vitest';
import { withProgress } from './progress.ts';
import { createTestTerminal } from './testing/test-terminal.ts';

it.each([
  { isTerminal: false, quiet: false, shows: false },
  { isTerminal: true, quiet: true, shows: false },
  { isTerminal: true, quiet: false, shows: true },
])('work that takes long is shown on a terminal unless quiet: %j', async ({ isTerminal, quiet, shows }) => {
  vi.useFakeTimers();
  const terminal = createTestTerminal({ isTerminal });
  const drawing = { cursorTo: () => true, moveCursor: () => true, clearLine: () => true };
  Object.assign(terminal.stderr, drawing);

  const work = withProgress(terminal, { quiet, text: 'obtaining a token' }, later());
  await vi.advanceTimersByTimeAsync(2_000);
  vi.useRealTimers();

  expect(await work).toBe('done');
  expect(terminal.said().includes('obtaining a token')).toBe(shows);
});

function later(): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('done'), 1_500));
}

it('work that is soon done shows nothing', async () => {
  const terminal = createTestTerminal({ isTerminal: true });

  await withProgress(terminal, { quiet: false, text: 'obtaining a token' }, Promise.resolve());

  expect(terminal.said()).toBe('');
});
