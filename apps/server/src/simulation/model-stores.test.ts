import { createAppStore, createLeaseStore, createRevocationStore, createTokenStore } from '@immint/db';
import type { AppRecord, Database, LeaseStore, RevocationStore, TokenStore } from '@immint/db';
import { openEmbeddedForTests } from '@immint/db/testing';
import { makeKeyFileContent, openKeyRing, Secret, systemRandomBytes } from '@immint/secrets';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHistory } from './history.ts';
import { createModelLeaseStore } from './model-lease-store.ts';
import { createModelRevocationStore } from './model-revocation-store.ts';
import { createModelTables } from './model-tables.ts';
import { createModelTokenStore } from './model-token-store.ts';
import type { DatabaseLink } from './virtual-database.ts';

// What the simulator takes for the database must do what the database does.

interface Stores {
  readonly leases: LeaseStore;
  readonly tokens: TokenStore;
  readonly revocations: RevocationStore;
}

type Step = (stores: Stores, app: AppRecord) => Promise<unknown>;

const AUDIT = { actor: 'tests', action: 'test' };
const HOUR_MS = 3_600_000;
const LONG_AGO_MS = Date.UTC(2020, 0, 1);
const FAR_AWAY_MS = Date.UTC(2100, 0, 1);
const keyRing = openKeyRing(makeKeyFileContent(systemRandomBytes));

let database: Database;
let apps = 0;
beforeAll(async () => {
  database = await openEmbeddedForTests();
});
afterAll(() => database.close());

const userIds = fc.constantFrom('alice', 'bob');
const small = fc.integer({ min: 0, max: 3 });
const tokenTexts = fc.constantFrom('one', 'two', 'three');

const leaseOf = (appId: number, canonicalUserId: string, fence: number) => ({ appId, canonicalUserId, fence });
const instantAt = (atMs: number) => ({ revokedBeforeMs: LONG_AGO_MS, issueAfterMs: atMs });

const steps: fc.Arbitrary<Step> = fc.oneof(
  // Held for longer than anything here takes, over already, and longer than any lease may be.
  fc
    .tuple(userIds, fc.constantFrom(25_000, -1_000, HOUR_MS), fc.constantFrom('login' as const, 'background' as const))
    .map(
      ([canonicalUserId, forMs, urgency]): Step =>
        ({ leases }, { id }) =>
          leases.take({ appId: id, canonicalUserId }, { holder: 'test', urgency, forMs }),
    ),
  fc.tuple(userIds, small, fc.constantFrom(25_000, -1_000)).map(
    ([userId, fence, forMs]): Step =>
      ({ leases }, { id }) =>
        leases.renew([leaseOf(id, userId, fence)], forMs),
  ),
  fc.constant<Step>(({ leases }, { id }) => leases.look([leaseOf(id, 'alice', 0), leaseOf(id, 'bob', 0)])),
  fc
    .tuple(userIds, small, fc.boolean(), fc.integer({ min: 0, max: 1 }))
    .map(([userId, fence, isFailure, possibleOrphans]): Step => {
      const failure = isFailure ? { reason: 'PROVIDER_FAILED', sentence: 'It failed.', retryAfterMs: 5 } : undefined;
      return ({ leases }, { id }) => leases.end(leaseOf(id, userId, fence), { failure, possibleOrphans });
    }),
  fc.tuple(userIds, small).map(
    ([userId, fence]): Step =>
      ({ leases }, { id }) =>
        leases.hurry(leaseOf(id, userId, fence)),
  ),
  userIds.map(
    (canonicalUserId): Step =>
      ({ leases }, { id }) =>
        leases.countPossibleOrphan({ appId: id, canonicalUserId }),
  ),
  fc.constant<Step>(({ leases }, { id }) => leases.possibleOrphans(id)),
  fc.constant<Step>(async ({ leases }, { id }) => {
    const waitMs = await leases.takeReplacement(id, { most: 2, perSecond: 0.001 });
    return Math.round(waitMs / 100_000);
  }),
  fc
    .record({
      canonicalUserId: userIds,
      fence: small,
      expectedGeneration: small,
      secretEpoch: fc.constantFrom(1, 1, 1, 2),
      revocationEpoch: fc.constantFrom(0, 0, 0, 1),
      text: tokenTexts,
      replaced: fc.boolean(),
    })
    .map(
      ({ text, ...rest }): Step =>
        ({ tokens }, { id }) =>
          tokens.save(
            {
              ...rest,
              // What is not there cannot be replaced.
              replaced: rest.replaced && rest.expectedGeneration > 0,
              appId: id,
              userId: rest.canonicalUserId,
              name: 'Name',
              token: Secret.of(text),
              issuedAtMs: LONG_AGO_MS,
              lifetime: 'unknown',
              expiresAtMs: null,
            },
            AUDIT,
          ),
    ),
  userIds.map(
    (userId): Step =>
      ({ tokens }, { id }) =>
        tokens.read(id, userId),
  ),
  userIds.map(
    (userId): Step =>
      ({ tokens }, { id }) =>
        tokens.inspect(id, userId),
  ),
  fc.tuple(userIds, tokenTexts).map(
    ([userId, text]): Step =>
      ({ tokens }, { id }) =>
        tokens.markReported(id, userId, keyRing.fingerprint(Secret.of(text)), AUDIT),
  ),
  fc.tuple(userIds, fc.boolean()).map(
    ([userId, dryRun]): Step =>
      ({ tokens }, { id }) =>
        tokens.discard(id, [userId], { dryRun }, AUDIT),
  ),
  fc.tuple(fc.constantFrom(undefined, LONG_AGO_MS, LONG_AGO_MS + 1), fc.boolean()).map(
    ([beforeMs, dryRun]): Step =>
      ({ tokens }, { id }) =>
        tokens.discardBefore(id, beforeMs, { dryRun }, AUDIT),
  ),
  fc.tuple(userIds, fc.constantFrom('2026-01-01', '2026-01-02')).map(
    ([userId, day]): Step =>
      ({ tokens }, { id }) =>
        tokens.markHandedOut(id, userId, day),
  ),
  userIds.map(
    (userId): Step =>
      ({ tokens }, { id }) =>
        tokens.saveProfile(id, userId, { name: 'Other' }),
  ),
  fc
    .record({
      canonicalUserIds: fc.constantFrom(['alice'], ['bob', 'alice']),
      secretEpoch: fc.constantFrom(1, 1, 2),
      bar: fc.boolean(),
      isTold: fc.boolean(),
      instant: fc.constantFrom(undefined, 'missing' as const, instantAt(LONG_AGO_MS), instantAt(FAR_AWAY_MS)),
    })
    .map(
      (revoke): Step =>
        ({ revocations }, { id }) =>
          revocations.accept({ ...revoke, appId: id }, AUDIT),
    ),
  userIds.map(
    (userId): Step =>
      ({ revocations }, { id }) =>
        revocations.unbar(id, [userId], AUDIT),
  ),
  userIds.map(
    (userId): Step =>
      ({ revocations }, { id }) =>
        revocations.fixInstant(id, [userId], instantAt(FAR_AWAY_MS)),
  ),
);

test('the models of the stores give what the stores give, whatever is done to them in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 10, maxLength: 40 }), async (todo) => {
      const { app, real, model } = await openBoth();
      for (const step of todo) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        const [given, modelled] = [await step(real, app), await step(model, app)];
        expect(seen(modelled)).toEqual(seen(given));
      }
      const end = ({ leases }: Stores) => leases.possibleOrphans(app.id);
      expect(await end(model)).toBe(await end(real));
    }),
    { numRuns: 60 },
  );
});

async function openBoth() {
  const name = `app-${(apps += 1)}`;
  const real: Stores = {
    leases: createLeaseStore(database),
    tokens: createTokenStore(database, keyRing),
    revocations: createRevocationStore(database),
  };
  const app = await createAppStore(database, keyRing).add(
    {
      name,
      provider: 'rongcloud',
      appKey: `key-${name}`,
      baseUrl: 'https://provider.example',
      secret: Secret.of('secret'),
      settings: {},
    },
    AUDIT,
  );
  const tables = createModelTables();
  tables.apps.set(app.id, { ...app, secret: Secret.of('secret'), isRemoved: false });
  const link: DatabaseLink = { run: async (_statement, _kind, work) => work(await database.nowMs()) };
  const parts = {
    server: 'model',
    history: createHistory(() => 0),
    fingerprint: (token: Secret) => keyRing.fingerprint(token),
    textOf: () => 'token',
  };
  const model: Stores = {
    leases: createModelLeaseStore(tables, link, parts),
    tokens: createModelTokenStore(tables, link, parts),
    revocations: createModelRevocationStore(tables, link, parts),
  };
  return { app, real, model };
}

/** Without what cannot be the same: row numbers, and to the millisecond when it was. */
function seen(value: unknown): unknown {
  if (typeof value === 'number') return timeOrNumber(value);
  if (value instanceof Set) return seen([...value]);
  if (Array.isArray(value)) return value.map((each) => JSON.stringify(seen(each))).toSorted();
  if (value instanceof Secret || typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => name !== 'id');
  return Object.fromEntries(fields.map(([name, field]) => [name, seen(field)]));
}

function timeOrNumber(value: number): number | string {
  const isNow = Math.abs(value - Date.now()) < 24 * HOUR_MS;
  return isNow ? 'now' : value;
}
