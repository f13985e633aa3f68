import { expect, it } from 'vitest';
import { isReadableOnTheWay, readServerUrl, sameServer } from './server-url.ts';

it.each([
  ['http://127.0.0.1:7788', 'http://127.0.0.1:7788'],
  ['http://127.0.0.1:7788/', 'http://127.0.0.1:7788'],
  ['https://Example.com:443/immint/', 'https://example.com/immint'],
])('%s is read as %s', (text, url) => {
  expect(readServerUrl(text)).toBe(url);
});

it.each(['localhost:7788', 'ftp://x', '', 'http://', 'http://me:pw@x', 'http://x?key=1', 'http://x#y'])(
  'refuses %j',
  (text) => {
    expect(() => readServerUrl(text)).toThrow(/The URL of the server/);
  },
);

it('takes two spellings of one address for one server, and two names for two', () => {
  expect(sameServer('http://EXAMPLE.com:80/', 'http://example.com')).toBe(true);
  expect(sameServer('http://localhost:7788', 'http://127.0.0.1:7788')).toBe(false);
  expect(sameServer('http://example.com', 'https://example.com')).toBe(false);
});

it.each([
  ['http://127.0.0.1:7788', false],
  ['http://localhost:7788', false],
  ['http://[::1]:7788', false],
  ['https://example.com', false],
  ['http://example.com', true],
  ['http://127.example.com', true],
  ['http://127.8.9.10', false],
  ['http://immint.localhost:7788', true],
])('%s can be read on the way: %s', (url, readable) => {
  expect(isReadableOnTheWay(url)).toBe(readable);
});
