import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNTS, openHouse } from './house.ts';
import type { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.sandbox.control.clearFaults());
afterAll(() => house.close());

/** Adds an account of its own at both domains of the sandbox. */
async function addApp(app: string, { provider, flags }: (typeof ACCOUNTS)[number], secret = `secret-of-${app}`) {
  const isEasemob = provider === 'easemob';
  const appKey = isEasemob ? `sandbox-org#${app}` : `key-of-${app}`;
  const client = isEasemob ? { clientId: flags[1] } : {};
  await house.sandbox.control.post('apps', { provider, appKey, secret: `secret-of-${app}`, ...client });
  const added = await house.call('app.add', {
    app,
    provider,
    appKey,
    ...client,
    secret,
    baseUrl: house.sandbox.url,
    backupBaseUrl: house.sandbox.ready['backupUrl'],
  });
  expect(added.status, added.text).toBe(200);
  return { app, provider, appKey };
}

const callsOf = async (appKey: string) =>
  (await house.sandbox.control.journal()).filter((entry) => entry.appKey === appKey);

const obtain = (app: string, userId: string) => house.call('token.obtain', { app, userId });

describe.each(ACCOUNTS)('$provider', (account) => {
  const { provider } = account;

  test('a primary domain that is down costs no caller anything: the backup gives the token', async () => {
    const { app, appKey } = await addApp(`down-${account.app}`, account);
    expect(await obtain(app, 'u0')).toMatchObject({ status: 200 });
    const before = (await callsOf(appKey)).length;
    await house.sandbox.control.post('faults', [{ provider, appKey, kind: 'down', domain: 'primary' }]);
    const startedAtMs = performance.now();
    expect(await obtain(app, 'u1')).toMatchObject({ status: 200, data: { source: 'issued' } });
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
    expect(await obtain(app, 'u2')).toMatchObject({ status: 200, data: { source: 'issued' } });
    const served = (await callsOf(appKey)).slice(before).filter(({ status }) => status === 200);
    expect(new Set(served.map(({ domain }) => domain))).toEqual(new Set(['backup']));
    expect(house.server.output()).toContain('"provider.domain-switched"');
  });
});

describe.each(ACCOUNTS.filter(({ provider }) => provider !== 'easemob'))('the secret of $provider', (account) => {
  test('that is refused three times is not shown a fourth time, until it is corrected', async () => {
    const { app, appKey } = await addApp(`mistyped-${account.app}`, account, 'mistyped-secret');
    for (const userId of ['u1', 'u2', 'u3']) {
      expect((await obtain(app, userId)).error.data['reason']).toBe('PROVIDER_CREDENTIALS_REFUSED');
    }
    const paused = await obtain(app, 'u4');
    expect(paused.error.data).toMatchObject({ reason: 'APP_PAUSED' });
    expect(paused.error.data['retryAfterMs']).toBeGreaterThan(30_000);
    expect(await callsOf(appKey)).toHaveLength(3);

    const corrected = await house.run(['app', 'secret', 'correct', app, '--secret-file', '-'], {
      stdin: `secret-of-${app}`,
    });
    expect(corrected.code, corrected.stderr).toBe(0);
    expect(await obtain(app, 'u4')).toMatchObject({ status: 200, data: { source: 'issued' } });
  });

  test('that was refreshed in the console is named as such, and stored tokens go on being handed out', async () => {
    const { app, provider, appKey } = await addApp(`refreshed-${account.app}`, account);
    const { data } = await obtain(app, 'u1');
    await house.sandbox.control.post('secret', { provider, appKey, secret: 'refreshed-secret' });
    for (const userId of ['u2', 'u3', 'u4', 'u5']) {
      expect((await obtain(app, userId)).error.message).toContain(`immint app secret stage ${app} --secret-file FILE`);
    }
    expect((await obtain(app, 'u1')).data).toEqual({ ...data, source: 'stored' });
    expect(await callsOf(appKey)).toHaveLength(4);
    expect((await house.call('app.stageSecret', { app, secret: 'refreshed-secret' })).status).toBe(200);
    expect((await house.call('app.cutOverSecret', { app })).data).toMatchObject({ tokensOfEarlierSecrets: 1 });
    const again = await obtain(app, 'u1');
    expect(again).toMatchObject({ status: 200, data: { source: 'issued' } });
    const verdict = await house.sandbox.control.connect(provider, appKey, String(again.data['token']));
    expect(verdict).toMatchObject({ ok: true });
  });
});
