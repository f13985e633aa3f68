import { createAppStore, createCredentialStore } from '@immint/db';
import type { AppRecord, AppStore, Database } from '@immint/db';
import { openEmbeddedForTests } from '@immint/db/testing';
import { createCallContext, ProviderError } from '@immint/providers';
import type { CredentialGate } from '@immint/providers';
import { makeKeyFileContent, openKeyRing, Secret, systemRandomBytes } from '@immint/secrets';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromProviderError } from '../from-provider-error.ts';
import { openLog } from '../log.ts';
import { createCredentialGate } from './credential-gate.ts';

const NOW_MS = 1_795_000_000_000;
const MINUTE_MS = 60_000;
const context = createCallContext(5_000, { monotonicMs: () => performance.now() });
const keyRing = openKeyRing(makeKeyFileContent(systemRandomBytes));
const refusal = (serverDateMs = NOW_MS) => new ProviderError('credentials-refused', { httpStatus: 401, serverDateMs });

let database: Database;
let apps: AppStore;
let record: AppRecord;
let lines: string[];
let added = 0;
beforeAll(async () => {
  database = await openEmbeddedForTests();
  apps = createAppStore(database, keyRing);
});
afterAll(() => database.close());
beforeEach(async () => {
  added += 1;
  lines = [];
  record = await apps.add(
    {
      name: `chat-${added}`,
      provider: 'rongcloud',
      appKey: `key-${added}`,
      baseUrl: 'https://provider.example',
      secret: Secret.of('made-up-secret'),
      settings: {},
    },
    { actor: 'tests', action: 'app.add' },
  );
});

/** The gate as another server, or the same after a change, opens it. */
const openGate = (secret = 'made-up-secret', refreshKillsTokens = false): CredentialGate =>
  createCredentialGate(
    {
      credentials: createCredentialStore(database),
      keyRing,
      nowMs: () => NOW_MS,
      log: openLog({ write: (line) => void lines.push(line) }, 'info'),
    },
    { record, refreshKillsTokens },
    Secret.of(secret),
  );

const refuse = async (gate: CredentialGate, error = refusal(), proof: 'signature' | 'secret' = 'signature') =>
  (await gate.admit(proof, context)).refused(error);
const pauseOf = async (gate: CredentialGate): Promise<ProviderError | undefined> => {
  const outcome: unknown = await gate.admit('signature', context).catch((error: unknown) => error);
  return outcome instanceof ProviderError ? outcome : undefined;
};

describe('refused credentials', () => {
  test('three times in all, whichever server, pause the app for a minute, and say so', async () => {
    const servers = [openGate(), openGate()];
    for (const gate of [...servers, ...servers.slice(0, 1)]) await refuse(gate);
    const pause = await pauseOf(openGate());
    expect(pause?.kind).toBe('app-paused');
    expect(pause?.retryAfterMs).toBeGreaterThan(50_000);
    expect(lines.filter((line) => line.includes('credentials.refused'))).toHaveLength(3);
  });

  test('that were never accepted are not called refreshed', async () => {
    expect((await refuse(openGate())).detail).toBeUndefined();
  });

  test('that were accepted before were probably refreshed, and the fix is named, also while the app is paused', async () => {
    await (await openGate().admit('signature', context)).accepted();
    const said = await refuse(openGate());
    expect(said.message).toContain('refreshed in the provider’s console');
    expect(fromProviderError(said).message).toContain(
      `\`immint app secret correct ${record.name} --secret-file FILE\``,
    );
    await refuse(openGate());
    await refuse(openGate());
    const pause = await pauseOf(openGate());
    expect(pause && fromProviderError(pause)).toMatchObject({ reason: 'APP_PAUSED' });
    expect(pause && fromProviderError(pause).message).toContain('immint app secret correct');
  });

  test('that a refresh ended together with all tokens are mended by a command that drops those too', async () => {
    const gate = openGate('made-up-secret', true);
    await (await gate.admit('signature', context)).accepted();
    expect(fromProviderError(await refuse(gate)).message).toContain(
      `\`immint app secret cutover ${record.name}\`, since the refresh ended every stored token`,
    );
  });

  test('are not called refreshed when another secret, or another credential, is refused', async () => {
    await (await openGate().admit('signature', context)).accepted();
    expect((await refuse(openGate('another-secret'))).detail).toBeUndefined();
    expect((await refuse(openGate(), refusal().with({ blames: 'app-key' }))).detail).toBeUndefined();
  });

  test('begin anew with a changed app', async () => {
    for (let index = 0; index < 3; index += 1) await refuse(openGate());
    expect(await pauseOf(openGate())).toBeDefined();
    const options = { dropTokens: false, expectedUpdatedAtMs: record.updatedAtMs };
    const audit = { actor: 'tests', action: 'app.update' };
    record = (await apps.update(record.id, { secret: Secret.of('corrected') }, options, audit)) ?? record;
    expect(await pauseOf(openGate('corrected'))).toBeUndefined();
  });

  test('are forgotten after a success', async () => {
    await refuse(openGate());
    await refuse(openGate());
    await (await openGate().admit('signature', context)).accepted();
    await refuse(openGate());
    expect(await pauseOf(openGate())).toBeUndefined();
    expect(lines.some((line) => line.includes('credentials.accepted-again'))).toBe(true);
  });
});

describe('a clock that is off', () => {
  test.each([
    [-6 * MINUTE_MS, '6 minutes ahead of'],
    [26 * 60 * MINUTE_MS, '1 day behind'],
  ])('by %i ms is named, and the refusal does not count', async (serverAheadMs, said) => {
    for (let index = 0; index < 4; index += 1) {
      const error = await refuse(openGate(), refusal(NOW_MS + serverAheadMs));
      expect(fromProviderError(error).message).toContain(`The clock of this server is ${said} the provider’s`);
    }
    expect(await pauseOf(openGate())).toBeUndefined();
  });

  test('by less than five minutes is no excuse', async () => {
    for (let index = 0; index < 3; index += 1) await refuse(openGate(), refusal(NOW_MS - 5 * MINUTE_MS));
    expect(await pauseOf(openGate())).toBeDefined();
  });

  test('is no excuse for a secret that is shown without a signature', async () => {
    for (let index = 0; index < 3; index += 1) await refuse(openGate(), refusal(0), 'secret');
    expect(await pauseOf(openGate())).toBeDefined();
  });
});

test('an accepted secret is written down once, and then not with every call', async () => {
  const store = createCredentialStore(database);
  await (await openGate().admit('signature', context)).accepted();
  const first = (await store.admit(record)).accepted;
  await new Promise((resolve) => setTimeout(resolve, 20));
  await (await openGate().admit('signature', context)).accepted();
  const second = (await store.admit(record)).accepted;
  expect(second?.msAgo).toBeGreaterThan((first?.msAgo ?? 0) + 10);
});
