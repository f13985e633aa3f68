import { Secret } from '@immint/secrets';
import { eq, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type AppTokenStore, createAppTokenStore } from './app-token-store.ts';
import { appToken } from './schema.ts';
import { onEveryEngine } from './testing/on-every-engine.ts';
import { refusalOf } from './testing/refusal-of.ts';
import { testKeyRing } from './testing/samples.ts';

// How app tokens are asked for in turn is tested with the ledger of the providers, in the server; here is what is the store's own.

onEveryEngine((database) => {
  let store: AppTokenStore;
  let accounts = 0;
  let account: string;
  beforeAll(() => {
    store = createAppTokenStore(database(), testKeyRing);
  });
  beforeEach(async () => {
    accounts += 1;
    account = `account-${accounts}`;
    await save(account, 'app-token');
  });

  async function save(credentials: string, token: string): Promise<void> {
    const fence = await store.take(credentials, 0, { outOfTurn: false });
    await store.save(credentials, fence ?? 0, { token: Secret.of(token), ttlMs: 60_000 });
  }
  const change = (values: PgUpdateSetSource<typeof appToken>): Promise<unknown> =>
    database().run((queries) => queries.update(appToken).set(values).where(eq(appToken.credentials, account)));

  test('a stored token opens, and shows nowhere in its row', async () => {
    expect((await store.read(account)).token?.secret.reveal()).toBe('app-token');
    const [row] = await database().run((queries) =>
      queries.select().from(appToken).where(eq(appToken.credentials, account)),
    );
    const texts = [JSON.stringify(row), Buffer.from(row?.tokenSealed ?? []).toString('latin1')];
    expect(texts.join('\n')).not.toContain('app-token');
    expect(row?.fingerprint).toMatch(/^fp_/);
  });

  test('a token does not open beside other credentials, or as of another ask', async () => {
    await change({ credentials: `moved-${account}` });
    expect(await refusalOf(store.read(`moved-${account}`))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
    account = `moved-${account}`;
    await change({ credentials: account.slice('moved-'.length) });
    account = account.slice('moved-'.length);
    expect((await store.read(account)).token).toBeDefined();
    await change({ generation: sql`${appToken.generation} + 1` });
    expect(await refusalOf(store.read(account))).toMatchObject({ code: 'SEALED_VALUE_UNREADABLE' });
  });

  test('a clock that was set back does not keep everybody from asking for long', async () => {
    const lead = sql`statement_timestamp() + interval '1 hour'`;
    await change({ askedAt: lead });
    expect((await store.read(account)).floorLeftMs).toBe(0);
    await change({ leaseUntil: lead });
    expect(await store.read(account)).toMatchObject({ asking: 'died', floorLeftMs: 0 });
    const { fence } = await store.read(account);
    expect(await store.take(account, fence, { outOfTurn: false })).toBeGreaterThan(fence);
  });

  test('a clock that was set back a little keeps the minute', async () => {
    await change({ askedAt: sql`statement_timestamp() + interval '10 seconds'` });
    expect((await store.read(account)).floorLeftMs).toBeGreaterThan(60_000);
  });

  test('what ended long ago is deleted, and what lives is not', async () => {
    await store.purgeEnded(0);
    expect((await store.read(account)).token).toBeDefined();
    const longAgo = sql`statement_timestamp() - interval '2 hours'`;
    await change({ takenAt: longAgo, askedAt: longAgo, renewAt: longAgo, expiresAt: longAgo });
    const { fence } = await store.read(account);
    expect(await store.purgeEnded(3_600_000)).toBe(1);
    expect(await store.read(account)).toMatchObject({ fence: 0, token: undefined });
    // Whoever was stopped that long ago cannot be taken for whoever asks now.
    expect(await store.take(account, 0, { outOfTurn: false })).toBeGreaterThan(fence);
    expect(await store.save(account, fence, { token: Secret.of('late'), ttlMs: 60_000 })).toBe(false);
  });
});
