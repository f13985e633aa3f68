import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withinTime } from './within-time.ts';

const TIMEOUT_MS = 40;

test('work that does not end in time is given up, and may find that out', async () => {
  const found: boolean[] = [];
  const given = withinTime(TIMEOUT_MS, async (isGivenUp) => {
    found.push(isGivenUp());
    await new Promise((resolve) => setTimeout(resolve, 3 * TIMEOUT_MS));
    found.push(isGivenUp());
  });
  await expect(given).rejects.toMatchObject({ code: 'DATABASE_TIMEOUT' });
  await expect.poll(() => found).toEqual([false, true]);
});

test('an answer that came while the whole process stood still counts', async () => {
  const echo = `const { parentPort } = require('node:worker_threads'); parentPort.once('message', () => parentPort.postMessage('answer'));`;
  const other = new Worker(echo, { eval: true });
  await once(other, 'online');
  // What comes next in the loop are the timers, and only then what others have sent.
  await nextTurn();
  const given = withinTime(TIMEOUT_MS, async () => {
    const answered = once(other, 'message');
    other.postMessage('question', []);
    const [answer]: unknown[] = await answered;
    return answer;
  });
  const untilMs = performance.now() + 5 * TIMEOUT_MS;
  while (performance.now() < untilMs);
  await expect(given).resolves.toBe('answer');
  await other.terminate();
});
