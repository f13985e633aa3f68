import { Secret } from '@immint/secrets';
import { beforeEach, describe, expect, test } from 'vitest';

import {
  type AppTokenSource,
  createAppTokenMemory,
  createAppTokenSource,
  type GivenAppToken,
} from './easemob-app-token.ts';
import { ProviderError } from './provider-error.ts';
import { failureOf } from './testing/provider-suite.ts';

const never = new AbortController().signal;
const refusal = new ProviderError('failed', { httpStatus: 500 });

describe('the app token', () => {
  let nowMs: number;
  let asks: PromiseWithResolvers<GivenAppToken>[];
  let source: AppTokenSource;

  beforeEach(() => {
    nowMs = 1_000_000;
    asks = [];
    source = createAppTokenSource(
      () => {
        const asked = Promise.withResolvers<GivenAppToken>();
        asks.push(asked);
        return asked.promise;
      },
      () => nowMs,
    );
  });

  const give = (token: string, ttlSeconds = 1_000): void =>
    asks.at(-1)?.resolve({ token: Secret.of(token), ttlSeconds, serverDateMs: 7 });
  const current = async (): Promise<string> => (await source.current(never)).reveal();
  const replace = async (refused: string): Promise<string> =>
    (await source.replace(Secret.of(refused), never)).reveal();
  const obtain = async (token: string, ttlSeconds?: number): Promise<void> => {
    const obtained = current();
    give(token, ttlSeconds);
    expect(await obtained).toBe(token);
  };

  test('is asked for once by any number of callers, and then kept', async () => {
    const callers = Array.from({ length: 100 }, () => current());
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
    expect(asks).toHaveLength(2);
    give('b');
    await asks[1]?.promise;
    await expect.poll(current).toBe('b');
  });

  test('lives on when its early renewal fails, and the next minute tries again', async () => {
    await obtain('a');
    nowMs += 800_000;
    expect(await current()).toBe('a');
    asks[1]?.reject(refusal);
    await source.current(never);
    await expect(asks[1]?.promise).rejects.toBe(refusal);
    nowMs += 59_999;
    expect(await current()).toBe('a');
    expect(asks).toHaveLength(2);
    nowMs += 1;
    expect(await current()).toBe('a');
    expect(asks).toHaveLength(3);
  });

  test('is waited for by a caller who comes when it has expired', async () => {
    await obtain('a');
    nowMs += 1_000_000;
    const waiting = current();
    give('b');
    expect(await waiting).toBe('b');
    expect(asks).toHaveLength(2);
  });

  test('a failure is answered to everybody for a minute, with the time that is left', async () => {
    const first = failureOf(current());
    asks[0]?.reject(refusal);
    expect(await first).toBe(refusal);
    nowMs += 20_000;
    expect(await failureOf(current())).toMatchObject({ kind: 'failed', httpStatus: 500, retryAfterMs: 40_000 });
    expect(await failureOf(source.check(never))).toMatchObject({ kind: 'failed', retryAfterMs: 40_000 });
    expect(asks).toHaveLength(1);
    nowMs += 40_000;
    await obtain('a');
  });

  test.each([
    new ProviderError('unreachable', { mayHaveExecuted: false }),
    new ProviderError('timed-out', { mayHaveExecuted: false }),
    new ProviderError('held-back'),
    new ProviderError('circuit-open'),
    new ProviderError('app-paused'),
  ])('what certainly did not reach the provider ($kind) does not use up the minute', async (error) => {
    const first = failureOf(current());
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

  describe('that was refused', () => {
    test('is replaced at once, by one ask for all whose calls were refused with it', async () => {
      await obtain('a');
      const replaced = [replace('a'), replace('a'), current()];
      give('b');
      expect(await Promise.all(replaced)).toEqual(['b', 'b', 'b']);
      expect(await replace('a')).toBe('b');
      expect(asks).toHaveLength(2);
    });

    test('twice within a minute is not replaced a second time', async () => {
      await obtain('a');
      const replaced = replace('a');
      give('b');
      expect(await replaced).toBe('b');
      nowMs += 10_000;
      expect(await failureOf(replace('b'))).toMatchObject({ kind: 'asked-too-often', retryAfterMs: 50_000 });
      nowMs += 50_000;
      const later = replace('b');
      give('c');
      expect(await later).toBe('c');
    });
  });

  describe('a check', () => {
    test('asks, and brings the clock of the provider', async () => {
      const checked = source.check(never);
      give('a');
      expect(await checked).toEqual({ serverDateMs: 7, isRemembered: false });
    });

    test('within a minute of the last ask says what that one showed', async () => {
      await obtain('a');
      expect(await source.check(never)).toEqual({ serverDateMs: undefined, isRemembered: true });
      nowMs += 60_000;
      const checked = source.check(never);
      expect(asks).toHaveLength(2);
      give('b');
      expect(await checked).toEqual({ serverDateMs: 7, isRemembered: false });
      expect(await current()).toBe('b');
    });
  });

  test('a caller waits no longer than its own deadline, and the others still get the token', async () => {
    const impatient = new AbortController();
    const givenUp = failureOf(source.current(impatient.signal));
    const patient = current();
    impatient.abort();
    expect(await givenUp).toMatchObject({ kind: 'timed-out', mayHaveExecuted: false });
    expect(await failureOf(source.current(impatient.signal))).toMatchObject({ kind: 'timed-out' });
    give('a');
    expect(await patient).toBe('a');
    expect(asks).toHaveLength(1);
  });
});

describe('a connection that is made anew with the same credentials', () => {
  test('goes on with the token of the one before, and keeps to its minute', async () => {
    const memory = createAppTokenMemory();
    let asked = 0;
    const ask = async (): Promise<GivenAppToken> => {
      asked += 1;
      return { token: Secret.of(`app-token-${asked}`), ttlSeconds: 3600, serverDateMs: undefined };
    };
    const before = createAppTokenSource(ask, () => 1_000, memory);
    const after = createAppTokenSource(ask, () => 2_000, memory);
    const token = await before.current(never);
    expect((await after.current(never)).equals(token)).toBe(true);
    await after.check(never);
    expect(asked).toBe(1);
  });
});

describe('a check of the credentials', () => {
  const given = (): GivenAppToken => ({ token: Secret.of('app-token'), ttlSeconds: 3600, serverDateMs: 7 });

  test('says whether the provider was asked, or what it said within the minute', async () => {
    const source = createAppTokenSource(
      async () => given(),
      () => 1_000,
    );
    expect(await source.check(never)).toEqual({ serverDateMs: 7, isRemembered: false });
    expect(await source.check(never)).toEqual({ serverDateMs: undefined, isRemembered: true });
  });

  test('repeats a refusal of less than a minute ago, though an older token still lives', async () => {
    let nowMs = 0;
    let refuses = false;
    const source = createAppTokenSource(
      async () => {
        if (refuses) throw new ProviderError('credentials-refused');
        return given();
      },
      () => nowMs,
    );
    await source.check(never);
    refuses = true;
    nowMs = 61_000;
    await expect(source.check(never)).rejects.toMatchObject({ kind: 'credentials-refused' });
    nowMs = 62_000;
    await expect(source.check(never)).rejects.toMatchObject({ kind: 'credentials-refused', retryAfterMs: 59_000 });
  });
});
