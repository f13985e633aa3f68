import { expect, test } from 'vitest';

import { explainSignature } from './explain-signature.ts';

const call = { appKey: 'k', appSecret: 'marked-sécret', nonce: '14314', timestampMs: 1_760_000_012_000 };

test('shows every step with its length in bytes, and never the secret', () => {
  const steps = explainSignature(call);
  expect(steps.map(({ bytes }) => bytes)).toEqual([14, 5, 13, 32, 40]);
  expect(steps.map(({ text }) => text).slice(0, 4)).toEqual([
    '[secret]',
    '14314',
    '1760000012000',
    '[secret]143141760000012000',
  ]);
  expect(JSON.stringify(steps)).not.toContain('marked');
});

test('ends with the signature that would be sent', () => {
  const steps = explainSignature({ ...call, appSecret: 'sandboxSecret01' });
  expect(steps.at(-1)?.text).toBe('f78b70440c7214e762b1ab232baa0e16a901c622');
});
