import { Secret } from '@immint/secrets';
import { and, eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AppStore, createAppStore } from './app-store.ts';
import { audit, token } from './schema.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { refusalOf } from './testing/refusal-of.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './testing/samples.ts';
import { createTokenStore, type TokenStore } from './token-store.ts';

onEveryEngine((database) => {
  let apps: AppStore;
  let tokens: TokenStore;
  let appId = 0;
  beforeAll(() => {
    apps = createAppStore(database(), testKeyRing);
    tokens = createTokenStore(database(), testKeyRing);
  });
  beforeEach(async () => {
    appId = (await apps.add(sampleApp(), testAudit)).id;
  });

  const rowOf = async (canonicalUserId: string) =>
    (
      await database().run((queries) =>
        queries
          .select()
          .from(token)
          .where(and(eq(token.appId, appId), eq(token.canonicalUserId, canonicalUserId))),
      )
    )[0];

  describe('reading', () => {
    test('finds nothing of a user of whom nothing is stored, and tells the time', async () => {
      const { stored, nowMs } = await tokens.read(appId, 'alice');
      expect(stored).toBeUndefined();
      expect(await database().nowMs()).toBeGreaterThanOrEqual(nowMs);
      expect(nowMs).toBeGreaterThan(1_795_000_000_000);
    });

    test('finds nothing in an app that is not there', async () => {
      expect((await tokens.read(4_000_000, 'alice')).stored).toBeUndefined();
    });

    test('gives what was saved, the token too', async () => {
      const given = sampleToken(appId, {
        userId: 'Alice',
        avatarUrl: 'https://example.com/a.png',
        lifetime: 'known',
        expiresAtMs: 1_800_000_000_456,
      });
      const saved = await tokens.save(given, testAudit);
      const { stored } = await tokens.read(appId, 'alice');
      expect(stored?.token.equals(given.token)).toBe(true);
      expect(stored).toEqual(saved);
      expect(stored).toEqual({
        userId: 'Alice',
        canonicalUserId: 'alice',
        name: 'Alice',
        avatarUrl: 'https://example.com/a.png',
        generation: 1,
        secretEpoch: 1,
        token: given.token,
        fingerprint: testKeyRing.fingerprint(given.token),
        issuedAtMs: 1_795_000_000_123,
        lifetime: 'known',
        expiresAtMs: 1_800_000_000_456,
        lastHandedOutOn: null,
        replacedAtMs: null,
        isRevoked: false,
        replacements: 0,
        fence: 0,
        reportedAtMs: null,
        isDiscarded: false,
      });
    });

    test('tells apart ids that differ only in case', async () => {
      await tokens.save(sampleToken(appId, { canonicalUserId: 'Alice' }), testAudit);
      expect((await tokens.read(appId, 'alice')).stored).toBeUndefined();
    });

    test('tells apart the same id in two apps', async () => {
      await tokens.save(sampleToken(appId), testAudit);
      const other = await apps.add(sampleApp(), testAudit);
      expect((await tokens.read(other.id, 'alice')).stored).toBeUndefined();
    });
  });

  describe('saving', () => {
    test('keeps the token out of the database in the clear', async () => {
      await tokens.save(sampleToken(appId, { token: Secret.of('marked-user-token') }), testAudit);
      const row = await rowOf('alice');
      expect(row?.tokenSealed.length).toBeGreaterThan(49);
      expect(Buffer.from(row?.tokenSealed ?? []).includes('marked')).toBe(false);
    });

    test('counts generations', async () => {
      for (const expectedGeneration of [0, 1, 2]) {
        const given = sampleToken(appId, { expectedGeneration, token: Secret.of(`token-${expectedGeneration}`) });
        expect(await tokens.save(given, testAudit)).toMatchObject({ generation: expectedGeneration + 1 });
      }
      const { stored } = await tokens.read(appId, 'alice');
      expect(stored?.token.reveal()).toBe('token-2');
    });

    test.each([1, 2, 7])('is refused when generation %i is expected and there is none', async (expectedGeneration) => {
      expect(await tokens.save(sampleToken(appId, { expectedGeneration }), testAudit)).toBeUndefined();
      expect((await tokens.read(appId, 'alice')).stored).toBeUndefined();
    });

    test.each([0, 1, 3])(
      'is refused when generation %i is expected and the second is stored',
      async (expectedGeneration) => {
        await tokens.save(sampleToken(appId), testAudit);
        await tokens.save(sampleToken(appId, { expectedGeneration: 1, token: Secret.of('second') }), testAudit);
        const late = sampleToken(appId, { expectedGeneration, token: Secret.of('late') });
        expect(await tokens.save(late, testAudit)).toBeUndefined();
        expect((await tokens.read(appId, 'alice')).stored?.token.reveal()).toBe('second');
      },
    );

    test.each([0, 2])('is refused under secret epoch %i when the first is current', async (secretEpoch) => {
      expect(await tokens.save(sampleToken(appId, { secretEpoch }), testAudit)).toBeUndefined();
    });

    test('by many at once: one has its way, and all others are refused', async () => {
      for (const expectedGeneration of [0, 1]) {
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            tokens.save(sampleToken(appId, { expectedGeneration, token: Secret.of(`racer-${index}`) }), testAudit),
          ),
        );
        const winners = outcomes.filter((outcome) => outcome !== undefined);
        expect(winners).toHaveLength(1);
        expect((await tokens.read(appId, 'alice')).stored).toEqual(winners[0]);
      }
    });

    test('writes who did it together with the token, and nothing when it is refused', async () => {
      const written = () =>
        database().run((queries) =>
          queries
            .select()
            .from(audit)
            .where(eq(audit.action, `save-${appId}`)),
        );
      const entry = { ...testAudit, action: `save-${appId}` };
      await tokens.save(sampleToken(appId), entry);
      await tokens.save(sampleToken(appId), entry);
      expect(await written()).toMatchObject([
        { actor: testAudit.actor, appId, subject: 'alice', requestId: 'request-1' },
      ]);
    });

    test('keeps the day and the time of the last replacement', async () => {
      await tokens.save(sampleToken(appId), testAudit);
      await tokens.markHandedOut(appId, 'alice', '2026-11-22');
      const replaced = await tokens.save(sampleToken(appId, { expectedGeneration: 1, replaced: true }), testAudit);
      expect(replaced?.replacedAtMs).toBeGreaterThan(1_795_000_000_000);
      expect(replaced?.lastHandedOutOn).toBe('2026-11-22');
      const again = await tokens.save(sampleToken(appId, { expectedGeneration: 2 }), testAudit);
      expect(again?.replacedAtMs).toBe(replaced?.replacedAtMs);
    });

    test('takes an avatar away when there is none any more', async () => {
      await tokens.save(sampleToken(appId, { avatarUrl: 'https://example.com/a.png' }), testAudit);
      const saved = await tokens.save(sampleToken(appId, { expectedGeneration: 1 }), testAudit);
      expect(saved).not.toHaveProperty('avatarUrl');
    });

    test.each([
      ['an end for a lifetime that is not known', { lifetime: 'unknown', expiresAtMs: 1_800_000_000_000 }],
      ['a known lifetime without an end', { lifetime: 'known', expiresAtMs: null }],
    ] as const)('refuses %s', async (_what, changes) => {
      const refusal = await refusalOf(tokens.save(sampleToken(appId, changes), testAudit));
      expect(refusal).toMatchObject({ code: 'CHECK_VIOLATION', constraint: 'token_expiry_known' });
    });

    test('takes text in every script', async () => {
      const given = sampleToken(appId, { name: '钢铁侠 🦾', userId: '用户', canonicalUserId: '用户' });
      await tokens.save(given, testAudit);
      expect((await tokens.read(appId, '用户')).stored).toMatchObject({ name: '钢铁侠 🦾', userId: '用户' });
    });
  });

  describe('a sealed token', () => {
    const put = (canonicalUserId: string, changes: Partial<typeof token.$inferInsert>) =>
      database().run((queries) =>
        queries
          .update(token)
          .set(changes)
          .where(and(eq(token.appId, appId), eq(token.canonicalUserId, canonicalUserId))),
      );

    test('does not open in the row of another user', async () => {
      await tokens.save(sampleToken(appId), testAudit);
      await tokens.save(sampleToken(appId, { canonicalUserId: 'bob' }), testAudit);
      const stolen = await rowOf('alice');
      await put('bob', { tokenSealed: stolen?.tokenSealed ?? new Uint8Array() });
      expect(await refusalOf(tokens.read(appId, 'bob'))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
    });

    test('does not open in the row of the same user in another app', async () => {
      await tokens.save(sampleToken(appId), testAudit);
      const stolen = await rowOf('alice');
      appId = (await apps.add(sampleApp(), testAudit)).id;
      await tokens.save(sampleToken(appId), testAudit);
      await put('alice', { tokenSealed: stolen?.tokenSealed ?? new Uint8Array() });
      expect(await refusalOf(tokens.read(appId, 'alice'))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
    });

    test.each([
      ['as another generation', { generation: 2 }],
      ['as one of another secret epoch', { secretEpoch: 2 }],
      ['when it was cut', { tokenSealed: new Uint8Array(40) }],
    ])('does not open %s', async (_how, changes) => {
      await tokens.save(sampleToken(appId), testAudit);
      await put('alice', changes);
      expect(await refusalOf(tokens.read(appId, 'alice'))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
    });

    test('that was replaced does not come back when its old bytes are put in place of the new', async () => {
      await tokens.save(sampleToken(appId), testAudit);
      const old = await rowOf('alice');
      await tokens.save(sampleToken(appId, { expectedGeneration: 1 }), testAudit);
      await put('alice', { tokenSealed: old?.tokenSealed ?? new Uint8Array() });
      expect(await refusalOf(tokens.read(appId, 'alice'))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
    });
  });

  describe('distrust', () => {
    const stored = async (canonicalUserId = 'alice') => (await tokens.read(appId, canonicalUserId)).stored;
    const save = (changes: Parameters<typeof sampleToken>[1] = {}) =>
      tokens.save(sampleToken(appId, changes), testAudit);

    test('a report marks the current token once, and the next token is not marked', async () => {
      const { fingerprint = '' } = (await save()) ?? {};
      expect(await tokens.markReported(appId, 'alice', fingerprint, testAudit)).toBe(true);
      expect(await tokens.markReported(appId, 'alice', fingerprint, testAudit)).toBe(false);
      expect(await tokens.markReported(appId, 'alice', 'fp_of_another', testAudit)).toBe(false);
      expect(await stored()).toMatchObject({ reportedAtMs: expect.any(Number) });
      await save({ expectedGeneration: 1, replaced: true });
      expect(await stored()).toMatchObject({ reportedAtMs: null, replacements: 1 });
    });

    test('replacements on demand are counted while they follow each other', async () => {
      await save();
      await save({ expectedGeneration: 1, replaced: true });
      await save({ expectedGeneration: 2, replaced: true });
      await save({ expectedGeneration: 3 });
      expect(await stored()).toMatchObject({ replacements: 2, generation: 4 });
    });

    test('a discard of users is about their stored tokens alone, and is counted', async () => {
      await save();
      await save({ canonicalUserId: 'bob', userId: 'bob' });
      const discard = (dryRun: boolean) => tokens.discard(appId, ['alice', 'carol'], { dryRun }, testAudit);
      expect([await discard(true), await discard(false), await discard(false)]).toEqual([1, 1, 0]);
      expect(await stored()).toMatchObject({ isDiscarded: true });
      expect(await stored('bob')).toMatchObject({ isDiscarded: false });
      await save({ expectedGeneration: 1 });
      expect(await stored()).toMatchObject({ isDiscarded: false });
    });

    test('a discard of an app is an instant of the app, which never goes back', async () => {
      const { issuedAtMs = 0 } = (await save()) ?? {};
      const name = (await apps.list()).find(({ id }) => id === appId)?.name ?? '';
      const before = async () => (await apps.find(name))?.discardedBeforeMs;
      const discard = (beforeMs?: number, dryRun = false) =>
        tokens.discardBefore(appId, beforeMs, { dryRun }, testAudit);
      expect([await discard(issuedAtMs), await before()]).toEqual([0, issuedAtMs]);
      expect([await discard(issuedAtMs + 1, true), await before()]).toEqual([1, issuedAtMs]);
      expect([await discard(issuedAtMs + 1), await before()]).toEqual([1, issuedAtMs + 1]);
      expect([await discard(issuedAtMs - 5), await before()]).toEqual([0, issuedAtMs + 1]);
      const { nowMs } = await tokens.read(appId, 'alice');
      await discard();
      expect(await before()).toBeGreaterThan(nowMs);
    });
  });

  describe('a profile', () => {
    test('is changed as a whole, and the token stays', async () => {
      const saved = await tokens.save(sampleToken(appId, { avatarUrl: 'https://example.com/a.png' }), testAudit);
      await tokens.saveProfile(appId, 'alice', { name: 'Alicia' });
      const { stored } = await tokens.read(appId, 'alice');
      const { avatarUrl: _avatarUrl, ...rest } = saved ?? {};
      expect(stored).toEqual({ ...rest, name: 'Alicia' });
    });

    test('of a user of whom nothing is stored goes nowhere', async () => {
      await tokens.saveProfile(appId, 'alice', { name: 'Alicia' });
      expect((await tokens.read(appId, 'alice')).stored).toBeUndefined();
    });
  });

  describe('the day of the last handing out', () => {
    test('is noted, and never goes back', async () => {
      await tokens.save(sampleToken(appId), testAudit);
      await tokens.markHandedOut(appId, 'alice', '2026-11-22');
      await tokens.markHandedOut(appId, 'alice', '2026-11-21');
      expect((await tokens.read(appId, 'alice')).stored?.lastHandedOutOn).toBe('2026-11-22');
      await tokens.markHandedOut(appId, 'alice', '2026-11-23');
      expect((await tokens.read(appId, 'alice')).stored?.lastHandedOutOn).toBe('2026-11-23');
    });
  });

  describe('looking at tokens', () => {
    test('shows one without opening it', async () => {
      const saved = await tokens.save(sampleToken(appId), testAudit);
      const { token: _token, ...metadata } = saved ?? {};
      const inspected = await tokens.inspect(appId, 'alice');
      expect(inspected.token).toEqual(metadata);
      expect(inspected.nowMs).toBeGreaterThan(1_795_000_000_000);
      expect((await tokens.inspect(appId, 'bob')).token).toBeUndefined();
    });

    test('tells the same of users that are named, whether a token of them is stored or not', async () => {
      await tokens.save(sampleToken(appId), testAudit);
      const { users, nowMs } = await tokens.inspectMany(appId, ['bob', 'alice']);
      expect(users).toHaveLength(2);
      expect(users.find(({ canonicalUserId }) => canonicalUserId === 'alice')?.token).toMatchObject({ generation: 1 });
      expect(users.find(({ canonicalUserId }) => canonicalUserId === 'bob')).toMatchObject({
        token: undefined,
        standing: { barredAtMs: null },
      });
      expect(nowMs).toBeGreaterThan(1_795_000_000_000);
    });

    test('lists them page by page in the order of bytes, and each once', async () => {
      const ids = ['_x', '10', '9', 'B', 'a', 'aa', 'b', 'é', '中'];
      for (const canonicalUserId of ids.toReversed()) {
        await tokens.save(sampleToken(appId, { canonicalUserId }), testAudit);
      }
      const seen: string[] = [];
      let after: string | undefined;
      for (let page = 0; page < 5; page += 1) {
        const { tokens: found } = await tokens.list(appId, { limit: 2, ...(after === undefined ? {} : { after }) });
        seen.push(...found.map(({ canonicalUserId }) => canonicalUserId));
        after = seen.at(-1);
      }
      expect(seen).toEqual(ids.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))));
      expect(await tokens.list(appId, { limit: 2, after: after ?? '' })).toMatchObject({ tokens: [] });
    });

    test('lists none of another app, and tells the time even so', async () => {
      const other = await apps.add(sampleApp(), testAudit);
      await tokens.save(sampleToken(other.id), testAudit);
      const { tokens: found, nowMs } = await tokens.list(appId, { limit: 10 });
      expect(found).toEqual([]);
      expect(nowMs).toBeGreaterThan(1_795_000_000_000);
    });
  });
});
