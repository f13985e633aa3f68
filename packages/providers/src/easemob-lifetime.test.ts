import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { expect, test } from 'vitest';

import { readLifetime } from './easemob-lifetime.ts';
import type { ProviderReply } from './request.ts';

const reply: ProviderReply = {
  status: 200,
  contentType: 'application/json',
  serverDateMs: undefined,
  retryAfterMs: undefined,
  body: new Uint8Array(),
};
const seconds = SETTINGS_BY_PROVIDER.easemob.parse({});
const milliseconds = SETTINGS_BY_PROVIDER.easemob.parse({ ttlUnit: 'milliseconds' });

test('the answer counts, be it shorter or longer than what was asked for', () => {
  expect(readLifetime(reply, { expiresIn: 60, sentTtl: 3_600 }, seconds)).toEqual({ kind: 'known', ttlSeconds: 60 });
  expect(readLifetime(reply, { expiresIn: 7_200, sentTtl: 3_600 }, seconds)).toEqual({
    kind: 'known',
    ttlSeconds: 7_200,
  });
});

test.each([
  ['seconds', 3_600_000, 3_600, seconds],
  ['seconds, rounded', 3_599_999, 3_600, seconds],
  ['milliseconds', 3_600_000_000, 3_600_000, milliseconds],
])(
  'C3: a thousand times what was asked for in %s is another unit, and not believed',
  (_, expiresIn, sentTtl, settings) => {
    expect(() => readLifetime(reply, { expiresIn, sentTtl }, settings)).toThrow(/ttlUnit/);
  },
);

test('C3: VIP 5 answers in milliseconds are read so', () => {
  expect(readLifetime(reply, { expiresIn: 3_600_000, sentTtl: 3_600_000 }, milliseconds)).toEqual({
    kind: 'known',
    ttlSeconds: 3_600,
  });
});

test('a lifetime of nothing is permanent only to who asked for that', () => {
  expect(readLifetime(reply, { expiresIn: 0, sentTtl: 0 }, seconds)).toEqual({ kind: 'permanent' });
  expect(() => readLifetime(reply, { expiresIn: 0, sentTtl: 60 }, seconds)).toThrow(/out of range/);
});
