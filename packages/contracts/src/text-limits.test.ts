import { expect, test } from 'vitest';

import { byteLength, characterLength, limitedText } from './text-limits.ts';

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
