import { describe, expect, test } from 'vitest';
import { AddAppInput, SETTINGS_BY_PROVIDER, UpdateAppInput } from './app.ts';

const rongcloud = {
  app: 'chat',
  provider: 'rongcloud',
  appKey: 'uwd1c0sxdlx2',
  secret: 'made-up-secret',
  dataCenter: 'beijing',
};
const easemob = {
  app: 'chat',
  provider: 'easemob',
  appKey: 'sandbox-org#sandbox-app',
  clientId: 'made-up-client-id',
  secret: 'made-up-secret',
  baseUrl: 'https://a1.easemob.com',
};

describe('the input of app.add', () => {
  test('fills in the settings of the provider', () => {
    const ofAnyApp = {
      rateShare: 0.8,
      ratesPerSecond: {},
      readMode: 'cached',
      allowPlainHttp: false,
      allowPrivateAddresses: false,
    };
    expect(AddAppInput.parse(rongcloud).settings).toEqual({
      ...ofAnyApp,
      userIdCharset: 'documented',
      tokenLifetime: 'unknown',
      profileOwner: 'immint',
    });
    expect(AddAppInput.parse(easemob).settings).toEqual({
      ...ofAnyApp,
      userIdCase: 'refuse',
      autoCreateUser: true,
      ttlUnit: 'seconds',
      defaultTtlSeconds: 5_184_000,
      allowPermanentTokens: false,
      tokenMode: 'issued',
      dynamicTokenEnsuresUser: true,
      revokeBy: 'nothing',
      secretRefreshKillsTokens: false,
      useSecondDomain: false,
    });
  });

  test.each([
    ['a provider nobody knows', { ...rongcloud, provider: 'other' }],
    ['a client id where the provider has none', { ...rongcloud, clientId: 'x' }],
    ['no client id where the provider needs one', { ...easemob, clientId: undefined }],
    ['an Easemob App Key without an organisation', { ...easemob, appKey: 'sandbox-app' }],
    ['an Easemob App Key that walks up the path', { ...easemob, appKey: '..#sandbox-app' }],
    ['a setting of another provider', { ...rongcloud, settings: { autoCreateUser: true } }],
    ['a secret with a line break', { ...rongcloud, secret: 'made-up\r\nX-Injected: 1' }],
    ['an empty secret', { ...rongcloud, secret: '' }],
  ])('refuses %s', (_what, input) => {
    expect(AddAppInput.safeParse(input).success).toBe(false);
  });
});

test('what is refused is named by its field and its rule, and its value is not repeated', () => {
  const refused = AddAppInput.safeParse({ ...rongcloud, secret: 'made-up secret with spaces' });
  expect(refused.error?.issues.map((issue) => issue.path.join('.'))).toEqual(['secret']);
  expect(JSON.stringify(refused.error)).not.toContain('made-up secret');
});

test('an update names only what changes', () => {
  expect(UpdateAppInput.parse({ app: 'chat', settings: { autoCreateUser: false } })).toEqual({
    app: 'chat',
    settings: { autoCreateUser: false },
  });
});

test('the settings of each provider can all be left out', () => {
  for (const settings of Object.values(SETTINGS_BY_PROVIDER)) expect(settings.safeParse({}).success).toBe(true);
});
