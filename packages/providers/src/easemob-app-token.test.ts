import { Secret } from '@immint/secrets';
import { beforeEach, describe, expect, test } from 'vitest';

import type { AppTokenLedger } from './app-token-ledger.ts';
import { createAppTokenLedgerInMemory } from './app-token-ledger-in-memory.ts';
import { type AppTokenMemory, createAppTokenMemory } from './app-token-memory.ts';
import type { GivenAppToken } from './app-token-turn.ts';
import { type AppTokenSource, createAppTokenSource } from './easemob-app-token.ts';
import { ProviderError } from './provider-error.ts';
import type { ProviderEvent } from './provider-event.ts';
import { failureOf } from './testing/provider-suite.ts';

const never = new AbortController().signal;
const refusal = new ProviderError('failed', { httpStatus: 500 });

let nowMs: number;
let asks: PromiseWithResolvers<GivenAppToken>[];
let ledger: AppTokenLedger;
let source: AppTokenSource;
let memory: AppTokenMemory;
let place: string;
let events: ProviderEvent[];

/** A process that shares the ledger. */
const startProcess = (shared: AppTokenLedger = ledger): AppTokenSource => {
  memory = createAppTokenMemory(shared);
  return connectAgain();
};
const connectAgain = (): AppTokenSource =>
  createAppTokenSource(
    ({ beforeSend }) => {
      beforeSend();
      const asked = Promise.withResolvers<GivenAppToken>();
      asks.push(asked);
      return asked.promise;
    },
    { memory, place, monotonicMs: () => nowMs, observe: (event) => void events.push(event) },
  );

beforeEach(() => {
  nowMs = 1_000_000;
  asks = [];
  events = [];
  place = 'https://one.example.com';
  ledger = createAppTokenLedgerInMemory(() => nowMs);
  source = startProcess();
});

const asked = (times: number) => expect.poll(() => asks.length, { interval: 1 }).toBe(times);
const give = (token: string, ttlSeconds = 1_000): void =>
  asks.at(-1)?.resolve({ token: Secret.of(token), ttlSeconds, serverDateMs: 7 });
const current = async (by = source): Promise<string> => (await by.current(never)).reveal();
const replace = async (refused: string, by = source): Promise<string> =>
  (await by.replace(Secret.of(refused), never)).reveal();

/** Obtains a token that has to be asked for. */
const obtain = async (token: string, ttlSeconds?: number): Promise<void> => {
  const before = asks.length;
  const obtained = current();
  await asked(before + 1);
  give(token, ttlSeconds);
  expect(await obtained).toBe(token);
};
describe('the app token', () => {
  test('is asked for once by any number of callers, and then kept', async () => {
    const callers = Array.from({ length: 100 }, () => current());
    await asked(1);
    give('a');
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['a']));
    expect(await current()).toBe('a');
    expect(asks).toHaveLength(1);
  });

  test('is renewed when 80 % of its life is over, while everybody goes on with the old one', async () => {
    await obtain('a');
    nowMs += 799_999;
    expect(await current()).toBe('a');
    expect(asks).toHaveLength(1);
    nowMs += 1;
    expect([await current(), await current()]).toEqual(['a', 'a']);
    await asked(2);
    give('b');
    await expect.poll(() => current()).toBe('b');
    expect(asks).toHaveLength(2);
  });

  test('lives on when its early renewal fails, and the next minute tries again', async () => {
    await obtain('a');
    nowMs += 800_000;
    expect(await current()).toBe('a');
    await asked(2);
    asks[1]?.reject(refusal);
    await Promise.all(memory.underWay);
    nowMs += 59_999;
    expect(await current()).toBe('a');
    await Promise.all(memory.underWay);
    expect(asks).toHaveLength(2);
    nowMs += 1;
    expect(await current()).toBe('a');
    await asked(3);
  });

  test('is waited for by a caller who comes when it has expired', async () => {
    await obtain('a');
    nowMs += 1_000_000;
    await obtain('b');
    expect(asks).toHaveLength(2);
  });

  test('a failure is answered to everybody for a minute, with the time that is left', async () => {
    const first = failureOf(current());
    await asked(1);
    asks[0]?.reject(refusal);
    expect(await first).toBe(refusal);
    nowMs += 20_000;
    expect(await failureOf(current())).toMatchObject({ kind: 'failed', httpStatus: 500, retryAfterMs: 40_000 });
    expect(await failureOf(source.check(never))).toMatchObject({ kind: 'failed', retryAfterMs: 40_000 });
    expect(asks).toHaveLength(1);
    nowMs += 40_000;
    await obtain('a');
  });

  test('a failure of another place than the account has now says only that it was asked for', async () => {
    const first = failureOf(current());
    await asked(1);
    asks[0]?.reject(new ProviderError('credentials-refused', { blames: 'app-key' }));
    await first;
    place = 'https://other.example.com';
    expect(await failureOf(connectAgain().current(never))).toMatchObject({
      kind: 'asked-too-often',
      retryAfterMs: 60_000,
    });
  });

  test.each([
    new ProviderError('unreachable', { mayHaveExecuted: false }),
    new ProviderError('timed-out', { mayHaveExecuted: false }),
    new ProviderError('held-back'),
    new ProviderError('circuit-open'),
    new ProviderError('app-paused'),
  ])('what certainly did not reach the provider ($kind) does not use up the minute', async (error) => {
    const first = failureOf(current());
    await asked(1);
    asks[0]?.reject(error);
    expect(await first).toMatchObject({ kind: error.kind });
    await obtain('a');
  });

  test('a short-lived one is not asked for again within the minute', async () => {
    await obtain('a', 30);
    nowMs += 31_000;
    expect(await failureOf(current())).toMatchObject({
      kind: 'asked-too-often',
      retryable: true,
      retryAfterMs: 29_000,
    });
  });

  test('is not asked for by whoever lost the right to while waiting to send', async () => {
    let waitMs = 2_000;
    const slow = createAppTokenSource(
      async ({ beforeSend }) => {
        nowMs += waitMs;
        waitMs = 0;
        beforeSend();
        throw refusal;
      },
      { memory, place, monotonicMs: () => nowMs },
    );
    // It looks again, and there is time: only the first wait was too long.
    expect(await failureOf(slow.current(never))).toBe(refusal);
    expect(await ledger.read()).toMatchObject({ asking: 'nobody', failure: { kind: 'failed' } });
  });

  describe('that was refused', () => {
    test('is replaced at once, by one ask for all whose calls were refused with it', async () => {
      await obtain('a');
      const replaced = [replace('a'), replace('a'), current()];
      await asked(2);
      give('b');
      expect(await Promise.all(replaced)).toEqual(['b', 'b', 'b']);
      expect(await replace('a')).toBe('b');
      expect(asks).toHaveLength(2);
    });

    test('twice within a minute is not replaced a second time, and not used again', async () => {
      await obtain('a');
      const replaced = replace('a');
      await asked(2);
      give('b');
      expect(await replaced).toBe('b');
      nowMs += 10_000;
      expect(await failureOf(replace('b'))).toMatchObject({ kind: 'asked-too-often', retryAfterMs: 50_000 });
      expect(await failureOf(current())).toMatchObject({ kind: 'asked-too-often', retryAfterMs: 50_000 });
      nowMs += 50_000;
      const later = replace('b');
      await asked(3);
      give('c');
      expect(await later).toBe('c');
    });

    test('is replaced by the token that an early renewal is about to bring', async () => {
      await obtain('a');
      nowMs += 800_000;
      await current();
      await asked(2);
      const replaced = replace('a');
      give('b');
      expect(await replaced).toBe('b');
      expect(asks).toHaveLength(2);
    });
  });

  describe('a check', () => {
    test('asks, and brings the clock of the provider', async () => {
      const checked = source.check(never);
      await asked(1);
      give('a');
      expect(await checked).toEqual({ serverDateMs: 7, isRemembered: false });
    });

    test('within a minute of the last ask says what that one showed', async () => {
      await obtain('a');
      expect(await source.check(never)).toEqual({ serverDateMs: undefined, isRemembered: true });
      nowMs += 60_000;
      const checked = source.check(never);
      await asked(2);
      give('b');
      expect(await checked).toEqual({ serverDateMs: 7, isRemembered: false });
      expect(await current()).toBe('b');
    });

    test('repeats a refusal of less than a minute ago, though an older token still lives', async () => {
      await obtain('a');
      nowMs += 61_000;
      const checked = failureOf(source.check(never));
      await asked(2);
      asks[1]?.reject(new ProviderError('credentials-refused', { blames: 'secret' }));
      expect(await checked).toMatchObject({ kind: 'credentials-refused' });
      nowMs += 1_000;
      expect(await failureOf(source.check(never))).toMatchObject({
        kind: 'credentials-refused',
        blames: 'secret',
        retryAfterMs: 59_000,
      });
      expect(await current()).toBe('a');
    });
  });

  test('a caller waits no longer than its own deadline, and the others still get the token', async () => {
    const impatient = new AbortController();
    const givenUp = failureOf(source.current(impatient.signal));
    const patient = current();
    await asked(1);
    impatient.abort();
    expect(await givenUp).toMatchObject({ kind: 'timed-out', mayHaveExecuted: false });
    expect(await failureOf(source.current(impatient.signal))).toMatchObject({ kind: 'timed-out' });
    give('a');
    expect(await patient).toBe('a');
    expect(asks).toHaveLength(1);
  });

  test('is there for a connection that is made anew with the same credentials', async () => {
    await obtain('a');
    const again = connectAgain();
    expect(await current(again)).toBe('a');
    expect(await again.check(never)).toMatchObject({ isRemembered: true });
    expect(asks).toHaveLength(1);
  });
});

describe('the app token of several processes', () => {
  let other: AppTokenSource;
  beforeEach(() => {
    other = startProcess();
  });

  test('is asked for by one of them, and all get it', async () => {
    const callers = [source, other, startProcess()].flatMap((by) => [current(by), current(by)]);
    await asked(1);
    give('a');
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['a']));
    expect(asks).toHaveLength(1);
  });

  test('fails for all of them with one failure', async () => {
    const failures = [source, other].map((by) => failureOf(by.current(never)));
    await asked(1);
    asks[0]?.reject(new ProviderError('broke-contract', { detail: 'What it was.', httpStatus: 200 }));
    for (const failure of failures) {
      expect(await failure).toMatchObject({ kind: 'broke-contract', httpStatus: 200, detail: 'What it was.' });
    }
    expect(asks).toHaveLength(1);
  });

  test('is replaced once, however many of them find it refused', async () => {
    await obtain('a');
    expect(await current(other)).toBe('a');
    const replaced = [source, other].flatMap((by) => [replace('a', by), replace('a', by)]);
    await asked(2);
    give('b');
    expect(new Set(await Promise.all(replaced))).toEqual(new Set(['b']));
    expect(await replace('a', startProcess())).toBe('b');
    expect(asks).toHaveLength(2);
  });

  test('is renewed early by one of them, and the others take over what it brought', async () => {
    await obtain('a');
    await current(other);
    nowMs += 800_000;
    expect([await current(), await current(other)]).toEqual(['a', 'a']);
    await asked(2);
    give('b');
    nowMs += 1_000;
    await expect.poll(() => current(other)).toBe('b');
    expect(asks).toHaveLength(2);
  });

  test('is not told by a check of a second process to be right before the first has the answer', async () => {
    const [first, second] = [source.check(never), other.check(never)];
    await asked(1);
    give('a');
    const checked = [await first, await second];
    expect(checked.filter(({ isRemembered }) => isRemembered)).toHaveLength(1);
    expect(asks).toHaveLength(1);
  });

  test('is waited for when the one that asks was held up a little longer than its right lasts', async () => {
    const asking = current();
    await asked(1);
    nowMs += 3_000;
    const waiting = current(other);
    give('a');
    expect([await asking, await waiting]).toEqual(['a', 'a']);
    expect(asks).toHaveLength(1);
  });

  test('counts as asked for when the one that asks dies, and the minute is kept from when its right ran out', async () => {
    void failureOf(current());
    await asked(1);
    nowMs += 4_000;
    // Stopped together with its process, so that nothing keeps its right alive.
    expect(await failureOf(other.current(never))).toMatchObject({ kind: 'asked-too-often', retryAfterMs: 58_000 });
    nowMs += 58_000;
    const later = current(other);
    await asked(2);
    asks[0]?.resolve({ token: Secret.of('late'), ttlSeconds: 1_000, serverDateMs: 7 });
    give('b');
    expect(await later).toBe('b');
    expect(await current(startProcess())).toBe('b');
    await expect.poll(() => events).toContainEqual({ kind: 'app-token-late' });
    expect(events.filter(({ kind }) => kind === 'app-token-asked')).toHaveLength(2);
  });
});

describe('a ledger that cannot be reached', () => {
  const unreachable = new Error('unreachable');
  const unable = () => Promise.reject(unreachable);

  test('does not keep anybody from a token that lives, until it ends', async () => {
    await obtain('a');
    ledger.read = unable;
    nowMs += 999_999;
    expect(await current()).toBe('a');
    nowMs += 1;
    await expect(current()).rejects.toBe(unreachable);
  });

  test('does not cost the token that the provider gave meanwhile', async () => {
    const whole = { ...ledger };
    const obtained = current();
    await asked(1);
    ledger.save = unable;
    give('a');
    expect(await obtained).toBe('a');
    expect(events).toContainEqual({ kind: 'app-token-unsaved' });
    Object.assign(ledger, whole);
    await expect.poll(async () => (await ledger.read()).token?.secret.reveal(), { timeout: 3_000 }).toBe('a');
  });
});
