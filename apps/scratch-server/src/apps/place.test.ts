import { SETTINGS_BY_PROVIDER } from '@immint/contracts';
import { providers } from '@immint/providers';
import { describe, expect, test } from 'vitest';
import { hasNewOrigin, isSamePlace, recheckPlace, resolvePlace } from './place.ts';

const { rongcloud, nexconn, easemob } = providers;

const signed = SETTINGS_BY_PROVIDER.rongcloud.parse({});
const client = SETTINGS_BY_PROVIDER.easemob.parse({});

describe('A25: a data centre by its name is its documented hosts', () => {
  // The tables of base URLs: docs.rongcloud.io/platform-chat-api/base-url, docs.nexconn.ai/platform-chat-api/base-url
  test.each([
    ['RongCloud', 'beijing', rongcloud, 'https://api.rong-api.com', 'https://api-b.rong-api.com'],
    ['RongCloud', 'singapore', rongcloud, 'https://api.sg-light-api.com', 'https://api-b.sg-light-api.com'],
    ['RongCloud', 'singapore-b', rongcloud, 'https://api.sg-b-light-api.com', 'https://api-b.sg-b-light-api.com'],
    ['RongCloud', 'north-america', rongcloud, 'https://api.us-light-api.com', 'https://api-b.us-light-api.com'],
    ['RongCloud', 'saudi-arabia', rongcloud, 'https://api.sau-light-api.com', 'https://api-b.sau-light-api.com'],
    ['Nexconn', 'singapore', nexconn, 'https://api.sg-light-api.com', 'https://api-b.sg-light-api.com'],
    ['Nexconn', 'north-america', nexconn, 'https://api.us-light-api.com', 'https://api-b.us-light-api.com'],
    ['Nexconn', 'saudi-arabia', nexconn, 'https://api.sau-light-api.com', 'https://api-b.sau-light-api.com'],
  ])('%s: %s', (_name, dataCenter, entry, baseUrl, backupBaseUrl) => {
    expect(resolvePlace(entry, { dataCenter }, SETTINGS_BY_PROVIDER[entry.name].parse({}))).toEqual({
      baseUrl,
      backupBaseUrl,
      dataCenter,
    });
  });

  // The domain lists of doc.easemob.com; its pages have no rule for servers about the second host.
  test.each([
    ['china-1', 'https://a1.easemob.com', 'https://a1.easecdn.com'],
    ['china-2', 'https://a31.easemob.com', 'https://a31.easecdn.com'],
    ['singapore-1', 'https://a1-sgp.easemob.com', 'https://a1-sgp.easecdn.com'],
    ['singapore-2', 'https://a61.easemob.com', 'https://a61.easecdn.com'],
    ['us-east-1', 'https://a41.easemob.com', 'https://a41.easecdn.com'],
  ])('C22: Easemob: %s, and its second host only by the setting', (dataCenter, baseUrl, backupBaseUrl) => {
    expect(resolvePlace(easemob, { dataCenter }, client)).toEqual({ baseUrl, dataCenter });
    const both = { ...client, useSecondDomain: true };
    expect(resolvePlace(easemob, { dataCenter }, both)).toEqual({ baseUrl, backupBaseUrl, dataCenter });
  });

  test('and there are no others', () => {
    expect(Object.keys(rongcloud.dataCenters)).toHaveLength(5);
    expect(Object.keys(nexconn.dataCenters)).toHaveLength(3);
    expect(Object.keys(easemob.dataCenters)).toHaveLength(5);
  });
});

describe('hosts of one’s own', () => {
  test.each([
    ['https://a1.easemob.com', 'https://a1.easemob.com'],
    ['https://a1.easemob.com/', 'https://a1.easemob.com'],
    ['http://127.0.0.1:7790', 'http://127.0.0.1:7790'],
    ['http://localhost:7790', 'http://localhost:7790'],
    ['http://[::1]:7790', 'http://[::1]:7790'],
  ])('%s is taken, alone or as the backup', (baseUrl, expected) => {
    expect(resolvePlace(easemob, { baseUrl }, client)).toEqual({ baseUrl: expected });
    const other = 'https://other.example';
    expect(resolvePlace(easemob, { baseUrl: other, backupBaseUrl: baseUrl }, client)).toEqual({
      baseUrl: other,
      backupBaseUrl: expected,
    });
  });

  test('are plain http or private addresses only for an app that says so', () => {
    const plain = { baseUrl: 'http://proxy.example', backupBaseUrl: 'http://10.0.0.1' };
    const allowing = { ...signed, allowPlainHttp: true, allowPrivateAddresses: true };
    expect(() => resolvePlace(rongcloud, plain, signed)).toThrow(/^The base URL must be https/);
    expect(() => resolvePlace(rongcloud, plain, { ...signed, allowPlainHttp: true })).toThrow(
      /^The backup base URL must not be a private address/,
    );
    const place = resolvePlace(rongcloud, plain, allowing);
    expect(place).toEqual(plain);
    expect(() => recheckPlace(place, signed)).toThrow(/^The base URL must be https/);
  });
});

test.each([
  ['neither a data centre nor a base URL', {}, 'exactly one of the two'],
  ['both', { dataCenter: 'beijing', baseUrl: 'https://api.rong-api.com' }, 'exactly one of the two'],
  ['a data centre of another name', { dataCenter: 'mars' }, 'beijing, singapore'],
  ['a name that every object has', { dataCenter: 'constructor' }, 'beijing, singapore'],
  ['a backup alone', { backupBaseUrl: 'https://api-b.example.com' }, 'give both'],
  [
    'a backup for a data centre',
    { dataCenter: 'beijing', backupBaseUrl: 'https://api-b.example.com' },
    'a backup domain of its own',
  ],
  [
    'a backup that is the base URL',
    { baseUrl: 'https://api.example.com', backupBaseUrl: 'https://API.example.com:443/' },
    'must be another one',
  ],
  ['plain http to elsewhere', { baseUrl: 'http://api.rong-api.com' }, 'must be https'],
  ['a host that only begins like loopback', { baseUrl: 'http://127.0.0.1.attacker.example' }, 'must be https'],
  ['a user name', { baseUrl: 'https://user@api.rong-api.com' }, 'no user name'],
  ['a path', { baseUrl: 'https://api.rong-api.com/user' }, 'must end with its host'],
  ['a query', { baseUrl: 'https://api.rong-api.com/?a=b' }, 'must end with its host'],
  ['another scheme', { baseUrl: 'file:///etc/passwd' }, 'must be https'],
  ['no URL', { baseUrl: 'api.rong-api.com' }, 'must be a URL'],
  ['a metadata service', { baseUrl: 'https://169.254.169.254' }, 'metadata service'],
  [
    'a backup with a path',
    { baseUrl: 'https://a.example', backupBaseUrl: 'https://b.example/c' },
    'The backup base URL',
  ],
])('%s is refused, with the rule', (_what, written, rule) => {
  expect(() => resolvePlace(rongcloud, written, signed)).toThrow(
    expect.objectContaining({ reason: 'INPUT_INVALID', message: expect.stringContaining(rule) }),
  );
});

test('a base URL that cannot be read is not repeated', () => {
  expect(() => resolvePlace(rongcloud, { baseUrl: 'https://made-up-secret@' }, signed)).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('made-up-secret') }),
  );
});

const at = (baseUrl: string, backupBaseUrl?: string) => ({
  baseUrl,
  ...(backupBaseUrl === undefined ? {} : { backupBaseUrl }),
});

test('the sandbox is one place on whatever port; anything else is another place', () => {
  expect(isSamePlace(at('http://127.0.0.1:7790'), at('http://127.0.0.1:9'))).toBe(true);
  expect(isSamePlace(at('https://api.rong-api.com'), at('https://api.rong-api.com'))).toBe(true);
  expect(isSamePlace(at('https://api.rong-api.com'), at('http://127.0.0.1:9'))).toBe(false);
  expect(isSamePlace(at('https://api.rong-api.com'), at('https://api.sg-light-api.com'))).toBe(false);
});

test.each([
  ['the same', at('https://a.example', 'https://b.example'), at('https://a.example', 'https://b.example'), false],
  ['one less', at('https://a.example', 'https://b.example'), at('https://a.example'), false],
  [
    'the same in another order',
    at('https://a.example', 'https://b.example'),
    at('https://b.example', 'https://a.example'),
    false,
  ],
  ['one more', at('https://a.example'), at('https://a.example', 'https://b.example'), true],
  ['another', at('https://a.example'), at('https://b.example'), true],
  ['another backup', at('https://a.example', 'https://b.example'), at('https://a.example', 'https://c.example'), true],
  ['another port', at('http://127.0.0.1:1'), at('http://127.0.0.1:2'), true],
  ['another scheme', at('https://127.0.0.1:1'), at('http://127.0.0.1:1'), true],
])('whether a place with %s has a host that the one before had not', (_what, before, after, isNew) => {
  expect(hasNewOrigin(before, after)).toBe(isNew);
});
