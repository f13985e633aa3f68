import { ProviderError } from '@immint/providers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { obtainToken } from '../tokens/obtain.ts';
import { openScriptedHouse, tokenNamed } from '../testing/scripted-house.ts';
import { checkApp } from './check.ts';

let house: Awaited<ReturnType<typeof openScriptedHouse>>;
beforeAll(async () => {
  house = await openScriptedHouse();
  await house.addApp('rc', 'rongcloud');
  await house.addApp('em', 'easemob');
  await house.addApp('placed', 'rongcloud', {}, { dataCenter: 'beijing', baseUrl: 'https://beijing.example' });
});
beforeEach(() => {
  // From before the ask: the monotonic clock of these tests stands, so that no time passes between ask and answer.
  const serverDateMs = Date.now();
  house.provider.check = async () => ({ serverDateMs, isRemembered: false });
  house.provider.answer = async (_request, index) => tokenNamed(`token-${index}`);
});
afterAll(() => house.close());

const check = (app = 'rc') => checkApp(house.call, { app });
const codes = async (app = 'rc') => (await check(app)).findings.map(({ severity, code }) => `${severity} ${code}`);
const refuse = (
  kind: ConstructorParameters<typeof ProviderError>[0],
  facts?: ConstructorParameters<typeof ProviderError>[1],
) => {
  house.provider.check = async () => Promise.reject(new ProviderError(kind, facts));
};

test('finds nothing where all is well', async () => {
  expect(await check()).toMatchObject({ ok: true, reason: null, clockSkewMs: 0, findings: [] });
});

describe('tells apart', () => {
  test.each([
    ['a wrong App Key', 'credentials-refused', { blames: 'app-key' }, 'APP_KEY_WRONG', /--app-key/],
    ['a wrong secret', 'credentials-refused', { blames: 'secret' }, 'SECRET_WRONG', /app secret correct/],
    ['a wrong client id', 'credentials-refused', { blames: 'client-id' }, 'CLIENT_ID_WRONG', /--client-id/],
    ['one of them', 'credentials-refused', {}, 'CREDENTIALS_WRONG', /compare both/],
    ['a used-up quota', 'user-limit-reached', {}, 'QUOTA_REACHED', /plan/],
    ['a locked account', 'app-unavailable', {}, 'ACCOUNT_BLOCKED', /IP address/],
    ['an unknown host', 'unreachable', { systemCode: 'ENOTFOUND' }, 'HOST_UNKNOWN', /DNS/],
    ['a refused connection', 'unreachable', { systemCode: 'ECONNREFUSED' }, 'CONNECTION_REFUSED', /listening/],
    ['a cut connection', 'unreachable', { systemCode: 'ECONNRESET' }, 'UNREACHABLE', /proxy/],
    ['a time-out of the connection', 'unreachable', { systemCode: 'UND_ERR_CONNECT_TIMEOUT' }, 'TIMED_OUT', /firewall/],
    ['a time-out of the answer', 'timed-out', {}, 'TIMED_OUT', /firewall/],
    ['a bad certificate', 'unreachable', { systemCode: 'CERT_HAS_EXPIRED' }, 'TLS_FAILED', /certificate/],
    ['a self-signed one', 'unreachable', { systemCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'TLS_FAILED', /certificate/],
    ['plain HTTP under https', 'unreachable', { systemCode: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'TLS_FAILED', /TLS/],
    ['a private address', 'address-refused', {}, 'ADDRESS_REFUSED', /--allow-private-addresses/],
    ['a used-up rate', 'rate-limited', {}, 'RATE_USED_UP', /--rate-share/],
    ['a paused app', 'app-paused', {}, 'APP_PAUSED', /by itself/],
    ['a strange answer', 'broke-contract', {}, 'ANSWER_STRANGE', /base URL/],
    ['an unknown code', 'unknown-code', { providerCode: '4242' }, 'CALL_REFUSED', /code 4242/],
  ] as const)('%s', async (_what, kind, facts, code, fix) => {
    refuse(kind, facts);
    const report = await check();
    expect(report).toMatchObject({ ok: false, findings: [{ severity: 'error', code }] });
    expect(report.message).toMatch(/^RongCloud /);
    expect(report.message).toMatch(fix);
  });
});

describe('a clock that is off', () => {
  test('comes first where credentials are refused, with the amount and the side', async () => {
    refuse('credentials-refused', { blames: 'secret', serverDateMs: Date.now() + 400_000 });
    const report = await check();
    expect(report.findings).toMatchObject([{ severity: 'error', code: 'CLOCK_OFF' }, { code: 'SECRET_WRONG' }]);
    expect(report.message).toMatch(/is 6 minutes 40 seconds behind that of RongCloud/);
    expect(report.clockSkewMs).toBeGreaterThan(395_000);
  });

  test('is a warning where they are taken', async () => {
    house.provider.check = async () => ({ serverDateMs: Date.now() - 45_000, isRemembered: false });
    const report = await check();
    expect(report).toMatchObject({ ok: true, findings: [{ severity: 'warning', code: 'CLOCK_OFF' }] });
    expect(report.findings[0]?.message).toContain('ahead of');
  });
});

describe('an App Key that is not known here', () => {
  const asked: [url: string, isOwnSecret: boolean][] = [];
  beforeEach(() => {
    asked.length = 0;
    house.provider.check = async ({ record }, secret) => {
      asked.push([record.baseUrl, secret.reveal() === 'made-up-secret']);
      const blames = record.baseUrl.includes('sg') ? 'secret' : 'app-key';
      throw new ProviderError('credentials-refused', { blames });
    };
  });

  test('is looked for at the provider’s other data centres, which are not shown the app’s secret', async () => {
    const report = await check('placed');
    expect(report.findings).toMatchObject([{ code: 'REGION_WRONG' }, { code: 'APP_KEY_WRONG' }]);
    expect(report.message).toContain('but at singapore');
    expect(report.message).toContain('immint app update placed --data-center singapore');
    const [first, ...others] = asked;
    expect(first).toEqual(['https://beijing.example', true]);
    expect(others.length).toBeGreaterThan(1);
    expect(others.filter(([, isOwnSecret]) => isOwnSecret)).toEqual([]);
  });

  test('is looked for nowhere else where the app names a host of its own', async () => {
    expect(await codes()).toEqual(['error APP_KEY_WRONG']);
    expect(asked).toHaveLength(1);
  });
});

test('a quota that only an issue sees is told until an issue succeeds', async () => {
  house.provider.answer = async () => Promise.reject(new ProviderError('user-limit-reached'));
  await expect(obtainToken(house.call, { app: 'rc', userId: 'q1' })).rejects.toThrow(ProviderError);
  expect(await codes()).toEqual(['warning QUOTA_REACHED']);
  house.provider.answer = async () => tokenNamed('enough');
  await obtainToken(house.call, { app: 'rc', userId: 'q1' });
  expect(await codes()).toEqual([]);
});

describe('advice about stored users', () => {
  test('ids that count upwards, and names that only one of two limits allows', async () => {
    await house.addApp('counted', 'rongcloud');
    for (let number = 1; number <= 12; number += 1) {
      await obtainToken(house.call, { app: 'counted', userId: `user${number}` });
    }
    await obtainToken(house.call, { app: 'counted', userId: 'other', name: '名'.repeat(60) });
    expect(await codes('counted')).toEqual(['note USER_IDS_SEQUENTIAL', 'note NAMES_NEAR_LIMIT']);
  });

  test('ids that look like phone numbers or e-mail addresses, which are not repeated in full', async () => {
    await house.addApp('personal', 'easemob');
    await obtainToken(house.call, { app: 'personal', userId: '13800138000' });
    await obtainToken(house.call, { app: 'personal', userId: 'mei.lin.gmail.com' });
    const report = await check('personal');
    expect(report.ok).toBe(true);
    expect(report.findings).toMatchObject([
      { severity: 'warning', code: 'USER_IDS_PERSONAL' },
      { severity: 'note', code: 'USER_IDS_NOT_FOR_SDK' },
    ]);
    expect(report.findings[0]?.message).toContain('2 of the 2');
    expect(JSON.stringify(report)).not.toMatch(/13800138000|mei\.lin/);
  });

  test('C7: Easemob ids that its Java SDK would refuse', async () => {
    await house.addApp('sdk', 'easemob');
    await obtainToken(house.call, { app: 'sdk', userId: 'mei-lin' });
    expect(await codes('sdk')).toEqual([]);
    await obtainToken(house.call, { app: 'sdk', userId: 'mei_lin' });
    expect(await codes('sdk')).toEqual(['note USER_IDS_NOT_FOR_SDK']);
  });
});
