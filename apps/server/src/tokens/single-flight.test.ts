import { describe, expect, test } from 'vitest';
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

test('any number of callers who want the same share one piece of work', async () => {
  const flights = createSingleFlight<string>();
  const first = gate();
  const calls = Array.from({ length: 100 }, () => flights.join('a', 'any', first.work));
  first.resolve('token');
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['token']));
  expect(first.started()).toBe(1);
});

test('two keys do not wait for each other', async () => {
  const flights = createSingleFlight<string>();
  const slow = gate();
  const blocked = flights.join('a', 'any', slow.work);
  await expect(flights.join('b', 'any', async () => 'b')).resolves.toBe('b');
  slow.resolve('a');
  await expect(blocked).resolves.toBe('a');
});

test('a failure reaches everybody who waited for it, and the next caller starts anew', async () => {
  const flights = createSingleFlight<string>();
  const first = gate();
  const calls = [flights.join('a', 'any', first.work), flights.join('a', 'any', first.work)];
  first.reject(new Error('refused'));
  await Promise.all(calls.map((call) => expect(call).rejects.toThrow('refused')));
  await expect(flights.join('a', 'any', async () => 'again')).resolves.toBe('again');
});

test('a caller who wants something else waits, and is given neither the result nor the failure of the others', async () => {
  const flights = createSingleFlight<string>();
  const first = gate();
  const second = gate();
  const one = flights.join('a', 'any', first.work);
  const others = [flights.join('a', 'short', second.work), flights.join('a', 'short', second.work)];
  expect(second.started()).toBe(0);
  first.reject(new Error('refused'));
  await expect(one).rejects.toThrow('refused');
  second.resolve('short');
  await expect(Promise.all(others)).resolves.toEqual(['short', 'short']);
  expect(second.started()).toBe(1);
});

test('a call for the next flight never joins one that has begun', async () => {
  const flights = createSingleFlight<string>();
  const first = gate();
  const second = gate();
  const early = flights.joinNext('a', 'fresh', first.work);
  expect(first.started()).toBe(1);
  const late = [flights.joinNext('a', 'fresh', second.work), flights.joinNext('a', 'fresh', second.work)];
  expect(second.started()).toBe(0);
  first.resolve('old');
  await expect(early).resolves.toBe('old');
  second.resolve('new');
  await expect(Promise.all(late)).resolves.toEqual(['new', 'new']);
  expect(second.started()).toBe(1);
  await flights.settled();
});

test('never are two pieces of work of one key under way, and none is forgotten, whatever the order of callers', async () => {
  const flights = createSingleFlight<string>();
  let underWay = 0;
  let most = 0;
  const workOf = (kind: string) => async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return kind;
  };
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      for (let turn = 0; turn < index % 7; turn += 1) await Promise.resolve();
      const kind = String(index % 4);
      const answer = await (index % 3 === 0
        ? flights.joinNext('a', kind, workOf(kind))
        : flights.join('a', kind, workOf(kind)));
      return answer === kind;
    }),
  );
  expect(most).toBe(1);
  expect(answers.filter((isRight) => !isRight)).toEqual([]);
  await flights.settled();
});

describe('work that is begun behind logins', () => {
  test('is told as soon as a login waits for it, or behind it, and not before', async () => {
    const flights = createSingleFlight<string>();
    const end = Promise.withResolvers<string>();
    const heard: AbortSignal[] = [];
    const work = (hurried: AbortSignal) => {
      heard.push(hurried);
      return end.promise;
    };
    const calls = [
      flights.join('a', 'any', work, 'background'),
      flights.join('a', 'other', work, 'background'),
      flights.join('b', 'any', work, 'background'),
      flights.join('a', 'any', work, 'background'),
    ];
    expect(heard.map(({ aborted }) => aborted)).toEqual([false, false]);
    calls.push(flights.join('a', 'any', work));
    expect(heard.map(({ aborted }) => aborted)).toEqual([true, false]);
    end.resolve('token');
    await Promise.all(calls);
    expect(heard.map(({ aborted }) => aborted)).toEqual([true, false, false]);
  });

  test('is told what else stands before a login, and a login’s own work from the beginning', async () => {
    const flights = createSingleFlight<string>();
    const heard: AbortSignal[] = [];
    const work = async (hurried: AbortSignal) => {
      heard.push(hurried);
      return 'token';
    };
    const calls = [flights.join('a', 'any', work, 'background'), flights.joinNext('a', 'fresh', work)];
    expect(heard.map(({ aborted }) => aborted)).toEqual([true]);
    await Promise.all(calls);
    expect(heard.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
