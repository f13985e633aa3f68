import { makeKeyFileContent, openKeyRing, Secret, systemRandomBytes } from '@immint/secrets';
import { eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AppRecord } from './app-record.ts';
import { APP_CONSTRAINTS, type AppChanges, type AppStore, createAppStore } from './app-store.ts';
import { app, audit, token } from './schema.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { refusalOf } from './testing/refusal-of.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './testing/samples.ts';
import { createTokenStore, type TokenStore } from './token-store.ts';

onEveryEngine((database) => {
  let apps: AppStore;
  let tokens: TokenStore;
  beforeAll(() => {
    apps = createAppStore(database(), testKeyRing);
    tokens = createTokenStore(database(), testKeyRing);
  });

  /** Changes an app as it was just read, as nearly all callers do. */
  const update = (record: AppRecord, changes: AppChanges, dropTokens: boolean) =>
    apps.update(record.id, changes, { dropTokens, expectedUpdatedAtMs: record.updatedAtMs }, testAudit);
  const auditOf = (appId: number) =>
    database().run((queries) => queries.select().from(audit).where(eq(audit.appId, appId)).orderBy(audit.id));
  const rowOf = async (id: number) =>
    (await database().run((queries) => queries.select().from(app).where(eq(app.id, id))))[0];

  describe('an app that was added', () => {
    test('is found by its name as it was given, without its secret', async () => {
      const { secret, ...given } = sampleApp({ provider: 'easemob', clientId: 'client' });
      const added = await apps.add({ ...given, secret }, testAudit);
      expect(added).toMatchObject({ ...given, secretEpoch: 1 });
      expect(added).not.toHaveProperty('secret');
      expect(await apps.find(given.name)).toEqual(added);
      expect(await apps.list()).toContainEqual(added);
    });

    test('leaves out what it has not', async () => {
      const { dataCenter: _dataCenter, ...given } = sampleApp();
      const added = await apps.add(given, testAudit);
      expect(added).not.toHaveProperty('dataCenter');
      expect(added).not.toHaveProperty('clientId');
    });

    test('gives its secret back, which is not in the database', async () => {
      const given = sampleApp({ secret: Secret.of('marked-app-secret') });
      const added = await apps.add(given, testAudit);
      expect((await apps.readSecret(added)).reveal()).toBe('marked-app-secret');
      const row = await rowOf(added.id);
      expect(Buffer.from(row?.secretSealed ?? []).includes('marked')).toBe(false);
    });

    test('is dated by the database', async () => {
      const before = await database().nowMs();
      const added = await apps.add(sampleApp(), testAudit);
      const after = await database().nowMs();
      expect(added.createdAtMs).toBeGreaterThanOrEqual(before);
      expect(added.createdAtMs).toBeLessThanOrEqual(after);
    });

    test('stands in the audit', async () => {
      const added = await apps.add(sampleApp(), { ...testAudit, detail: { dropTokens: false } });
      expect(await auditOf(added.id)).toMatchObject([
        { ...testAudit, appId: added.id, subject: added.name, detail: { dropTokens: false } },
      ]);
    });
  });

  describe('two apps', () => {
    test('cannot have one name', async () => {
      const first = await apps.add(sampleApp(), testAudit);
      const refusal = await refusalOf(apps.add(sampleApp({ name: first.name }), testAudit));
      expect(refusal).toMatchObject({ code: 'UNIQUE_VIOLATION', sqlState: '23505', constraint: APP_CONSTRAINTS.name });
    });

    test('cannot have one App Key at one provider', async () => {
      const first = await apps.add(sampleApp(), testAudit);
      const refusal = await refusalOf(apps.add(sampleApp({ appKey: first.appKey }), testAudit));
      expect(refusal).toMatchObject({ code: 'UNIQUE_VIOLATION', constraint: APP_CONSTRAINTS.appKey });
      await apps.add(sampleApp({ appKey: first.appKey, provider: 'nexconn' }), testAudit);
    });

    test('of which one is refused leave no trace of it in the audit', async () => {
      const first = await apps.add(sampleApp(), testAudit);
      const action = 'test.refused';
      await refusalOf(apps.add(sampleApp({ name: first.name }), { ...testAudit, action }));
      const rows = await database().run((queries) => queries.select().from(audit).where(eq(audit.action, action)));
      expect(rows).toEqual([]);
    });

    test('that get one name at the same moment: one has it', async () => {
      const { name } = sampleApp();
      const outcomes = await Promise.allSettled([1, 2, 3].map(() => apps.add(sampleApp({ name }), testAudit)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });

  describe('a change', () => {
    test('changes what it names and nothing else', async () => {
      const given = sampleApp();
      const added = await apps.add(given, testAudit);
      const settings = { tokenLifetime: 'permanent' };
      const changed = await update(added, { settings }, false);
      expect(changed).toEqual({ ...added, settings, updatedAtMs: changed?.updatedAtMs });
      expect(await apps.find(added.name)).toEqual(changed);
      expect((await rowOf(added.id))?.secretEpoch).toBe(1);
      expect((await apps.readSecret(changed ?? added)).equals(given.secret)).toBe(true);
    });

    test('to another place takes backup domain and data centre away, unless it names them', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      const place = { baseUrl: 'https://b.example.com' };
      const there = { ...place, backupBaseUrl: 'https://b-b.example.com', dataCenter: 'there' };
      const moved = await update(added, { place: there, secret: Secret.of('of-b') }, false);
      expect(moved).toMatchObject(there);
      const back = await update(moved ?? added, { place }, false);
      expect(back).toMatchObject(place);
      expect(back).not.toHaveProperty('dataCenter');
      expect(back).not.toHaveProperty('backupBaseUrl');
    });

    test('of the secret keeps the epoch and the tokens', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      await tokens.save(sampleToken(added.id), testAudit);
      const changed = await update(added, { secret: Secret.of('corrected') }, false);
      expect(changed).toMatchObject({ secretEpoch: 1 });
      expect((await apps.readSecret(changed ?? added)).reveal()).toBe('corrected');
      expect(await apps.countTokens(added.id)).toBe(1);
    });

    test('that drops the tokens raises the epoch and keeps the secret', async () => {
      const given = sampleApp();
      const added = await apps.add(given, testAudit);
      await tokens.save(sampleToken(added.id), testAudit);
      const changed = await update(added, { appKey: `other-${given.appKey}` }, true);
      expect(changed).toMatchObject({ secretEpoch: 2 });
      expect(await apps.countTokens(added.id)).toBe(0);
      expect((await apps.readSecret(changed ?? added)).equals(given.secret)).toBe(true);
    });

    test('that drops the tokens keeps out a token that was on its way', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      await update(added, {}, true);
      expect(await tokens.save(sampleToken(added.id, { secretEpoch: 1 }), testAudit)).toBeUndefined();
      expect(await apps.countTokens(added.id)).toBe(0);
    });

    test('gets a later date than the one before, however fast they come', async () => {
      let latest = await apps.add(sampleApp(), testAudit);
      for (const settings of [1, 2, 3, 4, 5]) {
        const changed = await update(latest, { settings }, false);
        expect(changed?.updatedAtMs).toBeGreaterThan(latest.updatedAtMs);
        latest = changed ?? latest;
      }
    });

    test('to an App Key that another app has is refused, and nothing is changed', async () => {
      const [first, second] = [await apps.add(sampleApp(), testAudit), await apps.add(sampleApp(), testAudit)];
      const refusal = await refusalOf(update(second, { appKey: first.appKey }, true));
      expect(refusal).toMatchObject({ code: 'UNIQUE_VIOLATION', constraint: APP_CONSTRAINTS.appKey });
      expect(await apps.find(second.name)).toEqual(second);
    });

    test('of an app that is not there changes nothing and says so', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      expect(await update({ ...added, id: 4_000_000 }, { appKey: 'x' }, true)).toBeUndefined();
      expect(await auditOf(4_000_000)).toEqual([]);
    });

    test('of an app that was changed since it was read is refused, and overwrites nothing', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      await tokens.save(sampleToken(added.id), testAudit);
      const changed = await update(added, { settings: { changed: 'first' } }, false);
      const refusal = await refusalOf(update(added, { settings: { changed: 'second' } }, true));
      expect(refusal.code).toBe('ROW_CHANGED');
      expect(await apps.find(added.name)).toEqual(changed);
      expect(await apps.countTokens(added.id)).toBe(1);
      expect(await auditOf(added.id)).toHaveLength(3);
    });

    test.each([-1, 1])('of an app that is not at the millisecond expected is refused: %i off', async (offMs) => {
      const added = await apps.add(sampleApp(), testAudit);
      const mistaken = { ...added, updatedAtMs: added.updatedAtMs + offMs };
      expect(await refusalOf(update(mistaken, {}, false))).toMatchObject({ code: 'ROW_CHANGED' });
    });

    test('made by several at the same moment is made by one of them', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      const outcomes = await Promise.allSettled([1, 2, 3].map((settings) => update(added, { settings }, false)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });

  describe('the secret of an app', () => {
    test('is not given for an app that was changed since it was read: it may be another account’s', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      const changed = await update(
        added,
        { place: { baseUrl: 'https://b.example.com' }, secret: Secret.of('of-b') },
        true,
      );
      expect(await refusalOf(apps.readSecret(added))).toMatchObject({ code: 'ROW_CHANGED' });
      expect((await apps.readSecret(changed ?? added)).reveal()).toBe('of-b');
    });

    test.each([-1, 1])('is not given for another millisecond: %i off', async (offMs) => {
      const added = await apps.add(sampleApp(), testAudit);
      const mistaken = { ...added, updatedAtMs: added.updatedAtMs + offMs };
      expect(await refusalOf(apps.readSecret(mistaken))).toMatchObject({ code: 'ROW_CHANGED' });
    });
  });

  describe('the secret of an app, which was entered for its hosts,', () => {
    const places = {
      primary: { baseUrl: 'https://a.example.com' },
      both: { baseUrl: 'https://a.example.com', backupBaseUrl: 'https://a-b.example.com' },
      swapped: { baseUrl: 'https://a-b.example.com', backupBaseUrl: 'https://a.example.com' },
      otherBackup: { baseUrl: 'https://a.example.com', backupBaseUrl: 'https://c.example.com' },
      otherPrimary: { baseUrl: 'https://c.example.com', backupBaseUrl: 'https://a-b.example.com' },
      otherPort: { baseUrl: 'https://a.example.com:8443' },
      otherScheme: { baseUrl: 'http://a.example.com' },
    };

    test.each([
      ['both', 'primary'],
      ['both', 'swapped'],
      ['primary', 'primary'],
    ] as const)('stays usable when it has the same or fewer: %s to %s', async (before, after) => {
      for (const dropTokens of [false, true]) {
        const added = await apps.add(sampleApp({ ...places[before], secret: Secret.of('entered') }), testAudit);
        const changed = await update(added, { place: places[after] }, dropTokens);
        expect((await apps.readSecret(changed ?? added)).reveal()).toBe('entered');
      }
    });

    test.each([
      ['primary', 'both'],
      ['primary', 'otherBackup'],
      ['both', 'otherBackup'],
      ['both', 'otherPrimary'],
      ['primary', 'otherPort'],
      ['primary', 'otherScheme'],
    ] as const)('opens no more with another, until it is entered again: %s to %s', async (before, after) => {
      for (const dropTokens of [false, true]) {
        const added = await apps.add(sampleApp({ ...places[before], secret: Secret.of('entered') }), testAudit);
        const moved = await update(added, { place: places[after] }, dropTokens);
        expect(await refusalOf(apps.readSecret(moved ?? added))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
        const entered = await update(moved ?? added, { secret: Secret.of('again') }, false);
        expect((await apps.readSecret(entered ?? added)).reveal()).toBe('again');
      }
    });

    test.each([
      ['base URL', { baseUrl: 'https://attacker.example' }],
      ['backup base URL', { backupBaseUrl: 'https://attacker.example' }],
      ['mark that it is sealed for them', { secretNamesPlace: false }],
    ])('does not open when somebody writes another %s into the database', async (_, written) => {
      const added = await apps.add(sampleApp(places.both), testAudit);
      await database().run((queries) => queries.update(app).set(written).where(eq(app.id, added.id)));
      expect(await refusalOf(apps.readSecret(added))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
      await apps.remove(added.id, testAudit);
    });
  });

  describe('a secret that an earlier version sealed for no place', () => {
    /** As the row was written before `0005_backup_domains`. */
    const addOld = async (text: string) => {
      const added = await apps.add(sampleApp(), testAudit);
      const context = ['app secret', 'app', 'secret_sealed', String(added.id), '1'] as const;
      const old = { secretSealed: testKeyRing.seal(context, Secret.of(text)), secretNamesPlace: false };
      await database().run((queries) => queries.update(app).set(old).where(eq(app.id, added.id)));
      return added;
    };

    test('opens as before, and is sealed for the base URLs that stand beside it', async () => {
      const [first, second] = [await addOld('first'), await addOld('second')];
      expect((await apps.readSecret(first)).reveal()).toBe('first');
      expect(await apps.sealSecretsForPlaces()).toEqual({ sealed: 2, unreadable: [] });
      expect(await apps.sealSecretsForPlaces()).toEqual({ sealed: 0, unreadable: [] });
      expect((await apps.readSecret(second)).reveal()).toBe('second');
      const moved = { baseUrl: 'https://attacker.example' };
      await database().run((queries) => queries.update(app).set(moved).where(eq(app.id, second.id)));
      expect(await refusalOf(apps.readSecret(second))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
    });

    test('is sealed so with any change, and opens no more at another place', async () => {
      const kept = await addOld('kept');
      const changed = await update(kept, { settings: {} }, false);
      expect(await rowOf(kept.id)).toMatchObject({ secretNamesPlace: true });
      expect((await apps.readSecret(changed ?? kept)).reveal()).toBe('kept');
      const lost = await addOld('lost');
      const moved = await update(lost, { place: { baseUrl: 'https://attacker.example' } }, true);
      expect(await refusalOf(apps.readSecret(moved ?? lost))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
    });

    test('that does not open is named, and keeps no other from being sealed', async () => {
      const [broken, whole] = [await addOld('broken'), await addOld('whole')];
      const spoilt = { secretSealed: Buffer.from('spoilt') };
      await database().run((queries) => queries.update(app).set(spoilt).where(eq(app.id, broken.id)));
      expect(await apps.sealSecretsForPlaces()).toEqual({ sealed: 1, unreadable: [broken.id] });
      expect(await rowOf(whole.id)).toMatchObject({ secretNamesPlace: true });
      await apps.remove(broken.id, testAudit);
    });
  });

  describe('an app that was removed', () => {
    test('is not there for anybody, and says how many tokens it had', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      await tokens.save(sampleToken(added.id), testAudit);
      expect(await apps.remove(added.id, testAudit)).toEqual({ tokens: 1 });
      expect(await apps.find(added.name)).toBeUndefined();
      expect(await apps.list()).not.toContainEqual(expect.objectContaining({ id: added.id }));
      expect(await refusalOf(apps.readSecret(added))).toMatchObject({ code: 'ROW_MISSING' });
      expect(await update(added, {}, false)).toBeUndefined();
      expect(await apps.remove(added.id, testAudit)).toBeUndefined();
    });

    test('takes no tokens any more', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      await apps.remove(added.id, testAudit);
      expect(await tokens.save(sampleToken(added.id), testAudit)).toBeUndefined();
    });

    test('leaves its name and App Key to others', async () => {
      const given = sampleApp();
      const added = await apps.add(given, testAudit);
      await apps.remove(added.id, testAudit);
      expect((await apps.add(given, testAudit)).id).not.toBe(added.id);
    });

    test('is purged with its tokens when its time is over, and not before', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      const kept = await apps.add(sampleApp(), testAudit);
      await tokens.save(sampleToken(added.id), testAudit);
      await apps.remove(added.id, testAudit);
      const dayMs = 86_400_000;
      expect(await apps.purgeRemoved(7 * dayMs)).toBe(0);
      expect(await rowOf(added.id)).toBeDefined();

      const removedAt = sql`now() - interval '7 days 1 second'`;
      await database().run((queries) => queries.update(app).set({ removedAt }).where(eq(app.id, added.id)));
      expect(await apps.purgeRemoved(7 * dayMs)).toBe(1);
      expect(await rowOf(added.id)).toBeUndefined();
      expect(await apps.countTokens(added.id)).toBe(0);
      expect(await apps.find(kept.name)).toEqual(kept);
      expect(await auditOf(added.id)).toHaveLength(3);
    });
  });

  describe('a sealed secret', () => {
    test('does not open in the row of another app', async () => {
      const [first, second] = [await apps.add(sampleApp(), testAudit), await apps.add(sampleApp(), testAudit)];
      const stolen = await rowOf(first.id);
      const secretSealed = stolen?.secretSealed ?? new Uint8Array();
      await database().run((queries) => queries.update(app).set({ secretSealed }).where(eq(app.id, second.id)));
      expect(await refusalOf(apps.readSecret(second))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
    });

    test('does not open as a token', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      await tokens.save(sampleToken(added.id), testAudit);
      const stolen = await rowOf(added.id);
      const tokenSealed = stolen?.secretSealed ?? new Uint8Array();
      await database().run((queries) => queries.update(token).set({ tokenSealed }).where(eq(token.appId, added.id)));
      expect(await refusalOf(tokens.read(added.id, 'alice'))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
    });

    test('does not open with another key', async () => {
      const added = await apps.add(sampleApp(), testAudit);
      const otherKeyRing = openKeyRing(makeKeyFileContent(systemRandomBytes));
      const refusal = await refusalOf(createAppStore(database(), otherKeyRing).readSecret(added));
      expect(refusal.code).toBe('SEALED_VALUE_UNREADABLE');
    });
  });

  test('a provider that this version does not know is an error, not a guess', async () => {
    const added = await apps.add(sampleApp(), testAudit);
    await database().run((queries) =>
      queries.update(app).set({ provider: 'carrier-pigeon' }).where(eq(app.id, added.id)),
    );
    expect(await refusalOf(apps.find(added.name))).toMatchObject({ code: 'DATABASE_FAILED' });
    await apps.remove(added.id, testAudit);
  });

  test('a list is in the order of names', async () => {
    const names = (await apps.list()).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(5);
    expect(names).toEqual(names.toSorted());
  });
});
