import { expect, test } from 'vitest';

import { hasRepeatedName } from './repeated-name.ts';

const isRepeated = (document: string): boolean => hasRepeatedName(document, JSON.parse(document) as unknown);

test.each([
  '{}',
  '[]',
  '"a"',
  '12',
  '{"a":1,"b":2}',
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":1}]',
  String.raw`{"a":"\"a\":","b":"{\"a\":1}"}`,
  String.raw`{"\\":1,"\"":2}`,
  '{"a" : "b" , "c"\n:\t"d:"}',
  '{"__proto__":1,"constructor":2}',
  '{"":1}',
  '{"1":1,"2":2}',
])('%s has every name once', (document) => {
  expect(isRepeated(document)).toBe(false);
});

test.each([
  '{"a":1,"a":1}',
  '{"a":1,"b":{"c":1,"c":2}}',
  '[{"a":1},{"a":1,"a":2}]',
  String.raw`{"a":1,"\u0061":2}`,
  '{"__proto__":1,"__proto__":2}',
  '{"":1,"":2}',
  '{"a":{"b":1},"a":{"b":1}}',
])('%s has one twice', (document) => {
  expect(isRepeated(document)).toBe(true);
});
