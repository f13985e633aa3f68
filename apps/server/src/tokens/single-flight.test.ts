import { expect, test } from 'vitest';
import { createSingleFlight } from './single-flight.ts';

function gate() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let started = 0;
  const work = () => {
    started += 1;
    return promise;
  };
  return { work, resolve, reject, started: () => started };
}

test('any number of callers share one piece of work', async () => {
  const flights = createSingleFlight<string>();
  const first = gate();
  const calls = Array.from({ length: 100 }, () => flights.join('a', first.work));
  first.resolve('token');
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['token']));
  expect(first.started()).toBe(1);
});

test('two keys do not wait for each other', async () => {
  const flights = createSingleFlight<string>();
  const slow = gate();
  const blocked = flights.join('a', slow.work);
  await expect(flights.join('b', async () => 'b')).resolves.toBe('b');
  slow.resolve('a');
  await expect(blocked).resolves.toBe('a');
});

test('a failure reaches everybody who waited, and the next caller starts anew', async () => {
  const flights = createSingleFlight<string>();
  const first = gate();
  const calls = [flights.join('a', first.work), flights.join('a', first.work)];
  first.reject(new Error('refused'));
  await Promise.all(calls.map((call) => expect(call).rejects.toThrow('refused')));
  await expect(flights.join('a', async () => 'again')).resolves.toBe('again');
});

test('a call for the next flight never joins the one that began before it', async () => {
  const flights = createSingleFlight<string>();
  const first = gate();
  const second = gate();
  const early = flights.join('a', first.work);
  const late = [flights.joinNext('a', second.work), flights.joinNext('a', second.work)];
  expect(second.started()).toBe(0);
  first.resolve('old');
  await expect(early).resolves.toBe('old');
  second.resolve('new');
  await expect(Promise.all(late)).resolves.toEqual(['new', 'new']);
  expect(second.started()).toBe(1);
});

test('a call for the next flight starts at once when nothing is under way, and once only', async () => {
  const flights = createSingleFlight<string>();
  const first = gate();
  const call = flights.joinNext('a', first.work);
  expect(first.started()).toBe(1);
  first.resolve('new');
  await expect(call).resolves.toBe('new');
  await flights.settled();
  await expect(flights.joinNext('a', async () => 'newer')).resolves.toBe('newer');
});

test('never are two pieces of work of one key under way, whatever the order of callers', async () => {
  const flights = createSingleFlight<number>();
  let underWay = 0;
  let most = 0;
  const work = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return most;
  };
  const calls = Array.from({ length: 200 }, async (_, index) => {
    for (let turn = 0; turn < index % 7; turn += 1) await Promise.resolve();
    return index % 3 === 0 ? flights.joinNext('a', work) : flights.join('a', work);
  });
  await Promise.all(calls);
  expect(most).toBe(1);
});
