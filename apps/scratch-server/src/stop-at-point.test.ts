import { expect, test } from 'vitest';
import { parseStopAt, stopAtPoint, STOPPED_AT_POINT } from './stop-at-point.ts';

test('a point, a hit and an action are read, and nothing else', () => {
  expect(parseStopAt('answered:3:kill')).toEqual({ point: 'answered', hit: 3, action: 'kill' });
  expect(parseStopAt('lease-taken:1:stop')).toEqual({ point: 'lease-taken', hit: 1, action: 'stop' });
  for (const text of ['', 'answered', 'answered:3', 'answered:0:kill', 'answered:-1:kill', 'answered:1e3:kill']) {
    expect(parseStopAt(text), text).toBeUndefined();
  }
  for (const text of ['elsewhere:1:kill', 'answered:1:throw', 'answered:1:kill:now', ' answered:1:kill']) {
    expect(parseStopAt(text), text).toBeUndefined();
  }
});

test.each([
  ['kill', ['kill 17 SIGKILL']],
  ['stop', ['kill 17 SIGSTOP']],
  ['exit', [`exit ${STOPPED_AT_POINT}`]],
] as const)('a process is made to %s when it reaches the point for so many times, once', (action, did) => {
  const done: string[] = [];
  const reached = stopAtPoint(
    { point: 'answered', hit: 2, action },
    {
      pid: 17,
      kill: (pid, signal) => done.push(`kill ${pid} ${signal}`),
      exit: (code) => done.push(`exit ${code}`),
    },
  );
  reached('answered');
  reached('saved');
  expect(done).toEqual([]);
  for (let times = 0; times < 3; times += 1) reached('answered');
  expect(done).toEqual(did);
});
