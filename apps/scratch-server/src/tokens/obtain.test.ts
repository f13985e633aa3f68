import { ProviderError } from '@immint/providers';
import { Secret } from '@immint/secrets';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectApp, describe as describeRecord } from '../apps/app-connections.ts';
import { openScriptedHouse, tokenNamed } from '../testing/scripted-house.ts';
import { obtainToken } from './obtain.ts';

type House = Awaited<ReturnType<typeof openScriptedHouse>>;
let house: House;
beforeAll(async () => {
  house = await openScriptedHouse();
  await house.addApp('rc', 'rongcloud');
  await house.addApp('em', 'easemob');
  await house.addApp('fold', 'easemob', { userIdCase: 'fold' });
  await house.addApp('away', 'nexconn', { profileOwner: 'elsewhere' });
});
beforeEach(() => {
  house.provider.asked.length = 0;
  house.provider.updates.length = 0;
  house.provider.answer = async (_request, index) => tokenNamed(`token-${index}`);
  house.provider.updateProfile = async () => {};
});
afterAll(() => house.close());

const obtain = (input: Parameters<typeof obtainToken>[1]) => obtainToken(house.call, input);

describe('the stored token', () => {
  test('is handed out again, and the provider is asked once', async () => {
    const first = await obtain({ app: 'rc', userId: 'u1' });
    const second = await obtain({ app: 'rc', userId: 'u1' });
    expect(first).toMatchObject({ token: 'token-0', source: 'issued', generation: 1 });
    expect(second).toEqual({ ...first, source: 'stored' });
    expect(house.provider.asked).toHaveLength(1);
  });

  test('is replaced when it is near its end by the database’s clock', async () => {
    house.provider.answer = async (_request, index) => tokenNamed(`token-${index}`, 60);
    await obtain({ app: 'em', userId: 'u2' });
    const { id } = (await house.services.apps.find('em')) ?? { id: 0 };
    // The same as waiting 54 s: what is left is within the margin of a tenth.
    await house.services.tokens.save(
      {
        appId: id,
        canonicalUserId: 'u2',
        userId: 'u2',
        name: 'u2',
        expectedGeneration: 1,
        secretEpoch: 1,
        revocationEpoch: 0,
        fence: 1,
        token: Secret.of('ending'),
        issuedAtMs: Date.now() - 55_000,
        lifetime: 'known',
        expiresAtMs: Date.now() + 5_000,
        replaced: false,
      },
      { actor: 'tests', action: 'token.issue' },
    );
    expect(await obtain({ app: 'em', userId: 'u2' })).toMatchObject({ token: 'token-1', generation: 3 });
  });

  test('is handed out while the provider refuses everything', async () => {
    await obtain({ app: 'rc', userId: 'u3' });
    house.provider.answer = () => Promise.reject(new ProviderError('credentials-refused'));
    await expect(obtain({ app: 'rc', userId: 'u3' })).resolves.toMatchObject({ source: 'stored' });
    await expect(obtain({ app: 'rc', userId: 'u3', fresh: true })).rejects.toMatchObject({
      kind: 'credentials-refused',
    });
    await expect(obtain({ app: 'rc', userId: 'u3' })).resolves.toMatchObject({ token: 'token-0', generation: 1 });
  });
});

describe('many callers at once', () => {
  test('get one token out of one call, and a failure reaches them all without being stored', async () => {
    house.provider.answer = () => Promise.reject(new ProviderError('failed'));
    const failed = await Promise.allSettled(Array.from({ length: 20 }, () => obtain({ app: 'rc', userId: 'many' })));
    expect(failed.map((result) => result.status)).toEqual(Array.from({ length: 20 }, () => 'rejected'));
    expect(house.provider.asked).toHaveLength(1);

    house.provider.answer = async () => tokenNamed('after-all');
    const tokens = await Promise.all(Array.from({ length: 20 }, () => obtain({ app: 'rc', userId: 'many' })));
    expect(new Set(tokens.map(({ token }) => token))).toEqual(new Set(['after-all']));
    expect(house.provider.asked).toHaveLength(2);
  });

  test('a fresh one never joins a call that began before it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    house.provider.answer = async (_request, index) => {
      if (index === 0) await promise;
      return tokenNamed(`token-${index}`);
    };
    const early = obtain({ app: 'rc', userId: 'order' });
    await expect.poll(() => house.provider.asked.length).toBe(1);
    const fresh = obtain({ app: 'rc', userId: 'order', fresh: true });
    resolve();
    expect(await early).toMatchObject({ token: 'token-0', generation: 1 });
    expect(await fresh).toMatchObject({ token: 'token-1', generation: 2, source: 'issued' });
  });

  test('one who bounds the life does not get the longer token that another asked for', async () => {
    house.provider.answer = async ({ ttlSeconds = 86_400 }, index) => tokenNamed(`token-${index}`, ttlSeconds);
    const [long, short] = await Promise.all([
      obtain({ app: 'em', userId: 'bound' }),
      obtain({ app: 'em', userId: 'bound', ttlSeconds: 600 }),
    ]);
    expect((short.expiresAtMs ?? Infinity) - short.issuedAtMs).toBeLessThanOrEqual(600_000);
    expect(long.generation).toBeLessThan(short.generation);
  });
});

describe('callers who want different things at once', () => {
  test('a fresh one with a bound gets a token within its bound, also beside a fresh one without', async () => {
    house.provider.answer = async ({ ttlSeconds = 86_400 }, index) => tokenNamed(`token-${index}`, ttlSeconds);
    const results = await Promise.allSettled([
      obtain({ app: 'em', userId: 'mixed1', fresh: true }),
      obtain({ app: 'em', userId: 'mixed1', fresh: true, ttlSeconds: 60 }),
    ]);
    const bounded = results[1];
    expect(bounded).toMatchObject({ status: 'fulfilled' });
    const value = bounded?.status === 'fulfilled' ? bounded.value : undefined;
    expect((value?.expiresAtMs ?? Infinity) - (value?.issuedAtMs ?? 0)).toBe(60_000);
  });

  test('a plain one is never refused because a fresh one came too soon', async () => {
    await obtain({ app: 'rc', userId: 'mixed2' });
    await obtain({ app: 'rc', userId: 'mixed2', fresh: true });
    const [fresh, plain] = await Promise.allSettled([
      obtain({ app: 'rc', userId: 'mixed2', fresh: true }),
      obtain({ app: 'rc', userId: 'mixed2' }),
    ]);
    expect(fresh).toMatchObject({ status: 'rejected', reason: { reason: 'FRESH_TOO_SOON' } });
    expect(plain).toMatchObject({ status: 'fulfilled', value: { source: 'stored', generation: 2 } });
  });

  test('a fresh one that replaces a token at its end costs nothing of its budget', async () => {
    const { id } = (await house.services.apps.find('em')) ?? { id: 0 };
    await house.services.tokens.save(
      {
        appId: id,
        canonicalUserId: 'mixed3',
        userId: 'mixed3',
        name: 'mixed3',
        expectedGeneration: 0,
        secretEpoch: 1,
        revocationEpoch: 0,
        fence: 0,
        token: Secret.of('ended'),
        issuedAtMs: Date.now() - 60_000,
        lifetime: 'known',
        expiresAtMs: Date.now() - 1_000,
        replaced: false,
      },
      { actor: 'tests', action: 'token.issue' },
    );
    const fresh = () => obtain({ app: 'em', userId: 'mixed3', fresh: true });
    expect(await fresh()).toMatchObject({ source: 'issued', generation: 2 });
    expect(await fresh()).toMatchObject({ source: 'issued', generation: 3 });
    await expect(fresh()).rejects.toMatchObject({ reason: 'FRESH_TOO_SOON' });
  });

  test('the right spelling is not refused because a wrong one was first in line', async () => {
    await obtain({ app: 'fold', userId: 'carol' });
    const [wrong, right] = await Promise.allSettled([
      obtain({ app: 'fold', userId: 'CAROL', fresh: true }),
      obtain({ app: 'fold', userId: 'carol', fresh: true }),
    ]);
    expect(wrong).toMatchObject({ status: 'rejected', reason: { reason: 'USER_ID_SPELLING_TAKEN' } });
    expect(right).toMatchObject({ status: 'fulfilled', value: { userId: 'carol' } });
  });

  test('fifty logins with one new name send it once', async () => {
    await obtain({ app: 'rc', userId: 'mixed4', name: 'Before' });
    await Promise.all(Array.from({ length: 50 }, () => obtain({ app: 'rc', userId: 'mixed4', name: 'After' })));
    expect(house.provider.updates).toHaveLength(1);
  });
});

describe('an app that changes while a call is under way', () => {
  test('its new secret is never sent to its old place', async () => {
    const app = await house.addApp('moving', 'rongcloud');
    const { services } = house;
    const before = describeRecord(app);
    await services.apps.update(
      app.id,
      { place: { baseUrl: 'https://other.example' }, secret: Secret.of('made-up-new') },
      { dropTokens: true, expectedUpdatedAtMs: app.updatedAtMs },
      { actor: 'tests', action: 'app.update' },
    );
    await expect(connectApp(services, before)).rejects.toMatchObject({ code: 'ROW_CHANGED' });
    const after = await services.apps.find('moving');
    if (after === undefined) throw new Error('the app is gone');
    await connectApp(services, describeRecord(after));
    await expect(connectApp(services, before)).rejects.toMatchObject({ reason: 'CHANGED_MEANWHILE' });
  });
});

describe('the fence', () => {
  test('refuses a late writer: what another server saved meanwhile is handed out, and the orphan is named', async () => {
    const { id } = (await house.services.apps.find('rc')) ?? { id: 0 };
    house.provider.answer = async () => {
      const { leaseStore } = house.services;
      const user = { appId: id, canonicalUserId: 'race' };
      await leaseStore.end({ ...user, fence: 1 }, { possibleOrphans: 1 });
      const other = { holder: 'another-server', urgency: 'login', forMs: 20_000 } as const;
      expect(await leaseStore.take(user, other)).toMatchObject({ fence: 2 });
      await house.services.tokens.save(
        {
          appId: id,
          canonicalUserId: 'race',
          userId: 'race',
          name: 'race',
          expectedGeneration: 0,
          secretEpoch: 1,
          revocationEpoch: 0,
          fence: 2,
          token: Secret.of('of-another-server'),
          issuedAtMs: Date.now(),
          lifetime: 'unknown',
          expiresAtMs: null,
          replaced: false,
        },
        { actor: 'tests', action: 'token.issue' },
      );
      return tokenNamed('too-late');
    };
    expect(await obtain({ app: 'rc', userId: 'race' })).toMatchObject({ token: 'of-another-server', generation: 1 });
    const orphan = house.lines.find((line) => line.includes('token.orphaned')) ?? '';
    expect(orphan).toContain(house.services.keyRing.fingerprint(Secret.of('too-late')));
    expect(orphan).not.toContain('too-late');
  });

  test('a token of an app that was removed meanwhile is not handed out', async () => {
    const app = await house.addApp('gone', 'rongcloud');
    house.provider.answer = async () => {
      await house.services.apps.remove(app.id, { actor: 'tests', action: 'app.remove' });
      return tokenNamed('too-late');
    };
    await expect(obtain({ app: 'gone', userId: 'u1' })).rejects.toMatchObject({ reason: 'APP_UNKNOWN' });
    await expect(obtain({ app: 'gone', userId: 'u1' })).rejects.toMatchObject({ reason: 'APP_UNKNOWN' });
  });
});

describe('spelling', () => {
  test('an id that folds is asked for in its canonical form, and a second spelling is refused', async () => {
    expect(await obtain({ app: 'fold', userId: 'Alice' })).toMatchObject({ userId: 'Alice' });
    expect(house.provider.asked[0]).toMatchObject({ userId: 'alice', name: 'Alice' });
    await expect(obtain({ app: 'fold', userId: 'ALICE' })).rejects.toMatchObject({ reason: 'USER_ID_SPELLING_TAKEN' });
    await expect(obtain({ app: 'fold', userId: 'alice', fresh: true })).rejects.toMatchObject({
      reason: 'USER_ID_SPELLING_TAKEN',
    });
    expect(house.provider.asked).toHaveLength(1);
  });

  test('an app that no longer folds knows one spelling, whatever was stored while it did', async () => {
    const app = await house.addApp('unfolding', 'easemob', { userIdCase: 'fold' });
    await obtain({ app: 'unfolding', userId: 'Mx' });
    await house.services.apps.update(
      app.id,
      { settings: { userIdCase: 'refuse' } },
      { dropTokens: false, expectedUpdatedAtMs: app.updatedAtMs },
      { actor: 'tests', action: 'app.update' },
    );
    expect(await obtain({ app: 'unfolding', userId: 'mx' })).toMatchObject({ userId: 'mx', source: 'stored' });
    await expect(obtain({ app: 'unfolding', userId: 'Mx' })).rejects.toMatchObject({ reason: 'USER_ID_REFUSED' });
  });

  test('two spellings at once: one is refused, whoever comes first', async () => {
    const results = await Promise.allSettled(['Bob', 'bob'].map((userId) => obtain({ app: 'fold', userId })));
    expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('profile', () => {
  test('without a name the stored one is sent, and without that the user id', async () => {
    await obtain({ app: 'rc', userId: 'p1' });
    await obtain({ app: 'rc', userId: 'p2', name: 'Mei', avatarUrl: 'https://img.example/7.png' });
    await obtain({ app: 'rc', userId: 'p2', fresh: true });
    expect(house.provider.asked).toMatchObject([
      { userId: 'p1', name: 'p1' },
      { userId: 'p2', name: 'Mei', avatarUrl: 'https://img.example/7.png' },
      { userId: 'p2', name: 'Mei', avatarUrl: 'https://img.example/7.png' },
    ]);
  });

  test('one that did not reach the provider is not stored, so the next login sends it again', async () => {
    await obtain({ app: 'rc', userId: 'p3', name: 'Before' });
    house.provider.updateProfile = () => Promise.reject(new ProviderError('timed-out'));
    await expect(obtain({ app: 'rc', userId: 'p3', name: 'After' })).resolves.toMatchObject({ source: 'stored' });
    house.provider.updateProfile = async () => {};
    await obtain({ app: 'rc', userId: 'p3', name: 'After' });
    await obtain({ app: 'rc', userId: 'p3', name: 'After' });
    expect(house.provider.updates.map(({ profile }) => profile.name)).toEqual(['After', 'After']);
  });

  test('where somebody else owns it, the provider’s is read before a token is issued again', async () => {
    await obtain({ app: 'away', userId: 'p4' });
    house.provider.readProfile = async () => ({ name: 'Renamed elsewhere' });
    await obtain({ app: 'away', userId: 'p4', fresh: true });
    expect(house.provider.asked.map(({ name }) => name)).toEqual(['p4', 'Renamed elsewhere']);
  });
});

describe('a password', () => {
  test('is guessed at one after the other: of fifty wrong ones at once, one reaches the provider', async () => {
    house.provider.answer = () => Promise.reject(new ProviderError('password-refused'));
    const guesses = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        obtainToken(
          { ...house.call, requestId: `req_${index}` },
          { app: 'em', userId: 'guessed', password: `made-up-${index}` },
        ),
      ),
    );
    expect(house.provider.asked).toHaveLength(1);
    expect(guesses[0]).toMatchObject({ reason: { kind: 'password-refused' } });
    expect(guesses[49]).toMatchObject({ reason: { reason: 'PASSWORD_TOO_SOON' } });
  });

  test('joins nobody, reads nothing and leaves nothing', async () => {
    await obtain({ app: 'em', userId: 'pw' });
    const first = await obtain({ app: 'em', userId: 'pw', password: 'made-up' });
    const second = await obtain({ app: 'em', userId: 'pw', password: 'made-up' });
    expect([first, second]).toMatchObject([
      { token: 'token-1', generation: 0 },
      { token: 'token-2', generation: 0 },
    ]);
    expect(await obtain({ app: 'em', userId: 'pw' })).toMatchObject({ token: 'token-0', source: 'stored' });
  });

  test('is never in a log line', () => {
    expect(house.lines.join('')).not.toContain('made-up');
  });
});
