import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';

import { makeDynamicToken, parseDynamicToken, verifyDynamicToken } from './easemob-dynamic-token.ts';
import { readVectors } from './vectors/read-vectors.ts';

const signer = { clientId: 'cid', clientSecret: 'sec' };
const content = { appKey: 'o#a', userId: 'u', issuedAtSeconds: 1_760_000_001, ttlSeconds: 600 };
const token = makeDynamicToken(content, signer);
const judge = { ...signer, appKey: 'o#a', nowSeconds: 1_760_000_100 };
const encode = (text: string) => Buffer.from(text, 'utf8').toString('base64url');
const encodeJson = (value: unknown) => encode(`dt-${JSON.stringify(value)}`);
const signed = { signature: 's', appkey: 'o#a', userId: 'u', curTime: 1_760_000_001, ttl: 600 };

describe('the vectors', () => {
  test.each(readVectors().easemobDynamicTokens)('$id is made, taken apart and accepted', (vector) => {
    const vectorContent = {
      appKey: vector.appkey,
      userId: vector.userId,
      issuedAtSeconds: vector.curTime,
      ttlSeconds: vector.ttl,
    };
    const read = { ok: true, content: vectorContent, signature: vector.signature };
    expect(makeDynamicToken(vectorContent, vector)).toBe(vector.token);
    expect(parseDynamicToken(vector.token)).toEqual(read);
    const vectorJudge = { ...vector, appKey: vector.appkey, nowSeconds: vector.curTime };
    expect(verifyDynamicToken(vector.token, vectorJudge)).toEqual(read);
    expect(verifyDynamicToken(vector.token.replaceAll('=', ''), vectorJudge)).toEqual(read);
    expect(verifyDynamicToken(vector.token, { ...vectorJudge, clientSecret: 'other' })).toEqual({
      ok: false,
      code: 'SIGNATURE_MISMATCH',
    });
  });
});

describe('a token', () => {
  test('begins as every dynamic token does, and is safe in a URL', () => {
    expect(token).toMatch(/^ZHQt[\w-]+=*$/);
  });

  test('lives until its last second is over', () => {
    expect(verifyDynamicToken(token, { ...judge, nowSeconds: 1_760_000_600 })).toMatchObject({ ok: true });
    expect(verifyDynamicToken(token, { ...judge, nowSeconds: 1_760_000_601 })).toEqual({
      ok: false,
      code: 'TOKEN_EXPIRED',
    });
  });

  test('of a clock that is 5 minutes ahead is accepted, and of one beyond that refused', () => {
    expect(verifyDynamicToken(token, { ...judge, nowSeconds: 1_759_999_701 })).toMatchObject({ ok: true });
    expect(verifyDynamicToken(token, { ...judge, nowSeconds: 1_759_999_700 })).toEqual({
      ok: false,
      code: 'TOKEN_FROM_FUTURE',
    });
  });

  test('of another app is refused by that name', () => {
    expect(verifyDynamicToken(token, { ...judge, appKey: 'o#b' })).toEqual({ ok: false, code: 'TOKEN_OF_OTHER_APP' });
  });

  test('whose digits were moved between its unseparated texts keeps its signature and is refused all the same', () => {
    const signature = createHash('sha256').update('cido#au17600000123456sec').digest('hex');
    const asMade = { ...signed, signature, curTime: 1_760_000_012, ttl: 3456 };
    const longLived = { ...asMade, curTime: 17_600_000_123, ttl: 456 };
    const otherUser = { ...asMade, userId: 'u1', curTime: 7_600_000_123, ttl: 456 };
    expect(verifyDynamicToken(encodeJson(asMade), judge)).toMatchObject({ ok: true });
    expect(verifyDynamicToken(encodeJson(longLived), judge)).toEqual({ ok: false, code: 'TOKEN_MALFORMED' });
    expect(verifyDynamicToken(encodeJson(otherUser), judge)).toEqual({ ok: false, code: 'TOKEN_FROM_FUTURE' });
  });
});

test.each([
  ['an empty text', ''],
  ['a token of the other kind', 'YWMtrR6ECkz8Eeyx6Y9j1eX9kbsMrFep'],
  ['characters outside the alphabet', `${token}!`],
  [
    'standard base64',
    encodeJson({ ...signed, userId: '??>>' })
      .replace('_', '/')
      .replace('-', '+'),
  ],
  ['the prefix alone', encode('dt-')],
  ['a text that is not JSON', encode('dt-{')],
  ['JSON that is no object', encode('dt-null')],
  ['a list', encode('dt-[]')],
  ['a signature that is no text', encodeJson({ ...signed, signature: 1 })],
  ['a time in quotes', encodeJson({ ...signed, curTime: '1760000001' })],
  ['a negative lifetime', encodeJson({ ...signed, ttl: -1 })],
  ['an endless text', encodeJson({ ...signed, userId: 'u'.repeat(4096) })],
])('%s is not a dynamic token', (_, text) => {
  expect(parseDynamicToken(text)).toEqual({ ok: false, code: 'TOKEN_MALFORMED' });
});

test('what cannot be signed is refused by name', () => {
  expect(() => makeDynamicToken({ ...content, issuedAtSeconds: 1.5 }, signer)).toThrow(
    expect.objectContaining({ code: 'TIMESTAMP_MALFORMED' }),
  );
  expect(() => makeDynamicToken({ ...content, ttlSeconds: -1 }, signer)).toThrow(
    expect.objectContaining({ code: 'LIFETIME_MALFORMED' }),
  );
});
