import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNTS, addApp, openHouse } from './house.ts';
import type { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse({ withApps: true });
});
afterEach(() => house.sandbox.control.clearFaults());
afterAll(() => house.close());

interface Report {
  readonly ok: boolean;
  readonly message: string;
  readonly clockSkewMs: number | null;
  readonly findings: readonly { severity: string; code: string; message: string }[];
}

async function check(app: string): Promise<{ code: number | null; report: Report; codes: readonly string[] }> {
  const { code, stdout, stderr } = await house.run(['app', 'check', app, '--json']);
  expect(stderr).not.toContain(' at ');
  const report = JSON.parse(stdout) as Report;
  return { code, report, codes: report.findings.map((finding) => finding.code) };
}

let made = 0;
/** Another account of the sandbox, since each check of Easemob may ask for an app token only once a minute. */
async function newAccount(provider: 'rongcloud' | 'nexconn' | 'easemob', secret = 'made-up-own-secret') {
  made += 1;
  const appKey = provider === 'easemob' ? `own-org#app${made}` : `own-key-${made}`;
  const clientId = provider === 'easemob' ? { clientId: 'own-client-id' } : {};
  await house.sandbox.control.post('apps', { provider, appKey, secret, ...clientId });
  const flags = provider === 'easemob' ? ['--client-id', 'own-client-id'] : [];
  return { app: `own-${made}`, provider, appKey, secret, flags };
}

describe.each(ACCOUNTS)('$provider', ({ provider }) => {
  test('all is well', async () => {
    const account = await newAccount(provider);
    await addApp(house, account);
    expect(await check(account.app)).toMatchObject({ code: 0, codes: [], report: { ok: true, clockSkewMs: 0 } });
  });

  test('a wrong secret', async () => {
    const account = await newAccount(provider);
    await addApp(house, { ...account, secret: 'made-up-wrong-secret' });
    const { code, codes, report } = await check(account.app);
    expect(code).toBe(78);
    expect(['SECRET_WRONG', 'CREDENTIALS_WRONG']).toContain(codes[0]);
    expect(report.message).not.toContain('made-up');
  });

  test('a wrong key', async () => {
    const account = await newAccount(provider);
    const appKey = provider === 'easemob' ? `nobody#app${made}` : `nobody-${made}`;
    await addApp(house, { ...account, appKey });
    expect(await check(account.app)).toMatchObject({ code: 78, codes: ['APP_KEY_WRONG'] });
  });

  test('a clock that is off, with the amount', async () => {
    const account = await newAccount(provider);
    await addApp(house, account);
    await house.sandbox.control.post('clock', { advanceMs: 420_000 });
    try {
      const { codes, report } = await check(account.app);
      expect(codes).toEqual(['CLOCK_OFF']);
      expect(report.message + (report.findings[0]?.message ?? '')).toMatch(/(7 minutes|6 minutes 59 seconds).*behind/);
    } finally {
      await house.sandbox.control.post('clock', { advanceMs: -420_000 });
    }
  });

  test('nothing listens there', async () => {
    const account = await newAccount(provider);
    await addApp(house, account);
    const moved = ['app', 'update', account.app, '--base-url', 'http://127.0.0.1:1', '--secret-file', '-'];
    expect((await house.run(moved, { stdin: account.secret })).code).toBe(0);
    expect(await check(account.app)).toMatchObject({ code: 69, codes: ['CONNECTION_REFUSED'] });
  });

  test('an answer that is not the provider’s', async () => {
    const account = await newAccount(provider);
    await addApp(house, account);
    await house.sandbox.control.post('faults', [{ kind: 'garbage', provider }]);
    expect(await check(account.app)).toMatchObject({ code: 76, codes: ['ANSWER_STRANGE'] });
  });
});

test('a used-up quota shows after the first token that was refused for it', async () => {
  const account = await newAccount('rongcloud');
  await addApp(house, account);
  await house.sandbox.control.post('settings', { provider: 'rongcloud', appKey: account.appKey, maxUsers: 1 });
  expect((await house.run(['token', 'obtain', account.app, 'u1'])).code).toBe(0);
  expect((await house.run(['token', 'obtain', account.app, 'u2'])).code).toBe(78);
  expect(await check(account.app)).toMatchObject({ code: 0, codes: ['QUOTA_REACHED'] });
});

test('a locked account', async () => {
  const account = await newAccount('rongcloud');
  await addApp(house, account);
  const body = { url: '/user/block/query.json', code: 1006, errorMessage: 'app is locked' };
  await house.sandbox.control.post('faults', [{ kind: 'status', appKey: account.appKey, status: 401, body }]);
  expect(await check(account.app)).toMatchObject({ code: 78, codes: ['ACCOUNT_BLOCKED'] });
});

describe('immint doctor', () => {
  const doctor = async (env: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await house.run(['doctor', '--json'], { env });
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { severity: string; code: string }[] };
    expect(stdout + stderr).not.toContain('sandbox-rongcloud-secret');
    return { code, ok, codes: checks.map((each) => each.code), checks };
  };

  test('looks at everything and names what is wrong with each app', async () => {
    const account = await newAccount('rongcloud');
    await addApp(house, { ...account, secret: 'made-up-wrong-secret' });
    const { code, ok, codes } = await doctor();
    expect(code).not.toBe(0);
    expect(ok).toBe(false);
    expect(codes).toEqual(
      expect.arrayContaining([
        'URL_KNOWN',
        'KEY_KNOWN',
        'SERVER_ALIVE',
        'SERVER_READY',
        'CLOCK_RIGHT',
        'KEY_ACCEPTED',
        'VERSION_SAME',
        'DATABASE_POSTGRES',
        'APP_WORKS',
        'SECRET_WRONG',
      ]),
    );
  });

  test('works while the server is down, and says how to start it', async () => {
    const { code, checks } = await doctor({ IMMINT_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(69);
    const error = checks.find(({ severity }) => severity === 'error');
    expect(error).toMatchObject({ code: 'SERVER_UNREACHABLE', message: expect.stringContaining('immint serve') });
  });

  test('knows what is not immint, and a key that is not taken', async () => {
    expect(await doctor({ IMMINT_URL: house.sandbox.url })).toMatchObject({ code: 76 });
    expect(await doctor({ IMMINT_API_KEY: `${house.adminKey.slice(0, -2)}00` })).toMatchObject({ code: 77 });
  });

  test('sees a key file that others can read', async () => {
    const keyFile = join(house.cwd, 'open-key');
    writeFileSync(keyFile, 'made-up');
    chmodSync(keyFile, 0o644);
    const { code, codes } = await doctor({ IMMINT_KEY_FILE: keyFile });
    expect(code).toBe(78);
    expect(codes).toContain('FILE_OPEN_TO_OTHERS');
  });
});
