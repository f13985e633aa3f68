import { expect, test } from 'vitest';
import { openLog } from './log.ts';
import { watchStalls } from './stall-watch.ts';

test('a process that stood still for half a second says so once', async () => {
  const lines: string[] = [];
  const clock = { aheadMs: 0 };
  const stop = watchStalls({
    log: openLog({ write: (line) => void lines.push(line) }, 'warn'),
    monotonicMs: () => performance.now() + clock.aheadMs,
  });
  clock.aheadMs = 60_000;
  await expect.poll(() => lines.length, { timeout: 10_000 }).toBeGreaterThan(0);
  stop();
  expect(lines[0]).toMatch(/"stalledMs":(59|60)\d{3},"event":"server.stalled"/);
});
