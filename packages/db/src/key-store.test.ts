import { eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { type AppStore, createAppStore } from './app-store.ts';
import { createKeyStore, type KeyStore, type NewKey } from './key-store.ts';
import { apiKey, audit } from './schema.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { refusalOf } from './testing/refusal-of.ts';
import { sampleApp, testAudit, testKeyRing } from './testing/samples.ts';

let keysMade = 0;
function sampleKey(changes: Partial<NewKey> = {}): NewKey {
  keysMade += 1;
  const id = `key${String(keysMade).padStart(9, '0')}`;
  const secretHash = new Uint8Array(32).fill(keysMade);
  return { id, kind: 'admin', label: `key ${keysMade}`, appIds: [], secretHash, lastFour: 'wxyz', ...changes };
}

onEveryEngine((database) => {
  let apps: AppStore;
  let keys: KeyStore;
  beforeAll(() => {
    apps = createAppStore(database(), testKeyRing);
    keys = createKeyStore(database());
  });

  test('a key that was created is found with everything but its secret', async () => {
    const { appIds: _appIds, ...given } = sampleKey();
    const created = await keys.create({ ...given, appIds: [] }, testAudit);
    expect(created).toEqual({
      ...given,
      apps: [],
      createdAtMs: created.createdAtMs,
      createdBy: testAudit.actor,
      revokedAtMs: null,
    });
    expect(created.createdAtMs).toBeGreaterThan(1_795_000_000_000);
    expect(await keys.find(given.id)).toEqual(created);
  });

  test('a key for apps names them in the order of their names', async () => {
    const [first, second] = [await apps.add(sampleApp(), testAudit), await apps.add(sampleApp(), testAudit)];
    const given = sampleKey({ kind: 'token', appIds: [second.id, first.id] });
    const created = await keys.create(given, testAudit);
    expect(created.apps).toEqual([first.name, second.name].toSorted());
    expect(await keys.find(given.id)).toEqual(created);
  });

  test('a key for an app that was removed is not one for a new app of the old name', async () => {
    const given = sampleApp();
    const removed = await apps.add(given, testAudit);
    const key = await keys.create(sampleKey({ kind: 'token', appIds: [removed.id] }), testAudit);
    await apps.remove(removed.id, testAudit);
    await apps.add(given, testAudit);
    expect((await keys.find(key.id))?.apps).toEqual([]);
    expect((await keys.list()).find(({ id }) => id === key.id)?.apps).toEqual([]);
  });

  test('a key for an app that is not there is refused, and nothing of it is kept', async () => {
    const given = sampleKey({ kind: 'token', appIds: [4_000_000] });
    expect(await refusalOf(keys.create(given, testAudit))).toMatchObject({ code: 'FOREIGN_KEY_VIOLATION' });
    expect(await keys.find(given.id)).toBeUndefined();
  });

  test('an id is not given twice', async () => {
    const given = sampleKey();
    await keys.create(given, testAudit);
    expect(await refusalOf(keys.create(given, testAudit))).toMatchObject({ code: 'UNIQUE_VIOLATION' });
  });

  test('a key that was never made is not found', async () => {
    expect(await keys.find('nobody000000')).toBeUndefined();
  });

  test('a key is revoked once, and stays to be seen', async () => {
    const usable = await keys.countUsable();
    const { id } = await keys.create(sampleKey(), testAudit);
    expect(await keys.countUsable()).toBe(usable + 1);
    expect(await keys.revoke(id, testAudit)).toBe(true);
    expect(await keys.revoke(id, testAudit)).toBe(false);
    expect(await keys.revoke('nobody000000', testAudit)).toBe(false);
    expect(await keys.countUsable()).toBe(usable);
    expect((await keys.find(id))?.revokedAtMs).toBeGreaterThan(1_795_000_000_000);
  });

  test('creating and revoking stand in the audit, each once', async () => {
    const { id } = await keys.create(sampleKey(), { ...testAudit, action: 'key.create' });
    await keys.revoke(id, { ...testAudit, action: 'key.revoke' });
    await keys.revoke(id, { ...testAudit, action: 'key.revoke' });
    const rows = await database().run((queries) =>
      queries.select().from(audit).where(eq(audit.subject, id)).orderBy(audit.id),
    );
    expect(rows.map(({ action }) => action)).toEqual(['key.create', 'key.revoke']);
  });

  test('a list has the newest first', async () => {
    const [first, second] = [await keys.create(sampleKey(), testAudit), await keys.create(sampleKey(), testAudit)];
    const createdAt = second.createdAtMs + 60_000;
    await database().run((queries) => queries.update(apiKey).set({ createdAt }).where(eq(apiKey.id, first.id)));
    const dates = (await keys.list()).map(({ createdAtMs }) => createdAtMs);
    expect(dates[0]).toBe(createdAt);
    expect(dates).toEqual(dates.toSorted((left, right) => right - left));
  });
});
