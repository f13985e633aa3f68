import { expect, test } from 'vitest';

import { checkBaseUrl, isLoopbackUrl, readBaseUrl } from './base-url.ts';
import { ProviderError } from './provider-error.ts';

test.each([
  ['https://api.example.com', 'https://api.example.com'],
  ['https://API.example.com:443/', 'https://api.example.com'],
  ['https://api.example.com:8443', 'https://api.example.com:8443'],
  ['http://127.0.0.1:7799', 'http://127.0.0.1:7799'],
  ['http://127.8.9.10', 'http://127.8.9.10'],
  ['http://[::1]:7799', 'http://[::1]:7799'],
  ['http://localhost:7799', 'http://localhost:7799'],
])('%s is taken, and calls go to %s', (text, origin) => {
  expect(checkBaseUrl(text)).toEqual({ ok: true, origin });
  expect(readBaseUrl(text)).toBe(origin);
});

const ORIGIN_ONLY = 'The base URL must be a scheme, a host and perhaps a port, nothing more.';
const SAFE_ONLY = 'The base URL must be https; http only on 127.0.0.1, [::1] or localhost.';

test.each([
  ['', ORIGIN_ONLY],
  ['api.example.com', ORIGIN_ONLY],
  ['https://api.example.com/v1', ORIGIN_ONLY],
  ['https://api.example.com?key=marked', ORIGIN_ONLY],
  ['https://api.example.com/?', ORIGIN_ONLY],
  ['https://api.example.com/#', ORIGIN_ONLY],
  ['https://user:marked@api.example.com', ORIGIN_ONLY],
  ['https://user@api.example.com', ORIGIN_ONLY],
  ['file:///etc', ORIGIN_ONLY],
  ['http://api.example.com', SAFE_ONLY],
  ['http://sandbox.localhost', SAFE_ONLY],
  ['http://127.0.0.1.example.com', SAFE_ONLY],
  ['http://0.0.0.0', SAFE_ONLY],
  ['ftp://127.0.0.1', SAFE_ONLY],
])('%j is refused by a rule that does not repeat it', (text, rule) => {
  expect(checkBaseUrl(text)).toEqual({ ok: false, rule });
  expect(() => readBaseUrl(text)).toThrow(new ProviderError('bad-request', { detail: rule }));
});

test.each([
  ['http://localhost:1', true],
  ['https://127.1', true],
  ['http://[0:0::1]', true],
  ['http://sandbox.localhost', false],
  ['http://127.example.com', false],
  ['http://[::2]', false],
])('%s is on a loopback address: %s', (url, loopback) => {
  expect(isLoopbackUrl(new URL(url))).toBe(loopback);
});
