import { expect, test } from 'vitest';
import { createRounds } from './rounds.ts';

test('a round that fails is told, and the next one comes', async () => {
  const told: unknown[] = [];
  let made = 0;
  const rounds = createRounds(
    1,
    async () => {
      made += 1;
      throw new RangeError(`round ${made}`);
    },
    (error) => told.push(error),
  );
  rounds.start();
  await expect.poll(() => told.length).toBeGreaterThan(1);
  await rounds.stop();
  expect(told[0]).toMatchObject({ message: 'round 1' });
});

test('stopping waits for the round that is under way, which is told of it, and begins no other', async () => {
  const gate = Promise.withResolvers<void>();
  const seen: string[] = [];
  const rounds = createRounds(
    1,
    async (stopping) => {
      seen.push('begun');
      await gate.promise;
      seen.push(stopping.aborted ? 'told' : 'not told');
    },
    () => seen.push('failed'),
  );
  rounds.start();
  await expect.poll(() => seen).toEqual(['begun']);
  const stopped = rounds.stop().then(() => seen.push('stopped'));
  gate.resolve();
  await stopped;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(seen).toEqual(['begun', 'told', 'stopped']);
});
