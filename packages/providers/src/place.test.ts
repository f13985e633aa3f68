import { PROVIDER_NAMES, SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { Secret } from '@immint/secrets';
import { expect, test } from 'vitest';

import { providers } from './providers.ts';
import { dependencies } from './testing/provider-suite.ts';

test.each(PROVIDER_NAMES)('%s is called where the settings of the app allow it, on both domains', async (name) => {
  const connect = (place: { baseUrl: string; backupBaseUrl?: string }, settings = {}) =>
    providers[name].connect(
      {
        appKey: 'made-up-org#app',
        clientId: 'made-up-id',
        secret: Secret.of('made-up-secret'),
        settings: SETTINGS_BY_PROVIDER[name].parse(settings),
        ...place,
      },
      dependencies(),
    );
  const baseUrl = 'https://api.example.com';
  const inside = { baseUrl, backupBaseUrl: 'http://10.0.0.1' };
  expect(() => connect(inside)).toThrow(/The backup base URL must be https/);
  expect(() => connect(inside, { allowPlainHttp: true })).toThrow(/must not be a private address/);
  await connect(inside, { allowPlainHttp: true, allowPrivateAddresses: true }).close();
  await connect({ baseUrl, backupBaseUrl: 'https://api-b.example.com' }).close();
});
