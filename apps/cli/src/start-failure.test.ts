import { expect, it } from 'vitest';
import { withStartFailures } from './start-failure.ts';

function sentenceFor(facts: object): Promise<string> {
  const error = Object.assign(new Error('made-up-text'), facts);
  return withStartFailures(() => Promise.reject(error)).then(
    () => 'nothing',
    (failure: unknown) => (failure instanceof Error ? failure.message : 'no error'),
  );
}

it.each([
  [{ code: 'EACCES', path: '/data' }, '/data is not for this user: choose another directory with --data-dir.'],
  [
    { code: 'EACCES', address: '127.0.0.1', port: 80 },
    '127.0.0.1:80 is not for this user: choose another port above 1023 with --port (0: any).',
  ],
  [
    { code: 'EADDRINUSE', address: '::1', port: 7788 },
    '::1:7788 is taken: stop what listens there, or choose another port with --port (0: any).',
  ],
  [
    { code: 'EADDRNOTAVAIL', address: '203.0.113.1' },
    'This machine cannot listen on 203.0.113.1: choose another --host.',
  ],
  [{ code: 'EEXIST', path: '/data' }, '/data is there and is no directory: choose another one with --data-dir.'],
])('names what stands in the way and the fix: %j', async (facts, sentence) => {
  expect(await sentenceFor(facts)).toBe(sentence);
});

it('leaves what nobody foresaw as it is, for a report without its text', async () => {
  expect(await sentenceFor({ code: 'EWHATEVER' })).toBe('made-up-text');
});
