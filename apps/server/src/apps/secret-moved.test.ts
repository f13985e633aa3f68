import { DatabaseError } from '@immint/db';
import { ProviderError } from '@immint/providers';
import { Secret } from '@immint/secrets';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { openScriptedHouse, tokenNamed } from '../testing/scripted-house.ts';
import { obtainToken } from '../tokens/obtain.ts';
import { describeApp } from './app-connections.ts';
import type { DescribedApp } from './app-connections.ts';
import { awaitCutOver, followSecret, isOfMovedSecret } from './secret-moved.ts';
import { updateApp } from './update.ts';

const LEASE_MS = 60_000;
const audit = { actor: 'tests', action: 'app.cutOverSecret' };
const refused = new ProviderError('credentials-refused');

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
let app: string;
let added = 0;
beforeAll(async () => {
  house = await openScriptedHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  added += 1;
  app = `chat-${added}`;
  await house.addApp(app, 'rongcloud');
});

const described = () => describeApp(house.services, app);

/** Begins a cut-over, and gives what ends it. */
async function begin(): Promise<() => Promise<unknown>> {
  const { record } = await described();
  await house.services.rotations.stage(record, Secret.of('made-up-next'), audit);
  const claim = await house.services.rotations.begin(record.id, LEASE_MS, audit);
  if (typeof claim === 'string') throw new Error(claim);
  return () => house.services.rotations.finish(claim, { endsTokens: true, reissueForSeenWithinDays: 30 });
}

const later = () => house.services.monotonicMs() + 60_000;

describe('waiting for a cut-over', () => {
  test('costs nothing where none is in progress', async () => {
    const before = await described();
    expect(await awaitCutOver(house.services, before, -1)).toBe(before);
  });

  test('ends with the app as it is after it, for all who wait', async () => {
    const finish = await begin();
    const before = await described();
    const waiting = Promise.all([1, 2, 3].map(() => awaitCutOver(house.services, before, later())));
    await finish();
    for (const { record } of await waiting) expect(record).toMatchObject({ secretEpoch: 2 });
  });

  test('ends at the deadline, with a time after which to come back', async () => {
    const finish = await begin();
    await expect(awaitCutOver(house.services, await described(), -1)).rejects.toMatchObject({
      reason: 'CUT_OVER_IN_PROGRESS',
      retryAfterMs: 1_000,
    });
    await finish();
  });

  test('ends when the app is removed', async () => {
    await begin();
    const waiting = awaitCutOver(house.services, await described(), later());
    const { record } = await described();
    await house.services.apps.remove(record.id, audit);
    await expect(waiting).rejects.toMatchObject({ reason: 'APP_UNKNOWN' });
  });
});

describe('a refusal', () => {
  test.each([
    ['refused credentials', refused],
    ['a pause for refused credentials', new ProviderError('app-paused')],
    ['an app that changed', new DomainError('CHANGED_MEANWHILE')],
    ['an app that changed before its secret was read', new DatabaseError('ROW_CHANGED')],
  ])('by %s is of the changed secret only if it was changed', async (_by, error) => {
    const before = await described();
    expect(await isOfMovedSecret(house.services, before, error)).toBe(false);
    const finish = await begin();
    expect(await isOfMovedSecret(house.services, before, error)).toBe(true);
    await finish();
    expect(await isOfMovedSecret(house.services, before, error)).toBe(true);
    expect(await isOfMovedSecret(house.services, await described(), error)).toBe(false);
  });

  test.each([
    ['a provider that is silent', new ProviderError('timed-out')],
    ['a bar', new DomainError('USER_BARRED')],
    ['a database that is gone', new DatabaseError('DATABASE_UNREACHABLE')],
    ['a bug', new TypeError('made-up')],
  ])('by %s never is', async (_by, error) => {
    const before = await described();
    await updateApp(house.call, { app, secret: 'made-up-other' });
    expect(await isOfMovedSecret(house.services, before, error)).toBe(false);
  });

  test('stands where the app is gone, or another one has its name', async () => {
    const before = await described();
    await house.services.apps.remove(before.record.id, audit);
    expect(await isOfMovedSecret(house.services, before, refused)).toBe(false);
    await house.addApp(app, 'nexconn');
    expect(await isOfMovedSecret(house.services, before, refused)).toBe(false);
  });
});

describe('work that shows the secret', () => {
  /** Work that does this in its n-th attempt (from 0), and gives the epoch of the app that it was done with. */
  const doing = (attempt: (index: number) => Promise<void>) => {
    const epochs: number[] = [];
    const work = async ({ record }: DescribedApp): Promise<readonly number[]> => {
      epochs.push(record.secretEpoch);
      await attempt(epochs.length - 1);
      return epochs;
    };
    return work;
  };

  test('that was refused because the secret was changed meanwhile is done again, with the new one', async () => {
    const work = doing(async (index) => {
      if (index > 0) return;
      await (
        await begin()
      )();
      throw refused;
    });
    expect(await followSecret(house.services, await described(), later(), work)).toEqual([1, 2]);
  });

  test('that was refused while the cut-over is still in progress waits for its end', async () => {
    let finish = async (): Promise<unknown> => undefined;
    const work = doing(async (index) => {
      if (index > 0) return;
      finish = await begin();
      setTimeout(() => void finish(), 300);
      throw refused;
    });
    expect(await followSecret(house.services, await described(), later(), work)).toEqual([1, 2]);
  });

  test('waits for a cut-over before it begins where that ends tokens, and begins at once where it does not', async () => {
    const finish = await begin();
    const late = followSecret(
      house.services,
      await described(),
      -1,
      doing(async () => {}),
    );
    await expect(late).rejects.toMatchObject({ reason: 'CUT_OVER_IN_PROGRESS' });
    await finish();
    app = `${app}-em`;
    await house.addApp(app, 'easemob');
    await begin();
    expect(
      await followSecret(
        house.services,
        await described(),
        -1,
        doing(async () => {}),
      ),
    ).toEqual([1]);
  });

  test('that was refused for itself is not done again', async () => {
    const work = doing(() => Promise.reject(refused));
    await expect(followSecret(house.services, await described(), later(), work)).rejects.toBe(refused);
  });
});

test('a login whose call was refused because another server changed the secret gets its token, and nobody counts that', async () => {
  house.provider.answer = async (_request, index) => {
    if (index > 0) return tokenNamed('token-of-new-secret');
    await (
      await begin()
    )();
    throw refused;
  };
  house.provider.asked.length = 0;
  expect(await obtainToken(house.call, { app, userId: 'u1' })).toMatchObject({
    token: 'token-of-new-secret',
    source: 'issued',
  });
  const { standing } = await house.services.tokens.inspect((await described()).record.id, 'u1');
  expect(standing.failedAtMs).toBeNull();
});
