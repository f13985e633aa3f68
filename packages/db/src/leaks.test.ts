import { inspect } from 'node:util';
import { Secret } from '@immint/secrets';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AppChanges, createAppStore, type NewApp } from './app-store.ts';
import { createAppTokenStore } from './app-token-store.ts';
import type { AuditEntry } from './audit.ts';
import type { Database } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { createCredentialStore } from './credential-store.ts';
import { createJobStore } from './job-store.ts';
import { createKeyStore } from './key-store.ts';
import { createLeaseStore } from './lease-store.ts';
import { createAuditStore } from './audit-store.ts';
import { openDatabase } from './open-database.ts';
import { createPaceStore } from './pace-store.ts';
import { createRevocationStore } from './revocation-store.ts';
import * as schema from './schema.ts';
import { createSecretRotationStore } from './secret-rotation-store.ts';
import { createSealingKeyStore } from './sealing-key-store.ts';
import { openEmbeddedForTests } from './testing/open-embedded-for-tests.ts';
import { sampleApp, sampleToken, testKeyRing } from './testing/samples.ts';
import { startPostgres, type TestPostgres } from './testing/start-postgres.ts';
import { createTokenStore } from './token-store.ts';

// drizzle puts the parameters of a failing statement into the message of its error, and PostgreSQL the row into its
// detail. So every statement is made to fail in every way found here, with marks in all inputs; no error may show one.

const MARK = 'marked-e7';
/** The mark, the mark as the parameter of a `bytea` shows it, and what statements are made of. */
const LEAK = new RegExp(
  `${MARK}|${Buffer.from(MARK).toString('hex')}|refused:|insert into|select |update "|immint\\.`,
  'i',
);
const audit: AuditEntry = {
  actor: `${MARK}-actor`,
  action: `${MARK}-action`,
  requestId: `${MARK}-request`,
  detail: { note: MARK },
};
const secretHash = new Uint8Array(Buffer.from(`${MARK}-hash`));

/** Everything that a database is asked about below, under names that no other one has. */
interface Marked {
  readonly appId: number;
  readonly updatedAtMs: number;
  readonly app: NewApp;
  readonly user: string;
  readonly keyId: string;
}

/** Every method of every store, called with marks wherever it takes a text; those that take things away come last. */
function calls(
  database: Database,
  { appId, updatedAtMs, app, user, keyId }: Marked,
): Record<string, () => Promise<unknown>> {
  const apps = createAppStore(database, testKeyRing);
  const tokens = createTokenStore(database, testKeyRing);
  const keys = createKeyStore(database);
  const credentials = createCredentialStore(database);
  const revocations = createRevocationStore(database);
  const revoke = { appId, secretEpoch: 1, canonicalUserIds: [user], bar: true, isTold: true } as const;
  const instant = { revokedBeforeMs: 1_795_000_002_000, issueAfterMs: 1_795_000_003_000 };
  const rotations = createSecretRotationStore(database, testKeyRing);
  const record = { id: appId, updatedAtMs };
  const claim = { app: record, fence: 1, begunBy: `${MARK}-actor`, attempts: 1 };
  const leases = createLeaseStore(database);
  const jobs = createJobStore(database);
  const item = { number: 1, userId: user, canonicalUserId: user, name: `${MARK}-name`, avatarUrl: `https://${MARK}` };
  const badItem = { ...item, number: 2, canonicalUserId: null, refusedBecause: `${MARK}-reason` };
  const leasedUser = { appId, canonicalUserId: user };
  const lease = { ...leasedUser, fence: 1 };
  const sealingKeys = createSealingKeyStore(database);
  const paces = createPaceStore(database);
  const appTokens = createAppTokenStore(database, testKeyRing);
  const appToken = { token: Secret.of(`${MARK}-app-token`), ttlMs: 60_000 };
  const account = `${MARK}-account`;
  const paceKey = { provider: `${MARK}-provider`, appKey: `${MARK}-app-key`, rateGroup: `${MARK}-group` };
  const key = { kind: 'token', label: `${MARK}-label`, appIds: [appId], secretHash, lastFour: MARK } as const;
  const token = {
    canonicalUserId: user,
    userId: user,
    name: `${MARK}-name`,
    avatarUrl: `https://${MARK}`,
    token: Secret.of(`${MARK}-token`),
  };
  return {
    'apps.add': () => apps.add(markedApp(), audit),
    'apps.find': () => apps.find(app.name),
    'apps.list': () => apps.list(),
    'apps.readSecret': () => apps.readSecret({ id: appId, updatedAtMs }),
    'apps.countTokens': () => apps.countTokens(appId),
    'tokens.read': () => tokens.read(appId, user),
    'tokens.save': () => tokens.save(sampleToken(appId, token), audit),
    'tokens.save again': () => tokens.save(sampleToken(appId, { ...token, expectedGeneration: 1 }), audit),
    'tokens.markReported': () => tokens.markReported(appId, user, testKeyRing.fingerprint(token.token), audit),
    'tokens.discard': () => tokens.discard(appId, [user], { dryRun: false }, audit),
    'tokens.discardBefore': () => tokens.discardBefore(appId, undefined, { dryRun: false }, audit),
    'tokens.saveProfile': () => tokens.saveProfile(appId, user, { name: `${MARK}-name` }),
    'tokens.markHandedOut': () => tokens.markHandedOut(appId, user, '2026-11-22'),
    'tokens.markHandedOut badly': () => tokens.markHandedOut(appId, user, `${MARK}-day`),
    'tokens.inspect': () => tokens.inspect(appId, user),
    'tokens.inspectMany': () => tokens.inspectMany(appId, [user]),
    'tokens.list': () => tokens.list(appId, { after: user, limit: 2 }),
    'revocations.accept': () => revocations.accept({ ...revoke, instant }, audit),
    'revocations.acceptAll': () => revocations.acceptAll({ ...revoke, instant }, audit),
    'revocations.unbarAll': () => revocations.unbarAll(appId, audit),
    'revocations.isAppBarred': () => revocations.isAppBarred(appId),
    'revocations.stopServing': () => revocations.stopServing(appId, [user], audit),
    'revocations.unbar': () => revocations.unbar(appId, [user], audit),
    'revocations.fixInstant': () => revocations.fixInstant(appId, [user], instant),
    'revocations.claimDue': () => revocations.claimDue(1),
    'revocations.settle': () => revocations.settle([1], { state: 'failed', reason: 'PROVIDER_REFUSED' }),
    'revocations.latest': () => revocations.latest(appId, user),
    'revocations.purgeSettled': () => revocations.purgeSettled(60_000),
    'jobs.create': () => jobs.create({ appId, kind: 'bulk', cap: 9 }, audit),
    'jobs.find': () => jobs.find(1),
    'jobs.list': () => jobs.list({ appId, limit: 9 }),
    'jobs.addItems': () => jobs.addItems(1, [item, badItem]),
    'jobs.change': () => jobs.change(1, { to: 'running', from: 'filling' }, audit),
    'jobs.items': () => jobs.items(1, { limit: 9 }),
    'jobs.running': () => jobs.running(),
    'jobs.claim': () => jobs.claim(1, `${MARK}-worker`, 9),
    'jobs.renew': () => jobs.renew(1, `${MARK}-worker`, [1]),
    'jobs.release': () => jobs.release(1, `${MARK}-worker`, [1]),
    'jobs.settle': () =>
      jobs.settle(1, `${MARK}-worker`, [{ number: 1, state: 'failed', reason: `${MARK}-reason`, mayHaveCalled: true }]),
    'jobs.advanceRevocationOfAll': () => jobs.advanceRevocationOfAll(3),
    'jobs.purgeFinished': () => jobs.purgeFinished(60_000),
    'audit.append': () => createAuditStore(database).append(audit, [{ appId, subject: user }]),
    'keys.create': () => keys.create({ ...key, id: `${keyId}-other` }, audit),
    'keys.find': () => keys.find(keyId),
    'keys.list': () => keys.list(),
    'keys.revoke': () => keys.revoke(keyId, audit),
    'keys.countUsable': () => keys.countUsable(),
    'credentials.admit': () => credentials.admit({ id: appId, updatedAtMs }),
    'credentials.accepted': () => credentials.accepted({ id: appId, updatedAtMs }, `${MARK}-hash`),
    'credentials.refused': () => credentials.refused({ id: appId, updatedAtMs }),
    'rotations.stage': () => rotations.stage(record, Secret.of(`${MARK}-next`), audit),
    'rotations.read': () => rotations.read(appId),
    'rotations.begin': () => rotations.begin(appId, 0, audit),
    'rotations.renew': () => rotations.renew(claim, 0),
    'rotations.postpone': () => rotations.postpone(claim, { failure: `${MARK}-failure`, afterMs: 0 }),
    'rotations.takeOver': () => rotations.takeOver(0),
    'rotations.finish': () =>
      rotations.finish({ ...claim, fence: 2 }, { endsTokens: false, reissueForSeenWithinDays: 1 }),
    'rotations.putBack': () => rotations.putBack(claim),
    'rotations.undo': () => rotations.undo(claim, 'new-secret-refused'),
    'rotations.abort': () => rotations.abort(appId, audit),
    'leases.take': () => leases.take(leasedUser, { holder: `${MARK}-holder`, urgency: 'login', forMs: 1 }),
    'leases.renew': () => leases.renew([lease], 1),
    'leases.look': () => leases.look([leasedUser]),
    'leases.end': () =>
      leases.end(lease, { failure: { reason: `${MARK}-reason`, sentence: MARK }, possibleOrphans: 1 }),
    'leases.hurry': () => leases.hurry(lease),
    'leases.countPossibleOrphan': () => leases.countPossibleOrphan(leasedUser),
    'leases.possibleOrphans': () => leases.possibleOrphans(appId),
    'leases.takeReplacement': () => leases.takeReplacement(appId, { most: 1, perSecond: 1 }),
    'sealingKeys.holdsCheckValue': () => sealingKeys.holdsCheckValue(),
    'sealingKeys.holdsSealedValues': () => sealingKeys.holdsSealedValues(),
    'sealingKeys.findCheckValue': () => sealingKeys.findCheckValue(1),
    'sealingKeys.addCheckValue': () => sealingKeys.addCheckValue(made, secretHash),
    'paces.reserve': () => paces.reserve(paceKey, { spacingMs: 5, count: 1, weight: 1, aheadMs: 100, leadMs: 0 }),
    'paces.reserve badly': () => paces.reserve(paceKey, { spacingMs: 5, count: 1, weight: NaN, aheadMs: 1, leadMs: 0 }),
    'paces.slowDown': () => paces.slowDown(paceKey, 1_000),
    'appTokens.read': () => appTokens.read(account),
    'appTokens.take': () => appTokens.take(account, 0, { outOfTurn: true, refused: appToken.token }),
    'appTokens.renew': () => appTokens.renew(account, 1),
    'appTokens.save': () => appTokens.save(account, 1, appToken),
    'appTokens.save badly': () => appTokens.save(account, 1, { ...appToken, ttlMs: 1e300 }),
    'appTokens.fail': () => appTokens.fail(account, 1, { kind: 'failed', detail: `${MARK}-detail` }),
    'appTokens.giveBack': () => appTokens.giveBack(account, 1),
    'appTokens.forget': () => appTokens.forget(account, appToken.token),
    'appTokens.purgeEnded': () => appTokens.purgeEnded(60_000),
    'apps.update': () =>
      apps.update(appId, changesOf(markedApp()), { dropTokens: true, expectedUpdatedAtMs: updatedAtMs }, audit),
    'apps.remove': () => apps.remove(appId, audit),
    'apps.purgeRemoved': () => apps.purgeRemoved(-1000),
  };
}

function changesOf({ name: _name, provider: _provider, ...changes }: NewApp): AppChanges {
  return changes;
}

let made = 0;
function markedApp(): NewApp {
  made += 1;
  return sampleApp({
    name: `${MARK}-name-${made}`,
    appKey: `${MARK}-app-key-${made}`,
    clientId: `${MARK}-client`,
    baseUrl: `https://${MARK}.example.com`,
    secret: Secret.of(`${MARK}-secret`),
    settings: { note: MARK },
  });
}

/** Stores an app, a token and a key to break something over. */
async function makeMarked(database: Database): Promise<Marked> {
  const app = markedApp();
  const { id: appId, updatedAtMs } = await createAppStore(database, testKeyRing).add(app, audit);
  const marked = { appId, updatedAtMs, app, user: `${MARK}-user`, keyId: `${MARK}-key-${made}` };
  await calls(database, marked)['tokens.save']?.();
  const key = { id: marked.keyId, kind: 'admin', label: MARK, appIds: [appId], secretHash, lastFour: MARK } as const;
  await createKeyStore(database).create(key, audit);
  return marked;
}

const TABLES = Object.values(schema)
  .filter((value) => value instanceof PgTable)
  .map((table) => getTableConfig(table).name);

/** Ways to break a database, each with its way back. */
const BREAKAGES = [
  ...TABLES.map((table) => ({
    what: `without the table ${table}`,
    broken: `alter table immint.${table} rename to away`,
    mended: `alter table immint.away rename to ${table}`,
  })),
  ...TABLES.map((table) => ({
    what: `whose table ${table} refuses writes and quotes the row`,
    broken: `
      create function immint.refuse() returns trigger language plpgsql as $$
      begin raise exception 'refused: % %', old, new using detail = row_to_json(coalesce(new, old)), hint = coalesce(new, old)::text; end $$;
      create trigger refuse before insert or update or delete on immint.${table} for each row execute function immint.refuse()`,
    mended: 'drop function immint.refuse cascade',
  })),
];

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

describe.each(['PGlite', 'PostgreSQL'])('on %s', (engine) => {
  const failed = new Set<string>();
  let database: Database;
  beforeAll(async () => {
    database =
      engine === 'PGlite'
        ? await openEmbeddedForTests()
        : await openDatabase({ kind: 'postgres', url: await postgres.createDatabase() });
  });
  afterAll(() => database.close());

  test.each(BREAKAGES)('no error shows what was given to a database $what', async ({ broken, mended }) => {
    const marked = await makeMarked(database);
    await database.runScripts((scripts) => scripts.execute(broken));
    const errors = new Map<string, unknown>();
    for (const [name, call] of Object.entries(calls(database, marked))) {
      await call().catch((error: unknown) => errors.set(name, error));
    }
    await database.runScripts((scripts) => scripts.execute(mended));

    const leaking = [...errors].filter(([, error]) => LEAK.test(everythingOf(error)));
    expect(leaking).toEqual([]);
    expect([...errors.values()].filter((error) => !(error instanceof DatabaseError) || 'cause' in error)).toEqual([]);
    expect(errors.size).toBeGreaterThan(0);
    for (const name of errors.keys()) failed.add(name);
  });

  test('and every method of every store has failed at least once', async () => {
    const all = Object.keys(calls(database, await makeMarked(database)));
    expect([...failed].toSorted()).toEqual(all.toSorted());
  });
});

/** Everything that a logger, a serializer or a debugger could print of an error. */
function everythingOf(error: unknown): string {
  const shown = inspect(error, { depth: 10, showHidden: true, getters: true });
  return [shown, JSON.stringify(error), error instanceof Error ? error.stack : '', String(error)].join('\n');
}
