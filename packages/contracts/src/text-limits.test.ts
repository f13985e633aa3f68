import { expect, test } from 'vitest';

import { byteLength, characterLength, limitedField, limitedText } from './text-limits.ts';

test('counts bytes in UTF-8 and characters in code points', () => {
  expect([byteLength('a'), byteLength('é'), byteLength('名'), byteLength('🔑')]).toEqual([1, 2, 3, 4]);
  expect([characterLength('名🔑a'), '名🔑a'.length]).toEqual([3, 4]);
});

test('a limit in characters lets 64 characters of any size through and refuses the 65th', () => {
  const name = limitedText('The name', { maxCharacters: 64 });
  expect(name.safeParse('🔑'.repeat(64)).success).toBe(true);
  expect(name.safeParse('a'.repeat(65)).error?.issues).toMatchObject([
    { message: 'The name must be at most 64 characters.' },
  ]);
});

test('a limit in bytes counts what is sent, not what is seen', () => {
  const url = limitedText('The URL', { maxBytes: 6 });
  expect(url.safeParse('名名').success).toBe(true);
  expect(url.safeParse('名名a').error?.issues).toMatchObject([
    { message: 'The URL must be at most 6 bytes in UTF-8.' },
  ]);
});

test('an empty text and half a surrogate pair are refused with one sentence each', () => {
  const name = limitedText('The name', { maxCharacters: 64 });
  expect(name.safeParse('').error?.issues).toMatchObject([{ message: 'The name must not be empty.' }]);
  expect(name.safeParse('a\ud83d').error?.issues).toMatchObject([{ message: 'The name must be well-formed Unicode.' }]);
});

test.each(['a\u0000b', 'a\nb', '\t', 'a\u007f', 'a\u0085b'])('a control character is refused: %j', (text) => {
  expect(limitedText('The name', { maxCharacters: 64 }).safeParse(text).error?.issues).toMatchObject([
    { message: 'The name must hold no control characters.' },
  ]);
});

test.each(['O\u2019Brien', '\u5f20\u4e09', '\u200fשלום', 'a\u200db', '\u00a0'])(
  'other characters that are not seen are taken: %j',
  (text) => {
    expect(limitedText('The name', { maxCharacters: 64 }).safeParse(text).success).toBe(true);
  },
);

test('the text of a field that is named already is refused without a subject', () => {
  expect(limitedField({ maxCharacters: 2 }).safeParse('🔑🔑').success).toBe(true);
  expect(limitedField({ maxCharacters: 2 }).safeParse('🔑🔑🔑').error?.issues).toMatchObject([
    { message: 'must be at most 2 characters' },
  ]);
});
