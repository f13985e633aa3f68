import { DatabaseError } from '@immint/db';
import type { StoredToken, TokenToSave } from '@immint/db';
import { Secret } from '@immint/secrets';
import { expect, test } from 'vitest';
import { saveSurely } from './save-surely.ts';

const audit = { actor: 'tests', action: 'token.issue' };
const token = {
  canonicalUserId: 'alice',
  userId: 'alice',
  name: 'Alice',
  secretEpoch: 1,
  fence: 3,
  token: Secret.of('given'),
  issuedAtMs: 0,
  lifetime: 'unknown',
  expiresAtMs: null,
} as const;
const toSave: TokenToSave = { ...token, appId: 1, expectedGeneration: 0, revocationEpoch: 0, replaced: false };
const saved: StoredToken = {
  ...token,
  generation: 1,
  fingerprint: 'fp_given',
  lastHandedOutOn: null,
  replacedAtMs: null,
  replacements: 0,
  reportedAtMs: null,
  isDiscarded: false,
  isRevoked: false,
};
const standing = {
  revocationEpoch: 0,
  barredAtMs: null,
  issueAfterMs: null,
  instantMissing: false,
  fence: 3,
  failedAtMs: null,
};

/** A store whose saves end in this order, and what it holds afterwards. */
function aStore(outcomes: (StoredToken | undefined | DatabaseError)[], stored?: StoredToken) {
  const clock = { ms: 0, saves: 0 };
  const tokens = {
    async save() {
      clock.saves += 1;
      const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
      if (outcome instanceof DatabaseError) throw outcome;
      return outcome;
    },
    read: async () => ({ stored, standing, nowMs: 0 }),
  };
  const services = { tokens, monotonicMs: () => clock.ms, sleep: async (ms: number) => void (clock.ms += ms) };
  return { clock, save: () => saveSurely(services, toSave, audit) };
}

test('is tried again while the database is away', async () => {
  const away = new DatabaseError('DATABASE_UNREACHABLE');
  const { clock, save } = aStore([away, away, saved]);
  expect(await save()).toBe(saved);
  expect(clock.saves).toBe(3);
});

test('is given up after fifteen seconds', async () => {
  const { clock, save } = aStore([new DatabaseError('DATABASE_TIMEOUT')]);
  await expect(save()).rejects.toMatchObject({ code: 'DATABASE_TIMEOUT' });
  expect(clock.ms).toBeLessThanOrEqual(15_000);
  expect(clock.ms).toBeGreaterThan(14_000);
});

test('is not tried again where it would fail again', async () => {
  const { clock, save } = aStore([new DatabaseError('DATABASE_FAILED')]);
  await expect(save()).rejects.toMatchObject({ code: 'DATABASE_FAILED' });
  expect(clock.saves).toBe(1);
});

test('that was committed, and whose answer was lost, is found saved', async () => {
  const { save } = aStore([new DatabaseError('DATABASE_UNREACHABLE'), undefined], saved);
  expect(await save()).toBe(saved);
});

test.each([
  ['by a later lease', { ...saved, fence: 4 }],
  ['and holds another token', { ...saved, token: Secret.of('another') }],
  ['and was revoked since', { ...saved, isRevoked: true }],
])('that the fence refused, where what is stored was saved %s, is not saved', async (_how, stored) => {
  expect(await aStore([undefined], stored).save()).toBeUndefined();
});
