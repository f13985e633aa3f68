import { expect, test } from 'vitest';
import { CLIENT_VERDICTS } from './client-code.ts';
import { CLIENT_CODES, explainClientCode, findClientCode, verdictOf } from './client-codes.ts';
import { PROVIDER_NAMES } from './provider-name.ts';

test('31004 may be a wrong App Key as well as an expired token, so it is ambiguous, and 31020 is only the second', () => {
  for (const provider of ['rongcloud', 'nexconn'] as const) {
    expect(verdictOf(provider, 31_004)).toBe('ambiguous');
    expect(verdictOf(provider, 31_020)).toBe('token-expired');
  }
});

test('whoever was banned, put off the line or lost the network needs no new token', () => {
  for (const code of [30_002, 31_009, 31_010, 31_011, 34_001])
    expect(verdictOf('rongcloud', code)).toBe('not-the-token');
  for (const code of [-1, 206, 207, 217, 300]) expect(verdictOf('easemob', code)).toBe('not-the-token');
});

test('a token that only nears its end is told apart from one that is at it, in both editions of Easemob’s SDK', () => {
  expect(verdictOf('easemob', 109)).toBe('token-expires-soon');
  expect(verdictOf('easemob', 108)).toBe('token-expired');
  expect(verdictOf('easemob', 56)).toBe('token-expired');
  expect(verdictOf('easemob', 104)).toBe('token-refused');
});

test('a report without a code, or with a code that no table has, is believed', () => {
  for (const provider of PROVIDER_NAMES) {
    expect(verdictOf(provider, undefined)).toBe('token-refused');
    for (const code of [424_242, 0.5, Number.NaN]) {
      expect(verdictOf(provider, code)).toBe('token-refused');
      expect(findClientCode(provider, code)).toBeUndefined();
      expect(explainClientCode(provider, code)).toBeUndefined();
    }
  }
});

test('a code of one provider says nothing at another', () => {
  expect(findClientCode('easemob', 31_004)).toBeUndefined();
  expect(findClientCode('rongcloud', 109)).toBeUndefined();
});

test('the sentence of a code that is not about the token names the code, what it says, and what helps', () => {
  expect(explainClientCode('rongcloud', 31_010)).toBe(
    'Code 31010 (RC_DISCONN_KICK) says that the user logged in on another device, or was put off the line; a new token ' +
      'would change nothing, so the stored one stays: ask the person before connecting again, or two devices put each ' +
      'other off the line for ever.',
  );
});

test('every verdict is that of some code, and every sentence is whole', () => {
  const codes = PROVIDER_NAMES.flatMap((provider) =>
    Object.keys(CLIENT_CODES[provider]).map((code) => ({ provider, code: Number(code) })),
  );
  expect(new Set(codes.map(({ provider, code }) => verdictOf(provider, code)))).toEqual(new Set(CLIENT_VERDICTS));
  for (const { provider, code } of codes) {
    expect(explainClientCode(provider, code)).toMatch(/^Code -?\d+ \([A-Za-z_ ]+\) says that [^.].*[^.]\.$/);
  }
});
