import { expect, test } from 'vitest';

import { AccountRecord, createAccountRecord, defaultSettings } from './account.ts';

test('what a version without Easemob’s other calls wrote is read with the settings of a fresh account', () => {
  const fresh = createAccountRecord('easemob', 'o#a', 'made-up', 'c', defaultSettings('easemob', 'live'));
  const older = {
    tokenTtlSeconds: null,
    maxUsers: null,
    httpStatusOnError: true,
    ttlUnit: 'seconds',
    secretRefreshKillsTokens: false,
    oldSecretUntilFirstUse: false,
  };
  const written = { ...fresh, settings: older, original: { secret: 'made-up', settings: older } };
  expect(AccountRecord.parse(written)).toEqual(fresh);
});
