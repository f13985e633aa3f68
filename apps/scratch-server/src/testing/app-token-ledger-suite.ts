import { setTimeout as pause } from 'node:timers/promises';
import { createAppTokenMemory, createAppTokenSource, ProviderError } from '@immint/providers';
import type { AppTokenLedger, AppTokenState, GivenAppToken } from '@immint/providers';
import { Secret } from '@immint/secrets';
import { beforeEach, describe, expect, test } from 'vitest';

/** A ledger that a test can make older. */
export interface LedgerUnderTest {
  /** A ledger that nothing was ever written to. */
  readonly open: () => AppTokenLedger;
  /** Makes everything that was written to the last one so much older, as if time had passed. */
  readonly letPass: (ms: number) => Promise<void>;
}

const FLOOR_MS = 60_000;
const IN_TURN = { outOfTurn: false };
const never = new AbortController().signal;

/** Which of the tokens of this suite it is. */
const nameOf = (token: Secret): string =>
  ['a', 'b', 'c', 'token-1', 'token-2'].find((name) => Secret.of(name).equals(token)) ?? 'another';

const expectAbout = (actualMs: number | undefined, ms: number): void => {
  expect(actualMs).toBeLessThanOrEqual(ms + 1);
  expect(actualMs).toBeGreaterThan(ms - 5_000);
};

const tokenOf = (ask: number): GivenAppToken => ({
  token: Secret.of(`token-${ask}`),
  ttlSeconds: 3_600,
  serverDateMs: undefined,
});
const slowly = async (ask: number): Promise<GivenAppToken> => {
  await pause(200);
  return tokenOf(ask);
};

const shown = ({ token, ...rest }: AppTokenState) => ({ ...rest, token: token && nameOf(token.secret) });

/** What every ledger of app tokens does, wherever it is kept. */
export function describeAppTokenLedger({ open, letPass }: LedgerUnderTest): void {
  let ledger: AppTokenLedger;
  beforeEach(() => {
    ledger = open();
  });

  const take = async (wanted: Parameters<AppTokenLedger['take']>[1] = IN_TURN): Promise<number | undefined> =>
    ledger.take((await ledger.read()).fence, wanted);
  const taken = async (wanted?: Parameters<AppTokenLedger['take']>[1]): Promise<number> => {
    const fence = await take(wanted);
    if (fence === undefined) throw new Error('the right to ask was not given');
    return fence;
  };
  const saved = (fence: number, token: string, ttlMs = 1_000_000) =>
    ledger.save(fence, { token: Secret.of(token), ttlMs });

  test('knows nothing at first, so that anybody may ask', async () => {
    expect(await ledger.read()).toEqual({
      fence: 0,
      token: undefined,
      asking: 'nobody',
      failure: null,
      floorLeftMs: 0,
      mayGoOutOfTurn: true,
    });
  });

  test('keeps what was saved, with what is left of its life and until its renewal', async () => {
    const fence = await taken();
    expect(await saved(fence, 'a')).toBe(true);
    const state = await ledger.read();
    expect(shown(state)).toMatchObject({ token: 'a', asking: 'nobody', failure: null, mayGoOutOfTurn: true });
    expectAbout(state.token?.livesMs, 1_000_000);
    expectAbout(state.token?.renewInMs, 800_000);
    expectAbout(state.floorLeftMs, FLOOR_MS);
    await letPass(850_000);
    const later = await ledger.read();
    expect(shown(later)).toMatchObject({ token: 'a', floorLeftMs: 0 });
    expect(later.token?.renewInMs).toBeLessThan(0);
    await letPass(150_000);
    expect((await ledger.read()).token).toBeUndefined();
  });

  test('counts the life of a token from when the right to ask for it was taken', async () => {
    const fence = await taken();
    await letPass(10_000);
    await saved(fence, 'a');
    expectAbout((await ledger.read()).token?.livesMs, 990_000);
  });

  test('gives the right to ask to one of many, and none to the others while it lasts', async () => {
    const { fence } = await ledger.read();
    const fences = await Promise.all(Array.from({ length: 8 }, () => ledger.take(fence, IN_TURN)));
    expect(fences.filter((given) => given !== undefined)).toHaveLength(1);
    expect((await ledger.read()).asking).toBe('somebody');
    expect(await take()).toBeUndefined();
    expect(await take({ outOfTurn: true })).toBeUndefined();
  });

  test('gives the right to ask to nobody who does not know what was written last', async () => {
    const { fence: before } = await ledger.read();
    await ledger.giveBack(await taken());
    expect(await ledger.take(before, IN_TURN)).toBeUndefined();
    expect(await take()).toBeDefined();
  });

  test('keeps everybody from asking for a minute after an ask, whatever it brought', async () => {
    await saved(await taken(), 'a');
    expect(await take()).toBeUndefined();
    await letPass(FLOOR_MS - 5_000);
    expect(await take()).toBeUndefined();
    await letPass(5_000);
    await ledger.fail(await taken(), { kind: 'failed' });
    expect(await take()).toBeUndefined();
    expectAbout((await ledger.read()).floorLeftMs, FLOOR_MS);
  });

  test('keeps why an ask failed until one succeeds, beside the token that still lives', async () => {
    await saved(await taken(), 'a');
    await letPass(FLOOR_MS);
    expect(await ledger.fail(await taken(), { kind: 'failed', httpStatus: 500 })).toBe(true);
    const failed = { token: 'a', failure: { kind: 'failed', httpStatus: 500 } };
    expect(shown(await ledger.read())).toMatchObject(failed);
    await letPass(FLOOR_MS);
    await ledger.giveBack(await taken());
    expect(shown(await ledger.read())).toMatchObject(failed);
    await saved(await taken(), 'b');
    expect(shown(await ledger.read())).toMatchObject({ token: 'b', failure: null });
  });

  test('counts no ask that did not reach the provider', async () => {
    expect(await ledger.giveBack(await taken())).toBe(true);
    expect(await ledger.read()).toMatchObject({ asking: 'nobody', floorLeftMs: 0 });
    await saved(await taken(), 'a');
    await letPass(10_000);
    await ledger.giveBack(await taken({ outOfTurn: true }));
    const { floorLeftMs, mayGoOutOfTurn } = await ledger.read();
    expectAbout(floorLeftMs, FLOOR_MS - 10_000);
    expect(mayGoOutOfTurn).toBe(true);
  });

  test('lets a refused token be replaced at once, once in that minute', async () => {
    await saved(await taken(), 'a');
    const fence = await taken({ outOfTurn: true, refused: Secret.of('a') });
    expect(shown(await ledger.read())).toMatchObject({ token: undefined, asking: 'somebody', mayGoOutOfTurn: false });
    await saved(fence, 'b');
    expect(await take({ outOfTurn: true, refused: Secret.of('b') })).toBeUndefined();
    expect(shown(await ledger.read())).toMatchObject({ token: 'b', mayGoOutOfTurn: false });
    await letPass(FLOOR_MS);
    await saved(await taken({ outOfTurn: true, refused: Secret.of('b') }), 'c');
    // That one came in turn, since the minute was over.
    expect(shown(await ledger.read())).toMatchObject({ token: 'c', mayGoOutOfTurn: true });
  });

  test('forgets a refused token, and none that came after it', async () => {
    await saved(await taken(), 'a');
    await ledger.forget(Secret.of('before'));
    expect(shown(await ledger.read())).toMatchObject({ token: 'a' });
    await ledger.forget(Secret.of('a'));
    expect(shown(await ledger.read())).toMatchObject({ token: undefined });
    await letPass(FLOOR_MS);
    await saved(await taken({ outOfTurn: false, refused: Secret.of('a') }), 'b');
    expect(shown(await ledger.read())).toMatchObject({ token: 'b' });
  });

  test('keeps the right to ask of whoever renews it, and of nobody else', async () => {
    const fence = await taken();
    await letPass(1_500);
    expect(await ledger.renew(fence)).toBe(true);
    await letPass(1_500);
    expect((await ledger.read()).asking).toBe('somebody');
    await letPass(600);
    expect((await ledger.read()).asking).toBe('died');
  });

  test('counts an ask whose end nobody wrote as one, from when the right to it ran out', async () => {
    const fence = await taken();
    await letPass(2_000);
    const { asking, floorLeftMs } = await ledger.read();
    expect(asking).toBe('died');
    expectAbout(floorLeftMs, FLOOR_MS);
    expect(await take()).toBeUndefined();
    await letPass(FLOOR_MS);
    const next = await taken();
    expect(next).toBeGreaterThan(fence);
    // It did not reach the provider, so the one that died is still the last that may have.
    await ledger.giveBack(next);
    expect((await ledger.read()).floorLeftMs).toBe(0);
  });

  test('lets a token that was refused while its renewal died be replaced once', async () => {
    await saved(await taken(), 'a');
    await letPass(FLOOR_MS);
    await taken();
    await letPass(2_000);
    await taken({ outOfTurn: true, refused: Secret.of('a') });
    await letPass(2_000);
    expect(await take({ outOfTurn: true, refused: Secret.of('a') })).toBeUndefined();
  });

  test.each(['save', 'fail', 'giveBack', 'renew'] as const)(
    'lets nobody %s whose right to ask somebody else took over',
    async (what) => {
      const late = await taken();
      await letPass(2_000 + FLOOR_MS);
      await saved(await taken(), 'b');
      const before = await ledger.read();
      const write = {
        save: () => saved(late, 'late'),
        fail: () => ledger.fail(late, { kind: 'failed' }),
        giveBack: () => ledger.giveBack(late),
        renew: () => ledger.renew(late),
      };
      expect(await write[what]()).toBe(false);
      expect(shown(await ledger.read())).toMatchObject({ ...shown(before), floorLeftMs: expect.any(Number) });
    },
  );

  test('takes what a late one brings where nobody took over, and nothing twice', async () => {
    const fence = await taken();
    await letPass(30_000);
    expect(await saved(fence, 'a')).toBe(true);
    expect(await saved(fence, 'again')).toBe(false);
    const state = await ledger.read();
    expect(shown(state)).toMatchObject({ token: 'a', asking: 'nobody' });
    expectAbout(state.floorLeftMs, FLOOR_MS);
  });

  describe('under several processes', () => {
    let asks: number;
    const startProcesses = (count: number, answer: (ask: number) => GivenAppToken | Promise<GivenAppToken>) =>
      Array.from({ length: count }, () =>
        createAppTokenSource(
          async () => {
            asks += 1;
            return answer(asks);
          },
          {
            memory: createAppTokenMemory(ledger),
            place: 'https://a.example.com',
            monotonicMs: () => performance.now(),
          },
        ),
      );
    beforeEach(() => {
      asks = 0;
    });

    test('brings one ask for 800 callers, and one more for all who were refused with the token', async () => {
      const sources = startProcesses(4, slowly);
      const callers = sources.flatMap((source) => Array.from({ length: 200 }, () => source.current(never)));
      const tokens = await Promise.all(callers);
      expect(new Set(tokens.map(nameOf))).toEqual(new Set(['token-1']));
      expect(asks).toBe(1);
      const replaced = sources.flatMap((source) =>
        Array.from({ length: 200 }, () => source.replace(Secret.of('token-1'), never)),
      );
      const others = await Promise.all(replaced);
      expect(new Set(others.map(nameOf))).toEqual(new Set(['token-2']));
      expect(asks).toBe(2);
    });

    test('brings one ask for a renewal that is due, and nobody waits for it', async () => {
      await saved(await taken(), 'a');
      await letPass(850_000);
      const sources = startProcesses(4, slowly);
      const callAll = async () => (await Promise.all(sources.map((source) => source.current(never)))).map(nameOf);
      expect(await callAll()).toEqual(['a', 'a', 'a', 'a']);
      expect(await callAll()).toEqual(['a', 'a', 'a', 'a']);
      await expect.poll(callAll, { timeout: 5_000 }).toEqual(['token-1', 'token-1', 'token-1', 'token-1']);
      expect(asks).toBe(1);
    });

    test('brings one ask for checks and callers together', async () => {
      const sources = startProcesses(4, slowly);
      const checks = sources.flatMap((source) => [source.check(never), source.check(never)]);
      await Promise.all(sources.map((source) => source.current(never)));
      const asked = (await Promise.all(checks)).filter(({ isRemembered }) => !isRemembered);
      expect(asked.length).toBeLessThanOrEqual(1);
      expect(asks).toBe(1);
    });

    test('brings one failure for all', async () => {
      const sources = startProcesses(4, async () => {
        throw new ProviderError('credentials-refused', { blames: 'secret', httpStatus: 400 });
      });
      const callers = sources.flatMap((source) => Array.from({ length: 20 }, () => source.current(never)));
      const outcomes = await Promise.allSettled(callers);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({ reason: { kind: 'credentials-refused', blames: 'secret', httpStatus: 400 } });
      }
      expect(asks).toBe(1);
    });
  });
}
