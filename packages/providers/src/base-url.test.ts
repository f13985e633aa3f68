import { describe, expect, test } from 'vitest';

import { checkBaseUrl, isLoopbackUrl, mayCall, readOrigins } from './base-url.ts';
import { ProviderError } from './provider-error.ts';

/** The first words of each rule. */
const UNREADABLE = 'must be a URL that names';
const USER = 'must have no user name';
const ORIGIN = 'must end with its host';
const PORT = 'must have a port from 1 to 65535';
const HOST = 'must name its host in plain form';
const SCHEME = 'must be https; plain http only';
const PRIVATE = 'must not be a private address';
const RESERVED = 'must not be an address that is reserved';

const EVERYTHING = { allowPlainHttp: true, allowPrivateAddresses: true };

test.each([
  ['https://api.example.com', 'https://api.example.com'],
  ['https://API.example.com:443/', 'https://api.example.com'],
  ['HTTPS://api.example.com', 'https://api.example.com'],
  ['https://api.example.com:8443', 'https://api.example.com:8443'],
  ['https://api.example.com:65535', 'https://api.example.com:65535'],
  ['https://xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
  ['https://1.1.1.1', 'https://1.1.1.1'],
  ['https://[2606:4700:4700::1111]', 'https://[2606:4700:4700::1111]'],
  ['http://127.0.0.1:7799', 'http://127.0.0.1:7799'],
  ['http://127.0.0.1:80', 'http://127.0.0.1'],
  ['https://127.0.0.1:7799', 'https://127.0.0.1:7799'],
  ['http://127.8.9.10', 'http://127.8.9.10'],
  ['http://[::1]:7799', 'http://[::1]:7799'],
  ['http://localhost:7799', 'http://localhost:7799'],
])('%s is taken, and calls go to %s', (text, origin) => {
  expect(checkBaseUrl(text)).toEqual({ ok: true, origin });
  expect(readOrigins({ baseUrl: text })).toEqual([origin]);
});

describe.each([
  ['by an app that allows nothing', { allowPlainHttp: false, allowPrivateAddresses: false }],
  ['by an app that allows everything', EVERYTHING],
])('refused %s, by a rule that does not repeat it:', (_, policy) => {
  test.each([
    ['', UNREADABLE],
    [' ', UNREADABLE],
    ['api.example.com', UNREADABLE],
    ['//api.example.com', UNREADABLE],
    ['https:', UNREADABLE],
    ['https://', UNREADABLE],
    ['https:api.example.com', UNREADABLE],
    ['https:/api.example.com', UNREADABLE],
    ['https:///api.example.com', ORIGIN],
    ['https:\\\\api.example.com', UNREADABLE],
    ['https://api.example.com\\', ORIGIN],
    ['https://api.example.com\\@elsewhere.example', ORIGIN],
    [' https://api.example.com', UNREADABLE],
    ['https://api.example.com ', UNREADABLE],
    ['https://api.example.com\n', UNREADABLE],
    ['https://api.exa\tmple.com', UNREADABLE],
    ['https://api.exa\r\nmple.com', UNREADABLE],
    ['ht\ntps://api.example.com', UNREADABLE],
    ['\u0000https://api.example.com', UNREADABLE],
    ['https://api.example.com\u0000', UNREADABLE],
    ['https://api.example.com\u0085', UNREADABLE],
    ['https://api.example.com\u00a0', UNREADABLE],
    ['https://api example.com', UNREADABLE],
    // Scheme.
    ['ftp://127.0.0.1', SCHEME],
    ['ws://127.0.0.1', SCHEME],
    ['file:///etc', SCHEME],
    ['data:text/plain,marked', SCHEME],
    ['javascript:marked', SCHEME],
    ['unix:/run/marked.sock', SCHEME],
    // Path, query, fragment.
    ['https://api.example.com/v1', ORIGIN],
    ['https://api.example.com//', ORIGIN],
    ['https://api.example.com/.', ORIGIN],
    ['https://api.example.com/..', ORIGIN],
    ['https://api.example.com/%2e', ORIGIN],
    ['https://api.example.com?key=marked', ORIGIN],
    ['https://api.example.com?', ORIGIN],
    ['https://api.example.com/?', ORIGIN],
    ['https://api.example.com#', ORIGIN],
    ['https://api.example.com/#marked', ORIGIN],
    // User.
    ['https://user:marked@api.example.com', USER],
    ['https://user@api.example.com', USER],
    ['https://:marked@api.example.com', USER],
    ['https://@api.example.com', USER],
    ['https://:@api.example.com', USER],
    ['https://api.example.com@elsewhere.example', USER],
    ['https://127.0.0.1:80@elsewhere.example', USER],
    ['https://api.example.com%40elsewhere.example', UNREADABLE],
    // Port.
    ['https://api.example.com:', PORT],
    ['https://api.example.com:0', PORT],
    ['https://api.example.com:00443', PORT],
    ['https://api.example.com:0443', PORT],
    ['https://api.example.com:65536', PORT],
    ['https://api.example.com:99999999999', PORT],
    ['https://api.example.com:-1', UNREADABLE],
    ['https://api.example.com:+443', UNREADABLE],
    ['https://api.example.com:4x3', UNREADABLE],
    ['https://api.example.com:443:443', UNREADABLE],
    // Host.
    ['https://api.example.com.', HOST],
    ['https://localhost.', HOST],
    ['https://127.0.0.1.', HOST],
    ['https://.', HOST],
    ['https://..', HOST],
    ['https://.example.com', HOST],
    ['https://api..example.com', HOST],
    ['https://2130706433', HOST],
    ['https://127.1', HOST],
    ['https://127.0.1', HOST],
    ['https://0x7f.0.0.1', HOST],
    ['https://0x7f000001', HOST],
    ['https://0177.0.0.1', HOST],
    ['https://017700000001', HOST],
    ['https://127.000.000.001', HOST],
    ['https://0', HOST],
    ['https://256.1.1.1', UNREADABLE],
    ['https://1.1.1.1.1', UNREADABLE],
    ['https://4294967296', UNREADABLE],
    ['https://api.example.0x1', UNREADABLE],
    ['https://１２７.0.0.1', HOST],
    ['https://①②⑦.0.0.1', HOST],
    ['https://127。0。0。1', HOST],
    ['https://ⓛocalhost', HOST],
    ['https://bücher.example', HOST],
    ['https://api.example\u00ad.com', HOST],
    ['https://api.example\u200b.com', HOST],
    ['https://%61pi.example.com', HOST],
    ['https://127%2e0.0.1', HOST],
    ['https://api.example.com%00', UNREADABLE],
    ['https://api.*.com', HOST],
    ['https://api,example.com', HOST],
    ["https://api'.example.com", HOST],
    ['https://$(marked).example.com', HOST],
    ['https://{marked}.example.com', HOST],
    ['https://api_example;.com', HOST],
    ['https://[0:0::1]', HOST],
    ['https://[0000:0000:0000:0000:0000:0000:0000:0001]', HOST],
    ['https://[::ffff:127.0.0.1]', HOST],
    ['https://[::127.0.0.1]', HOST],
    ['https://[fe80::1%25eth0]', UNREADABLE],
    ['https://[fe80::1%eth0]', UNREADABLE],
    ['https://[::1', UNREADABLE],
    ['https://::1', UNREADABLE],
    ['https://[]', UNREADABLE],
    ['https://[127.0.0.1]', UNREADABLE],
    ['https://[v1.x]', UNREADABLE],
    // Addresses of nobody.
    ['https://0.0.0.0', RESERVED],
    ['http://0.0.0.0', policy.allowPlainHttp ? RESERVED : SCHEME],
    ['https://255.255.255.255', RESERVED],
    ['https://224.0.0.1', RESERVED],
    ['https://192.0.2.1', RESERVED],
    ['https://169.254.169.254', RESERVED],
    ['https://100.100.100.200', RESERVED],
    ['https://168.63.129.16', RESERVED],
    ['https://[::]', RESERVED],
    ['https://[ff02::1]', RESERVED],
    ['https://[2001:db8::1]', RESERVED],
    ['https://[fd00:ec2::254]', RESERVED],
    ['https://[::ffff:a9fe:a9fe]', RESERVED],
    ['https://[64:ff9b::a9fe:a9fe]', RESERVED],
    ['https://[2002:a9fe:a9fe::]', RESERVED],
  ])('%j', (text, rule) => {
    const checked = checkBaseUrl(text, policy);
    expect(checked).toEqual({ ok: false, rule: expect.stringMatching(new RegExp(`^${rule}`)) });
    expect(JSON.stringify(checked)).not.toContain('marked');
    const refused = () => readOrigins({ baseUrl: text, settings: policy });
    expect(refused).toThrow(ProviderError);
    expect(refused).toThrow(/^The provider refuses the call as wrong\. The base URL must /);
  });
});

test.each([
  ['http://api.example.com', SCHEME],
  ['http://sandbox.localhost', SCHEME],
  ['http://localhost.example.com', SCHEME],
  ['http://127.0.0.1.example.com', SCHEME],
  ['http://[::2]', SCHEME],
  ['http://10.0.0.1', SCHEME],
])('%s is plain http to elsewhere, which an app has to allow by name', (text, rule) => {
  expect(checkBaseUrl(text, { allowPlainHttp: false, allowPrivateAddresses: true })).toMatchObject({
    ok: false,
    rule: expect.stringContaining(rule),
  });
});

test('an app that allows plain http is called over it, and still not at a private address', () => {
  const policy = { allowPlainHttp: true, allowPrivateAddresses: false };
  expect(checkBaseUrl('http://api.example.com', policy)).toEqual({ ok: true, origin: 'http://api.example.com' });
  expect(checkBaseUrl('http://10.0.0.1', policy)).toMatchObject({ rule: expect.stringContaining(PRIVATE) });
});

test.each([
  'https://10.0.0.1',
  'https://172.16.0.1',
  'https://192.168.1.1:8443',
  'https://100.64.0.1',
  'https://169.254.0.1',
  'https://[fc00::1]',
  'https://[fe80::1]',
  'https://[::ffff:a00:1]',
  'https://[64:ff9b::a00:1]',
  'https://[2002:a00:1::]',
  'https://[::ffff:7f00:1]',
])('%s is called only by an app that allows private addresses', (text) => {
  expect(checkBaseUrl(text)).toMatchObject({ ok: false, rule: expect.stringContaining(PRIVATE) });
  expect(checkBaseUrl(text, EVERYTHING)).toEqual({ ok: true, origin: text });
});

test('the origins of an account are its two domains, each under the rules, and the one that breaks them is named', () => {
  const both = { baseUrl: 'https://api.example.com', backupBaseUrl: 'https://api-b.example.com/' };
  expect(readOrigins(both)).toEqual(['https://api.example.com', 'https://api-b.example.com']);
  expect(readOrigins({ ...both, backupBaseUrl: undefined })).toEqual(['https://api.example.com']);
  const plain = { ...both, backupBaseUrl: 'http://api-b.example.com' };
  expect(() => readOrigins(plain)).toThrow(/The backup base URL must be https/);
  expect(readOrigins({ ...plain, settings: EVERYTHING })).toEqual([both.baseUrl, plain.backupBaseUrl]);
});

test.each([
  ['http://localhost:1', true],
  ['https://127.0.0.1', true],
  ['http://[::1]', true],
  ['http://sandbox.localhost', false],
  ['http://127.example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['http://[::2]', false],
])('%s is on a loopback address: %s', (url, loopback) => {
  expect(isLoopbackUrl(new URL(url))).toBe(loopback);
});

test.each([
  ['api.example.com', 'public', true, true],
  ['api.example.com', 'private', false, true],
  ['api.example.com', 'loopback', false, true],
  ['api.example.com', 'reserved', false, false],
  ['localhost', 'loopback', true, true],
  ['localhost', 'public', false, false],
  ['localhost', 'private', false, false],
  ['[::1]', 'loopback', true, true],
] as const)(
  '%s at a %s address may be called: %s, and %s by an app that allows private ones',
  (host, range, ...may) => {
    expect([mayCall(host, range, false), mayCall(host, range, true)]).toEqual(may);
  },
);
