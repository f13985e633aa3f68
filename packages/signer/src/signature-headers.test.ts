import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';

import { verifyAppSecret } from './app-secret-signature.ts';
import { newNonce } from './nonce.ts';
import { readAppKey, readSignatureHeaders, signatureHeaders } from './signature-headers.ts';

const call = { appKey: 'uwd1c0sxdlx2', appSecret: 'sandboxSecret01', nonce: '14314', timestampMs: 1_760_000_012_000 };
const signature = 'f78b70440c7214e762b1ab232baa0e16a901c622';

describe('the headers of a call', () => {
  test('have the documented names, and values exactly as they were signed', () => {
    expect(signatureHeaders(call)).toEqual({
      'App-Key': 'uwd1c0sxdlx2',
      Nonce: '14314',
      Timestamp: '1760000012000',
      Signature: signature,
    });
  });

  test('have the RC- names on demand', () => {
    expect(Object.keys(signatureHeaders({ ...call, spelling: 'rc' }))).toEqual([
      'RC-App-Key',
      'RC-Nonce',
      'RC-Timestamp',
      'RC-Signature',
    ]);
  });

  test.each([
    ['NONCE_MISSING', { nonce: '' }],
    ['NONCE_TOO_LONG', { nonce: '1'.repeat(19) }],
    ['TIMESTAMP_MALFORMED', { timestampMs: 1.5 }],
    ['TIMESTAMP_MALFORMED', { timestampMs: -1 }],
    ['TIMESTAMP_MALFORMED', { timestampMs: Number.NaN }],
  ])('are not made when %s', (code, wrong) => {
    expect(() => signatureHeaders({ ...call, ...wrong })).toThrow(expect.objectContaining({ code }));
  });

  test('an error repeats neither the secret nor the nonce', () => {
    expect(() => signatureHeaders({ ...call, nonce: 'n'.repeat(19) })).toThrow(/^The nonce is too long\.$/);
  });
});

describe('reading the headers of a received call', () => {
  const received = { 'app-key': 'k', nonce: '1', timestamp: '1760000012', signature: 's' };
  const readBack = { ok: true, appKey: 'k', nonce: '1', timestamp: '1760000012', signature: 's' };

  test('takes both spellings, in any case', () => {
    expect(readSignatureHeaders(received)).toEqual(readBack);
    expect(
      readSignatureHeaders({ 'RC-App-Key': 'k', 'rc-nonce': '1', 'Rc-Timestamp': '1760000012', 'RC-SIGNATURE': 's' }),
    ).toEqual(readBack);
  });

  test.each(['plain', 'rc'] as const)('what was signed here verifies there, with %s names', (spelling) => {
    const nonce = newNonce();
    const made = createHash('sha1').update(`${call.appSecret}${nonce}${call.timestampMs}`).digest('hex');
    const read = { ok: true, appKey: call.appKey, nonce, timestamp: '1760000012000', signature: made };
    expect(readSignatureHeaders(signatureHeaders({ ...call, nonce, spelling }))).toEqual(read);
    expect(verifyAppSecret({ ...read, appSecret: call.appSecret }, made)).toBe(true);
  });

  test.each([
    ['APP_KEY_MISSING', { 'app-key': undefined }],
    ['NONCE_MISSING', { nonce: '' }],
    ['NONCE_TOO_LONG', { nonce: 'n'.repeat(65) }],
    ['TIMESTAMP_MISSING', { timestamp: undefined }],
    ['TIMESTAMP_MALFORMED', { timestamp: '1.76e12' }],
    ['SIGNATURE_MISSING', { signature: undefined }],
    ['HEADER_AMBIGUOUS', { 'rc-nonce': '2' }],
    ['HEADER_AMBIGUOUS', { signature: ['s', 't'] }],
  ])('refuses with %s', (code, wrong) => {
    expect(readSignatureHeaders({ ...received, ...wrong })).toEqual({ ok: false, code });
  });

  test('takes a nonce of 64 characters, and the same value under both spellings', () => {
    const nonce = '🔑'.repeat(64);
    expect(readSignatureHeaders({ ...received, nonce, 'rc-nonce': nonce })).toMatchObject({ ok: true, nonce });
  });
});

describe('the App Key of a received call', () => {
  test.each([
    ['under its plain name', { 'app-key': 'k' }, 'k'],
    ['under the alias, in any case', { 'RC-APP-KEY': 'k' }, 'k'],
    ['under both', { 'app-key': 'k', 'rc-app-key': 'k' }, 'k'],
    ['twice, with different values', { 'app-key': 'k', 'rc-app-key': 'other' }, null],
    ['empty', { 'app-key': '' }, null],
    ['missing', { nonce: '1' }, null],
  ])('%s', (_where, headers, appKey) => {
    expect(readAppKey(headers)).toBe(appKey);
  });
});
