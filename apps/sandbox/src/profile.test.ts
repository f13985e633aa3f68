import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { PROFILE_NAMES } from './profile.ts';
import { type RunningSandbox, runSandbox } from './testing/running-sandbox.ts';

const RONGCLOUD = { provider: 'rongcloud', appKey: 'sandbox-rongcloud' } as const;
const EASEMOB = { provider: 'easemob', appKey: 'sandbox-org#sandbox-app' } as const;
const MONTH_SECONDS = 2_592_000;

const settingsOf = async ({ control }: RunningSandbox, account: object, patch: object = {}): Promise<unknown> => {
  const { body } = await control('POST', '/settings', { ...account, ...patch });
  return Object(body).settings;
};

const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'immint-sandbox-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

describe('the profile of an account', () => {
  test('is live, unless the sandbox or the account is given another', async () => {
    expect(await settingsOf(await runSandbox(), RONGCLOUD)).toMatchObject({ profile: 'live', tokenTtlSeconds: null });
    const strict = await runSandbox({ profile: 'strict' });
    expect(await settingsOf(strict, EASEMOB)).toMatchObject({ profile: 'strict' });
    const app = { provider: 'rongcloud', appKey: 'k1', secret: 's1' };
    expect((await strict.control('POST', '/apps', app)).body).toMatchObject({ settings: { profile: 'strict' } });
    const other = await strict.control('POST', '/apps', { ...app, appKey: 'k2', profile: 'seed-legacy' });
    expect(other.body).toMatchObject({ settings: { profile: 'seed-legacy', tokenTtlSeconds: MONTH_SECONDS } });
  });

  test('brings its own settings along, and those that are given go before', async () => {
    const sandbox = await runSandbox();
    const legacy = await settingsOf(sandbox, RONGCLOUD, { profile: 'seed-legacy' });
    expect(legacy).toMatchObject({ profile: 'seed-legacy', tokenTtlSeconds: MONTH_SECONDS });
    const vip5 = await settingsOf(sandbox, EASEMOB, { profile: 'vip5', tokenTtlSeconds: 5 });
    expect(vip5).toMatchObject({ profile: 'vip5', ttlUnit: 'milliseconds', tokenTtlSeconds: 5 });
  });

  test('takes its settings away with it, and leaves those that were given', async () => {
    const sandbox = await runSandbox({ profile: 'vip5' });
    expect(await settingsOf(sandbox, EASEMOB, { maxUsers: 7 })).toMatchObject({ ttlUnit: 'milliseconds' });
    const live = await settingsOf(sandbox, EASEMOB, { profile: 'live' });
    expect(live).toMatchObject({ profile: 'live', ttlUnit: 'seconds', maxUsers: 7 });
  });

  test('that does not exist is refused with those that do', async () => {
    const { control } = await runSandbox();
    const { status, body } = await control('POST', '/settings', { ...RONGCLOUD, profile: 'lax' });
    expect([status, body]).toEqual([400, { error: `profile: must be one of: ${PROFILE_NAMES.join(', ')}` }]);
  });

  test('is the one of the start again after a reset of everything', async () => {
    const sandbox = await runSandbox({ profile: 'strict' });
    await settingsOf(sandbox, RONGCLOUD, { profile: 'live' });
    await sandbox.control('POST', '/reset', {});
    expect(await settingsOf(sandbox, RONGCLOUD)).toMatchObject({ profile: 'strict' });
  });
});

describe('in a data directory', () => {
  test('the profile is remembered, and one that is given at a start goes before it for the default accounts', async () => {
    const dataDir = temporaryDirectory();
    const first = await runSandbox({ dataDir, profile: 'strict' });
    await first.control('POST', '/apps', { provider: 'nexconn', appKey: 'k1', secret: 's1', profile: 'live' });
    await first.control('POST', '/reset', { provider: 'rongcloud' });
    await first.close();
    const second = await runSandbox({ dataDir });
    expect(await settingsOf(second, RONGCLOUD)).toMatchObject({ profile: 'strict' });
    expect(await settingsOf(second, { provider: 'nexconn', appKey: 'k1' })).toMatchObject({ profile: 'live' });
    await second.close();
    const third = await runSandbox({ dataDir, profile: 'seed-legacy' });
    const settings = await settingsOf(third, RONGCLOUD);
    expect(settings).toMatchObject({ profile: 'seed-legacy', tokenTtlSeconds: MONTH_SECONDS });
    expect(await settingsOf(third, { provider: 'nexconn', appKey: 'k1' })).toMatchObject({ profile: 'live' });
  });

  test('what a version without profiles wrote is read, as live', async () => {
    const dataDir = temporaryDirectory();
    const first = await runSandbox({ dataDir });
    await settingsOf(first, RONGCLOUD, { tokenTtlSeconds: 60 });
    await first.close();
    const file = join(dataDir, 'state.jsonl');
    const written = readFileSync(file, 'utf8');
    expect(written).toContain('"profile":"live",');
    writeFileSync(file, written.replaceAll('"profile":"live",', ''));
    const second = await runSandbox({ dataDir });
    expect(await settingsOf(second, RONGCLOUD)).toMatchObject({ profile: 'live', tokenTtlSeconds: 60 });
  });
});
