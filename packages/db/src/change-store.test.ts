import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAppStore } from './app-store.ts';
import { appendChange, type Concern, toConcern } from './change.ts';
import { type ChangePosition, type ChangeStore, createChangeStore } from './change-store.ts';
import type { Database } from './database.ts';
import { createKeyStore } from './key-store.ts';
import { openDatabase } from './open-database.ts';
import { createRevocationStore } from './revocation-store.ts';
import { change } from './schema.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { sampleApp, sampleToken, testAudit, testKeyRing } from './testing/samples.ts';
import { startPostgres, type TestPostgres } from './testing/start-postgres.ts';
import { createTokenStore } from './token-store.ts';

const revoked = (subject: string) => ({ kind: 'user.revoked', appId: 7, subject }) as const;

const write = (database: Database, subject: string) =>
  database.transaction((queries) => appendChange(queries, revoked(subject)));

const usersOf = (concerns: readonly Concern[]) =>
  concerns.flatMap((concern) => (concern.about === 'user' ? [concern.canonicalUserId] : [])).toSorted();

/** Looks again and again, and gives only what is new. */
async function follow(changes: ChangeStore) {
  let position: ChangePosition = (await changes.read(undefined)).position;
  return async () => {
    const read = await changes.read(position);
    position = read.position;
    return read.concerns;
  };
}

onEveryEngine((database) => {
  test('each change is given once, by the first look after it', async () => {
    await write(database(), 'before');
    const look = await follow(createChangeStore(database()));
    expect(await look()).toEqual([]);
    await write(database(), 'ann');
    await write(database(), 'ben');
    expect(usersOf(await look())).toEqual(['ann', 'ben']);
    expect(await look()).toEqual([]);
  });

  test('what was taken back is given to nobody', async () => {
    const look = await follow(createChangeStore(database()));
    const failing = database().transaction(async (queries) => {
      await appendChange(queries, revoked('nobody'));
      throw new Error('taken back');
    });
    await expect(failing).rejects.toThrow('DATABASE_FAILED');
    expect(await look()).toEqual([]);
  });

  test('this process is told of its own changes when they are committed, and before their caller', async () => {
    const changes = createChangeStore(database());
    const story: unknown[] = [];
    const stop = changes.watchOwn((concerns) => story.push(...usersOf(concerns)));
    await database().transaction(async (queries) => {
      await appendChange(queries, revoked('own'));
      story.push('written');
    });
    story.push('acknowledged');
    stop();
    await write(database(), 'after the end');
    expect(story).toEqual(['written', 'own', 'acknowledged']);
  });

  test('a change that is written outside of a transaction is a mistake of the caller', async () => {
    await expect(database().run((queries) => appendChange(queries, revoked('alone')))).rejects.toThrow(
      'DATABASE_FAILED',
    );
    const look = await follow(createChangeStore(database()));
    expect(await look()).toEqual([]);
  });

  test('a first look, and a position of another run of the server, promise nothing about what was before', async () => {
    const changes = createChangeStore(database());
    const first = await changes.read(undefined);
    expect(first).toMatchObject({ isContinuous: false, concerns: [] });
    expect(await changes.read(first.position)).toMatchObject({ isContinuous: true });
    const elsewhere = { ...first.position, serverStartedAt: '2020-01-01 00:00:00+00' };
    expect(await changes.read(elsewhere)).toMatchObject({ isContinuous: false });
  });

  test('transactions that a server counts a second time after a crash are found by their ids', async () => {
    const changes = createChangeStore(database());
    const { position } = await changes.read(undefined);
    await write(database(), 'counted twice');
    const asIfCountedBefore = { ...position, snapshot: '9000000:9000000:' };
    expect(usersOf((await changes.read(asIfCountedBefore)).concerns)).toEqual(['counted twice']);
  });

  test('a look brings the database’s clock', async () => {
    const [{ nowMs }, clockMs] = [await createChangeStore(database()).read(undefined), await database().nowMs()];
    expect(Math.abs(nowMs - clockMs)).toBeLessThan(5_000);
  });

  test('old changes are deleted, and young ones are not', async () => {
    const changes = createChangeStore(database());
    await changes.purge(0);
    const look = await follow(changes);
    await write(database(), 'young');
    expect(await changes.purge(600_000)).toBe(0);
    expect(usersOf(await look())).toEqual(['young']);
    expect(await changes.purge(-1_000)).toBe(1);
  });

  test('a hint comes for what must be seen soon', async () => {
    const changes = createChangeStore(database());
    let hints = 0;
    const stop = await changes.listen(() => {
      hints += 1;
    });
    await write(database(), 'hinted');
    // Without prepared statements there may be a pooler in between, and hints are not even asked for.
    const expected = (await isPrepared(database())) ? 1 : 0;
    await expect.poll(() => hints, { timeout: 5_000 }).toBe(expected);
    await stop();
  });

  test('every verb that changes what servers remember writes it down', async () => {
    const [apps, keys] = [createAppStore(database(), testKeyRing), createKeyStore(database())];
    const [tokens, revocations] = [createTokenStore(database(), testKeyRing), createRevocationStore(database())];
    const kinds: string[] = [];
    const last = async () => {
      const rows = await database().run((queries) => queries.select().from(change).orderBy(change.id));
      kinds.push(...rows.map(({ kind }) => kind));
      await database().run((queries) => queries.delete(change));
      return kinds.splice(0);
    };
    await last();

    const app = await apps.add(sampleApp(), testAudit);
    expect(await last()).toEqual(['app.added']);
    const options = { dropTokens: false, expectedUpdatedAtMs: app.updatedAtMs };
    await apps.update(app.id, { settings: {} }, options, testAudit);
    expect(await last()).toEqual(['app.changed']);

    const newKey = { id: 'keyofchange1', kind: 'admin', label: 'x', appIds: [], lastFour: 'abcd' } as const;
    await keys.create({ ...newKey, secretHash: new Uint8Array(32) }, testAudit);
    expect(await last()).toEqual(['key.added']);
    await keys.revoke(newKey.id, testAudit);
    await keys.revoke(newKey.id, testAudit);
    expect(await last()).toEqual(['key.revoked']);

    await tokens.save(sampleToken(app.id), testAudit);
    expect(await last()).toEqual([]);
    await tokens.save(sampleToken(app.id, { expectedGeneration: 1 }), testAudit);
    expect(await last()).toEqual(['token.replaced']);
    await tokens.markReported(app.id, 'alice', testKeyRing.fingerprint(sampleToken(app.id).token), testAudit);
    expect(await last()).toEqual(['token.reported']);
    await tokens.discard(app.id, ['alice', 'nobody'], { dryRun: true }, testAudit);
    await tokens.discard(app.id, ['alice', 'nobody'], { dryRun: false }, testAudit);
    expect(await last()).toEqual(['token.discarded']);
    await tokens.discardBefore(app.id, undefined, { dryRun: false }, testAudit);
    expect(await last()).toEqual(['app.discarded']);
    await tokens.saveProfile(app.id, 'alice', { name: 'Other' });
    expect(await last()).toEqual(['profile.changed']);

    const revoke = { appId: app.id, secretEpoch: 1, canonicalUserIds: ['alice', 'bob'], bar: true, isTold: true };
    await revocations.accept({ ...revoke, instant: 'missing' }, testAudit);
    expect(await last()).toEqual(['user.revoked', 'user.revoked']);
    await revocations.fixInstant(app.id, ['alice'], { revokedBeforeMs: 1_795_000_000_000, issueAfterMs: 1 });
    expect(await last()).toEqual(['user.dated']);
    await revocations.unbar(app.id, ['alice', 'carol'], testAudit);
    expect(await last()).toEqual(['user.unbarred']);
    await revocations.stopServing(app.id, ['alice'], testAudit);
    expect(await last()).toEqual(['user.revoked']);
    await apps.remove(app.id, testAudit);
    expect(await last()).toEqual(['app.removed']);
  });
});

const isPrepared = async (database: Database) =>
  database.engine === 'embedded' ||
  (await database.run(async (queries) => {
    const [row] = await queries
      .select({ limit: sql`current_setting('statement_timeout')` })
      .from(sql`(values (1)) as v`);
    return row?.limit !== '0';
  }));

describe('transactions that end in another order than they began', () => {
  let postgres: TestPostgres;
  let database: Database;
  beforeAll(async () => {
    postgres = await startPostgres();
    database = await openDatabase({ kind: 'postgres', url: await postgres.createDatabase() });
  });
  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });

  /** A transaction that has written its change, and ends when it is told to. */
  async function begin(subject: string) {
    const { promise: gate, resolve: commit } = Promise.withResolvers<void>();
    const { promise: written, resolve: wrote } = Promise.withResolvers<void>();
    const ended = database.transaction(async (queries) => {
      await appendChange(queries, revoked(subject));
      wrote();
      await gate;
    });
    await written;
    return async () => {
      commit();
      await ended;
    };
  }

  test('the one with the lower id that is committed last is found', async () => {
    const look = await follow(createChangeStore(database));
    const commitEarly = await begin('lower id, later');
    const commitLate = await begin('higher id, sooner');
    await commitLate();
    expect(usersOf(await look())).toEqual(['higher id, sooner']);
    expect(await look()).toEqual([]);
    await commitEarly();
    expect(usersOf(await look())).toEqual(['lower id, later']);
    expect(await look()).toEqual([]);
  });

  test('one that was open at the first look is found', async () => {
    const commit = await begin('open at the beginning');
    const look = await follow(createChangeStore(database));
    await write(database, 'in between');
    expect(usersOf(await look())).toEqual(['in between']);
    await commit();
    expect(usersOf(await look())).toEqual(['open at the beginning']);
  });

  test('of hundreds in any order none is missed, and none is given twice', async () => {
    const look = await follow(createChangeStore(database));
    const seen: string[] = [];
    const wanted = Array.from({ length: 400 }, (_, index) => `user-${String(index).padStart(3, '0')}`);
    const line = [...wanted];
    const writer = async () => {
      for (let subject = line.shift(); subject !== undefined; subject = line.shift()) {
        const one = subject;
        await database.transaction(async (queries) => {
          await appendChange(queries, revoked(one));
          await queries.execute(sql`select pg_sleep(random() * 0.02)`);
        });
      }
    };
    const written = Promise.all(Array.from({ length: 8 }, writer)).then(() => 'written');
    for (let state = 'writing'; state !== 'written';) {
      seen.push(...usersOf(await look()));
      state = await Promise.race([written, Promise.resolve('writing')]);
    }
    seen.push(...usersOf(await look()));
    expect(seen.toSorted()).toEqual(wanted);
  });
});

describe('what a row is about', () => {
  test.each([
    ['a user', { kind: 'token.replaced', appId: 1, subject: 'u' }, { about: 'user', appId: 1, canonicalUserId: 'u' }],
    ['an app', { kind: 'app.changed', appId: 1, subject: null }, { about: 'app', appId: 1 }],
    ['a key', { kind: 'key.revoked', appId: null, subject: 'k' }, { about: 'key', keyId: 'k' }],
    [
      'anything, where a newer version wrote it',
      { kind: 'moon.risen', appId: 1, subject: 'u' },
      { about: 'everything' },
    ],
    ['anything, where the name is one of Object’s own', { kind: 'toString' }, { about: 'everything' }],
    ['anything, where something is missing', { kind: 'token.replaced', appId: 1 }, { about: 'everything' }],
  ])('is %s', (_what, row, concern) => {
    expect(toConcern(row)).toEqual(concern);
  });
});
