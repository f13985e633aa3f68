import { Secret } from '@immint/secrets';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AppRecord } from './app-record.ts';
import { type AppChanges, type AppStore, createAppStore } from './app-store.ts';
import { app, audit, secretRotation } from './schema.ts';
import { type CutOverClaim, createSecretRotationStore, type SecretRotationStore } from './secret-rotation-store.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { refusalOf } from './testing/refusal-of.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './testing/samples.ts';
import { createTokenStore, type TokenStore } from './token-store.ts';

const LEASE_MS = 60_000;
const ENDS = { endsTokens: true, reissueForSeenWithinDays: 30 };

onEveryEngine((database) => {
  let apps: AppStore;
  let tokens: TokenStore;
  let rotations: SecretRotationStore;
  beforeAll(() => {
    apps = createAppStore(database(), testKeyRing);
    tokens = createTokenStore(database(), testKeyRing);
    rotations = createSecretRotationStore(database(), testKeyRing);
  });

  const addApp = () => apps.add(sampleApp({ secret: Secret.of('old-secret') }), testAudit);
  const stage = (record: AppRecord, secret = 'marked-next-secret') =>
    rotations.stage(record, Secret.of(secret), { ...testAudit, action: 'app.stageSecret' });
  const begin = (record: AppRecord, leaseMs = LEASE_MS) => rotations.begin(record.id, leaseMs, testAudit);
  const found = async (record: AppRecord) => (await apps.find(record.name)) ?? record;
  const update = async (record: AppRecord, changes: AppChanges, dropTokens = false) => {
    const { updatedAtMs: expectedUpdatedAtMs } = await found(record);
    return apps.update(record.id, changes, { dropTokens, expectedUpdatedAtMs }, testAudit);
  };
  const actionsOf = async (appId: number) => {
    const rows = await database().run((queries) =>
      queries.select().from(audit).where(eq(audit.appId, appId)).orderBy(audit.id),
    );
    return rows.map(({ action, actor, detail }) => ({ action, actor, detail }));
  };

  /** A cut-over that has just begun. */
  const begun = async (leaseMs = LEASE_MS): Promise<CutOverClaim> => {
    const record = await addApp();
    await stage(record);
    const claim = await begin(record, leaseMs);
    if (typeof claim === 'string') throw new Error(claim);
    return claim;
  };
  /** What is due of one app; others that a test left behind are of no interest. */
  const takeOver = async ({ app: { id } }: Pick<CutOverClaim, 'app'>, leaseMs = LEASE_MS) =>
    (await rotations.takeOver(leaseMs)).find((claim) => claim.app.id === id);

  describe('a secret that is staged', () => {
    test('changes nothing about the app, and shows since when it waits', async () => {
      const record = await addApp();
      expect(await stage(record)).toBe('staged');
      expect(await apps.find(record.name)).toEqual(record);
      expect((await apps.readSecret(record)).reveal()).toBe('old-secret');
      expect(await rotations.read(record.id)).toEqual({
        stagedAtMs: expect.any(Number),
        cuttingOver: null,
        lastCutOver: null,
        tokensOfEarlierSecrets: 0,
      });
      expect((await actionsOf(record.id)).at(-1)).toMatchObject({ action: 'app.stageSecret' });
    });

    test('is not in the database', async () => {
      const record = await addApp();
      await stage(record);
      const [row] = await database().run((queries) =>
        queries.select().from(secretRotation).where(eq(secretRotation.appId, record.id)),
      );
      expect(Buffer.from(row?.stagedSealed ?? []).includes('marked')).toBe(false);
    });

    test('is replaced by one that is staged after it', async () => {
      const record = await addApp();
      await stage(record, 'first');
      await stage(record, 'second');
      expect(await begin(record)).toMatchObject({ staged: Secret.of('second') });
    });

    test('is refused for an app that was changed since it was looked at', async () => {
      const record = await addApp();
      await update(record, { settings: {} });
      expect(await refusalOf(stage(record))).toMatchObject({ code: 'ROW_CHANGED' });
    });

    test('is dropped by an abort, and then there is none to abort or to cut over to', async () => {
      const record = await addApp();
      expect(await rotations.abort(record.id, testAudit)).toBe('not-staged');
      await stage(record);
      expect(await rotations.abort(record.id, testAudit)).toBe('aborted');
      expect(await rotations.abort(record.id, testAudit)).toBe('not-staged');
      expect(await begin(record)).toBe('not-staged');
      expect(await rotations.read(record.id)).toMatchObject({ stagedAtMs: null, lastCutOver: null });
    });

    test.each<[string, AppChanges, boolean]>([
      ['App Key', { appKey: 'another-app-key' }, true],
      ['client id', { clientId: 'another-client' }, false],
      ['place', { place: { baseUrl: 'https://other.example' }, secret: Secret.of('of-there') }, true],
      ['backup', { place: { baseUrl: 'https://api.example.com', backupBaseUrl: 'https://b.example' } }, false],
      ['secret, as one whose refresh ended the tokens', { secret: Secret.of('refreshed') }, true],
    ])('is dropped by another %s', async (_what, changes, dropTokens) => {
      const record = await apps.add(sampleApp(), testAudit);
      await stage(record);
      const key = changes.appKey === undefined ? {} : { appKey: `${changes.appKey}-${record.id}` };
      await update(record, { ...changes, ...key }, dropTokens);
      expect(await rotations.read(record.id)).toMatchObject({ stagedAtMs: null, lastCutOver: null });
      expect(await begin(record)).toBe('not-staged');
    });

    test.each<[string, AppChanges]>([
      ['settings', { settings: { tokenLifetime: 'permanent' } }],
      ['a corrected secret', { secret: Secret.of('corrected') }],
    ])('outlives %s', async (_what, changes) => {
      const record = await addApp();
      await stage(record);
      await update(record, changes);
      expect(await begin(record)).toMatchObject({ staged: Secret.of('marked-next-secret') });
    });

    test('does not open beside another place, whoever wrote that there', async () => {
      const record = await addApp();
      await stage(record);
      await database().run((queries) =>
        queries.update(app).set({ baseUrl: 'https://attacker.example' }).where(eq(app.id, record.id)),
      );
      expect(await refusalOf(begin(record) as Promise<unknown>)).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
      expect(await found(record)).not.toHaveProperty('cuttingOverSinceMs');
    });
  });

  describe('a cut-over that has begun', () => {
    test('gives both secrets, and shows at the app and in the audit', async () => {
      const claim = await begun();
      expect(claim).toMatchObject({
        staged: Secret.of('marked-next-secret'),
        current: Secret.of('old-secret'),
        attempts: 1,
      });
      expect(await found(claim.app)).toMatchObject({ cuttingOverSinceMs: expect.any(Number), secretEpoch: 1 });
      expect((await found(claim.app)).updatedAtMs).toBe(claim.app.updatedAtMs);
      expect(await rotations.read(claim.app.id)).toMatchObject({ cuttingOver: { attempts: 1, lastFailure: null } });
      expect((await actionsOf(claim.app.id)).at(-1)).toMatchObject({ detail: { step: 'begun' } });
    });

    test('is begun by one, however many try at once', async () => {
      const record = await addApp();
      await stage(record);
      const claims = await Promise.all([1, 2, 3, 4, 5].map(() => begin(record)));
      expect(claims.filter((claim) => claim === 'cutting-over')).toHaveLength(4);
    });

    test('bears no other change of the secret', async () => {
      const { app: record } = await begun();
      expect(await stage(await found(record))).toBe('cutting-over');
      expect(await rotations.abort(record.id, testAudit)).toBe('cutting-over');
      expect(await begin(record)).toBe('cutting-over');
      expect(await refusalOf(update(record, { secret: Secret.of('x') }))).toMatchObject({ code: 'ROW_CHANGED' });
      expect(await refusalOf(update(record, { clientId: 'x' }))).toMatchObject({ code: 'ROW_CHANGED' });
      expect(await update(record, { settings: {} })).toMatchObject({
        settings: {},
        cuttingOverSinceMs: expect.any(Number),
      });
    });

    test('is over when an operator drops the tokens and enters another secret', async () => {
      const claim = await begun();
      await update(claim.app, { secret: Secret.of('entered') }, true);
      expect(await rotations.finish(claim, ENDS)).toBeUndefined();
      expect(await rotations.undo(claim, 'new-secret-refused')).toBe(false);
      expect(await rotations.renew(claim, LEASE_MS)).toBe(false);
      const record = await found(claim.app);
      expect(record).not.toHaveProperty('cuttingOverSinceMs');
      expect((await apps.readSecret(record)).reveal()).toBe('entered');
      expect(await rotations.read(record.id)).toMatchObject({ stagedAtMs: null, lastCutOver: { result: 'overruled' } });
    });
  });

  describe('a cut-over that is done', () => {
    test('puts the new secret in force under a new epoch, and says how many tokens that ended', async () => {
      const record = await addApp();
      await tokens.save(sampleToken(record.id), testAudit);
      await stage(record);
      const claim = await begin(record);
      if (typeof claim === 'string') throw new Error(claim);
      const finished = await rotations.finish(claim, ENDS);
      expect(finished).toMatchObject({ app: { secretEpoch: 2 }, tokensOfEarlierSecrets: 1 });
      const after = await found(record);
      expect(after).toEqual(finished?.app);
      expect(after.updatedAtMs).toBeGreaterThan(record.updatedAtMs);
      expect((await apps.readSecret(after)).reveal()).toBe('marked-next-secret');
      expect(await rotations.read(record.id)).toEqual({
        stagedAtMs: null,
        cuttingOver: null,
        lastCutOver: { result: 'done', endedAtMs: finished?.endedAtMs },
        tokensOfEarlierSecrets: 1,
      });
      const [ended, reissue] = (await actionsOf(record.id)).slice(-2);
      expect(reissue).toMatchObject({ action: 'job.reissue', detail: { job: finished?.reissueJob } });
      expect(ended).toEqual({
        action: 'app.cutOverSecret',
        actor: testAudit.actor,
        detail: { step: 'ended', result: 'done', attempts: 1, secretEpoch: 2, tokensOfEarlierSecrets: 1 },
      });
    });

    test('keeps epoch and tokens where the refresh does not end them', async () => {
      const claim = await begun();
      await tokens.save(sampleToken(claim.app.id), testAudit);
      const finished = await rotations.finish(claim, { ...ENDS, endsTokens: false });
      expect(finished).toMatchObject({ app: { secretEpoch: 1 }, tokensOfEarlierSecrets: 0 });
      const after = await found(claim.app);
      expect((await apps.readSecret(after)).reveal()).toBe('marked-next-secret');
    });

    test('lets no token be saved that was asked for with the old secret', async () => {
      const claim = await begun();
      await rotations.finish(claim, ENDS);
      expect(await tokens.save(sampleToken(claim.app.id), testAudit)).toBeUndefined();
      expect(await tokens.save(sampleToken(claim.app.id, { secretEpoch: 2 }), testAudit)).toBeDefined();
    });

    test('is done once, and can be followed by the next', async () => {
      const claim = await begun();
      const ends = await Promise.all([1, 2, 3].map(() => rotations.finish(claim, ENDS)));
      expect(ends.filter((end) => end !== undefined)).toHaveLength(1);
      await stage(await found(claim.app), 'third');
      const next = await begin(claim.app);
      expect(next).toMatchObject({ current: Secret.of('marked-next-secret'), staged: Secret.of('third'), attempts: 1 });
      expect(await rotations.finish(claim, ENDS)).toBeUndefined();
    });
  });

  test('a cut-over that is undone leaves the old secret, and drops the new one', async () => {
    const claim = await begun();
    expect(await rotations.undo(claim, 'new-secret-refused')).toBe(true);
    expect(await rotations.undo(claim, 'new-secret-refused')).toBe(false);
    expect(await found(claim.app)).toEqual({ ...claim.app, cuttingOverSinceMs: undefined });
    expect((await apps.readSecret(claim.app)).reveal()).toBe('old-secret');
    expect(await rotations.read(claim.app.id)).toMatchObject({
      stagedAtMs: null,
      cuttingOver: null,
      lastCutOver: { result: 'new-secret-refused' },
    });
    expect((await actionsOf(claim.app.id)).at(-1)).toMatchObject({ detail: { result: 'new-secret-refused' } });
  });

  test('a cut-over that could not begin is put back: the new secret waits as before', async () => {
    const claim = await begun();
    expect(await rotations.putBack(claim)).toBe(true);
    expect(await rotations.putBack(claim)).toBe(false);
    expect(await found(claim.app)).not.toHaveProperty('cuttingOverSinceMs');
    expect(await rotations.read(claim.app.id)).toMatchObject({ stagedAtMs: expect.any(Number), cuttingOver: null });
    expect((await actionsOf(claim.app.id)).at(-1)).toMatchObject({ detail: { step: 'put-back' } });
    expect(await begin(claim.app)).toMatchObject({ staged: Secret.of('marked-next-secret'), attempts: 1 });
  });

  describe('a cut-over whose server is gone', () => {
    test('is nobody else’s while its lease lasts, and is prolonged', async () => {
      const claim = await begun();
      expect(await takeOver(claim)).toBeUndefined();
      expect(await rotations.renew(claim, LEASE_MS)).toBe(true);
    });

    test('is taken over by one, with everything that it needs, and its own server can write nothing any more', async () => {
      const claim = await begun(0);
      const taken = (await Promise.all([1, 2, 3, 4].map(() => takeOver(claim)))).filter((one) => one !== undefined);
      expect(taken).toHaveLength(1);
      expect(taken[0]).toEqual({ ...claim, app: await found(claim.app), attempts: 2, fence: claim.fence + 1 });
      expect(await rotations.finish(claim, ENDS)).toBeUndefined();
      expect(await rotations.undo(claim, 'no-secret-taken')).toBe(false);
      expect(await rotations.renew(claim, LEASE_MS)).toBe(false);
      await rotations.postpone(claim, { failure: 'PROVIDER_TIMEOUT', afterMs: 0 });
      expect(await takeOver(claim)).toBeUndefined();
      const [winner] = taken;
      expect(winner === undefined ? undefined : await rotations.finish(winner, ENDS)).toBeDefined();
    });

    test('that was not answered is due again after a while, and shows why', async () => {
      const claim = await begun();
      await rotations.postpone(claim, { failure: 'PROVIDER_TIMEOUT', afterMs: 0 });
      expect(await takeOver(claim)).toMatchObject({ attempts: 2 });
      expect(await rotations.read(claim.app.id)).toMatchObject({
        cuttingOver: { attempts: 2, lastFailure: 'PROVIDER_TIMEOUT' },
      });
    });

    test('rests while its app is removed', async () => {
      const claim = await begun(0);
      await apps.remove(claim.app.id, testAudit);
      expect(await takeOver(claim)).toBeUndefined();
    });

    test('is given up where its secret was not entered for the place that is written there now', async () => {
      const claim = await begun(0);
      await database().run((queries) =>
        queries.update(app).set({ baseUrl: 'https://attacker.example' }).where(eq(app.id, claim.app.id)),
      );
      expect(await takeOver(claim)).toBeUndefined();
      expect(await found(claim.app)).not.toHaveProperty('cuttingOverSinceMs');
      expect(await rotations.read(claim.app.id)).toMatchObject({ lastCutOver: { result: 'overruled' } });
    });
  });
});
