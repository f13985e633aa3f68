import { DatabaseError } from '@immint/db';
import { expect, test } from 'vitest';
import { openLog } from './log.ts';
import { untilReachable } from './until-reachable.ts';

const lines: string[] = [];
const log = openLog({ write: (line) => void lines.push(line) }, 'warn');
const monotonicMs = () => performance.now();
const away = new DatabaseError('DATABASE_UNREACHABLE');

test('a database that comes later is waited for, with a line in the log each second', async () => {
  lines.length = 0;
  let tries = 0;
  const open = async () => {
    tries += 1;
    if (tries < 3) throw away;
    return 'open';
  };
  expect(await untilReachable(open, { forMs: 60_000, log, monotonicMs })).toBe('open');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'database.not-reachable-yet', waitedSeconds: 0, waitSeconds: 60 },
    { event: 'database.not-reachable-yet', waitedSeconds: 1 },
  ]);
});

test('what is wrong in another way is not waited for, and nothing is where there is no time', async () => {
  lines.length = 0;
  const refused = new DatabaseError('DATABASE_REFUSED');
  await expect(untilReachable(() => Promise.reject(refused), { forMs: 60_000, log, monotonicMs })).rejects.toBe(
    refused,
  );
  await expect(untilReachable(() => Promise.reject(away), { forMs: 0, log, monotonicMs })).rejects.toBe(away);
  expect(lines).toEqual([]);
});

test('whoever stops the server does not wait for the database', async () => {
  const stop = new AbortController();
  const waiting = untilReachable(() => Promise.reject(away), {
    forMs: 600_000,
    log,
    monotonicMs,
    signal: stop.signal,
  });
  setTimeout(() => stop.abort(), 50);
  await expect(waiting).rejects.toBe(away);
});
