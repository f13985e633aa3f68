import { readPrintedBody, readPrintedCurlBody, readPrintedExample } from '@immint/contracts/fixtures/index.ts';
import { RongCloudIssueTokenReply, RongCloudListBannedReply } from '@immint/contracts/rongcloud';
import { describe, expect, test } from 'vitest';

import { readRawBody, sendRaw, toRawRequest } from './testing/raw-request.ts';
import { RONGCLOUD_HEADERS, runSandbox, signedHeaders } from './testing/running-sandbox.ts';

const ISSUE = '/user/getToken.json';
const APP_KEY = 'sandbox-rongcloud';
const ironman = { userId: 'jlk456j5', name: 'Ironman', portraitUri: 'http://abc.com/myportrait.jpg' };

const error = (code: number, errorMessage: unknown, url = ISSUE) => ({ url, code, errorMessage });

describe('the printed requests', () => {
  test('the English page: its request line, headers and body, signed anew, get a token', async () => {
    const { url, connect } = await runSandbox();
    const printed = readPrintedExample('rongcloud/issue-request.http').toString('utf8');
    const signature = signedHeaders('uwd1c0sxdlx2', 'some-secret')['Signature'] ?? '';
    const signed = printed.replace(/Signature: .*/, `Signature: ${signature}`).trimEnd();
    const [head = '', body = ''] = signed.split('\n\n');
    const headers: Record<string, string> = Object.fromEntries(
      head
        .split('\n')
        .slice(1)
        .map((line) => line.split(': ')),
    );
    const unknown = await sendRaw(
      url,
      toRawRequest(`POST ${ISSUE} HTTP/1.1`, { ...headers, Connection: 'close' }, body),
    );
    expect(readRawBody(unknown)).toEqual(error(1002, 'invalid App-Key.'));

    await addAccount(url, 'uwd1c0sxdlx2', 'some-secret');
    const known = await sendRaw(url, toRawRequest(`POST ${ISSUE} HTTP/1.1`, { ...headers, Connection: 'close' }, body));
    const reply = RongCloudIssueTokenReply.parse(readRawBody(known));
    expect(reply.userId).toBe('jlk456j5');
    expect(await connect('rongcloud', 'uwd1c0sxdlx2', reply.token)).toEqual({ ok: true, userId: 'jlk456j5' });
  });

  test('A20: the Chinese page: its curl call gets a token as it stands, once the account has the secret of that sample', async () => {
    const { url, fetch } = await runSandbox();
    await addAccount(url, 'your-app-key', 'Y1W2MeFwwwRxa0');
    const curl = readPrintedExample('rongcloud/issue-request.curl.txt').toString('utf8');
    const headers = [...curl.matchAll(/-H "([^:]+): ([^"]+)"/g)].map(([, name = '', value = '']) => [name, value]);
    const { status, body } = await fetch(ISSUE, {
      method: 'POST',
      headers: Object.fromEntries(headers),
      body: readPrintedCurlBody('rongcloud/issue-request.curl.txt'),
    });
    expect([status, body]).toEqual([200, { code: 200, userId: 'jlk456j5', token: expect.any(String) }]);
  });

  test('the JavaScript sample under old axios: JSON labelled as a form is refused with advice', async () => {
    const { fetch } = await runSandbox();
    const headers = { ...RONGCLOUD_HEADERS, 'Content-Type': 'application/x-www-form-urlencoded' };
    const { status, body } = await fetch(ISSUE, { method: 'POST', headers, body: JSON.stringify(ironman) });
    expect([status, body]).toEqual([400, error(1002, expect.stringContaining('new URLSearchParams'))]);
  });

  test('the answer has the fields, and the content type, of the printed one', async () => {
    const { rongcloud } = await runSandbox();
    const { body, headers } = await rongcloud(ISSUE, ironman);
    const printed: unknown = JSON.parse(readPrintedBody('rongcloud/issue-reply.http'));
    expect(Object.keys({ ...Object(body) })).toEqual(Object.keys({ ...Object(printed) }));
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });
});

describe('tokens', () => {
  test('look like RongCloud’s: base64 and two navigation hosts that share the prefix of the App Key', async () => {
    const { rongcloud } = await runSandbox();
    const tokens = await Promise.all([issue(rongcloud, 'u1'), issue(rongcloud, 'u2')]);
    const prefixes = tokens.map((token) => {
      const shape = /^[A-Za-z0-9+/=]{32,56}@(?<prefix>\w{4})\.cn\.rongnav\.com;\k<prefix>\.cn\.rongcfg\.com$/.exec(
        token,
      );
      return shape?.groups?.['prefix'];
    });
    expect(prefixes[0]).toMatch(/^\w{4}$/);
    expect(prefixes[1]).toBe(prefixes[0]);
  });

  test('of one user are all good together, and the last name and portrait stand', async () => {
    const { rongcloud, connect } = await runSandbox();
    const first = await issue(rongcloud, 'u1', { name: 'Old', portraitUri: 'http://x/1' });
    const second = await issue(rongcloud, 'u1', { name: 'New' });
    expect(second).not.toBe(first);
    for (const token of [first, second]) {
      expect(await connect('rongcloud', APP_KEY, token)).toEqual({ ok: true, userId: 'u1' });
    }
    const { body } = await rongcloud('/user/info.json', { userId: 'u1' });
    expect(body).toMatchObject({ code: 200, userName: 'New', userPortrait: 'http://x/1' });
  });
});

describe('what old SDKs send is taken', () => {
  const secret = 'sandbox-rongcloud-secret';
  test.each([
    ['seconds', signedHeaders(APP_KEY, secret, '14314', '1408710653')],
    ['a nonce of 19 digits', signedHeaders(APP_KEY, secret, '5577006791947779410', '1760000001')],
    ['a nonce of 64 characters', signedHeaders(APP_KEY, secret, 'n'.repeat(64), '1760000001')],
    ['a nonce with an exponent', signedHeaders(APP_KEY, secret, '9.53674316E-4', '1760000003')],
  ])('%s, and the same headers again', async (_what, headers) => {
    const { rongcloud } = await runSandbox();
    expect((await rongcloud(ISSUE, ironman, headers)).status).toBe(200);
    expect((await rongcloud(ISSUE, ironman, headers)).status).toBe(200);
  });

  test('an upper-case signature', async () => {
    const { rongcloud } = await runSandbox();
    const headers = { ...RONGCLOUD_HEADERS, Signature: (RONGCLOUD_HEADERS['Signature'] ?? '').toUpperCase() };
    expect((await rongcloud(ISSUE, ironman, headers)).status).toBe(200);
  });

  test('RC- header names', async () => {
    const { rongcloud } = await runSandbox();
    const headers = Object.fromEntries(Object.entries(RONGCLOUD_HEADERS).map(([name, value]) => [`RC-${name}`, value]));
    expect((await rongcloud(ISSUE, ironman, headers)).status).toBe(200);
  });

  test('both names with the same values', async () => {
    const { rongcloud } = await runSandbox();
    const aliases = Object.fromEntries(Object.entries(RONGCLOUD_HEADERS).map(([name, value]) => [`RC-${name}`, value]));
    expect((await rongcloud(ISSUE, ironman, { ...RONGCLOUD_HEADERS, ...aliases })).status).toBe(200);
  });

  test('HTTP/1.0 without a Host, a double slash, fields in any order, not percent-encoded', async () => {
    const { url } = await runSandbox();
    const request = toRawRequest(
      'POST //user/getToken.json HTTP/1.0',
      RONGCLOUD_HEADERS,
      'name=张三 &&portraitUri=http://a/b?c=1&userId=u1',
    );
    expect(readRawBody(await sendRaw(url, request))).toMatchObject({ code: 200, userId: 'u1' });
  });

  test('an empty list call with Content-Length 0', async () => {
    const { url } = await runSandbox();
    const request = toRawRequest(
      'POST /user/block/query.json HTTP/1.1',
      { ...RONGCLOUD_HEADERS, Connection: 'close' },
      '',
    );
    expect(readRawBody(await sendRaw(url, request))).toEqual({ code: 200, users: [] });
  });

  test('an X-Request-ID comes back', async () => {
    const { rongcloud } = await runSandbox();
    const { headers } = await rongcloud(ISSUE, ironman, { ...RONGCLOUD_HEADERS, 'X-Request-ID': 'r-1' });
    expect(headers.get('x-request-id')).toBe('r-1');
  });
});

describe('refusals, in the order in which they are checked', () => {
  const wrong = { 'App-Key': 'nobody', Signature: 'no' };

  test('an unknown path, before anything else', async () => {
    const { rongcloud } = await runSandbox();
    const { status, body } = await rongcloud('/user/getToken.xml', {}, wrong);
    const message = expect.stringContaining('Only .json is served');
    expect([status, body]).toEqual([404, error(404, message, '/user/getToken.xml')]);
  });

  test('a wrong method', async () => {
    const { fetch } = await runSandbox();
    const { status, body } = await fetch(ISSUE, { headers: wrong });
    expect([status, body]).toEqual([405, error(405, '/user/getToken.json takes POST, not GET.')]);
  });

  test('an unknown App Key is 1002 with the recorded text, and advice beside it', async () => {
    const { rongcloud } = await runSandbox();
    const { status, body, headers } = await rongcloud(ISSUE, {}, wrong);
    expect([status, body]).toEqual([400, error(1002, 'invalid App-Key.')]);
    expect(headers.get('immint-sandbox-hint')).toContain('POST /_sandbox/apps');
  });

  test.each([
    ['none', {}],
    ['an empty one', { 'App-Key': '' }],
    ['another one under the RC- name', { ...RONGCLOUD_HEADERS, 'RC-App-Key': 'nobody' }],
  ])(
    'an App Key that is missing or not clear (%s) is 1002, and no account is charged with the call',
    async (_what, headers) => {
      const { rongcloud, journal } = await runSandbox();
      const { status, body } = await rongcloud(ISSUE, {}, headers);
      expect([status, body]).toEqual([400, error(1002, expect.stringContaining('invalid App-Key.'))]);
      expect((await journal()).entries).toMatchObject([{ appKey: null, code: 1002 }]);
    },
  );

  test.each([
    ['another secret', signedHeaders(APP_KEY, 'not-the-secret')],
    ['a nonce that is not the signed one', { ...RONGCLOUD_HEADERS, Nonce: '14315' }],
    ['no signature', { 'App-Key': APP_KEY, Nonce: '1', Timestamp: '1408710653491' }],
    ['a nonce of 65 characters', signedHeaders(APP_KEY, 'sandbox-rongcloud-secret', 'n'.repeat(65))],
    ['a timestamp that is no number', signedHeaders(APP_KEY, 'sandbox-rongcloud-secret', '1', 'today')],
    ['another nonce under the RC- name', { ...RONGCLOUD_HEADERS, 'RC-Nonce': '14315' }],
    ['another signature under the RC- name', { ...RONGCLOUD_HEADERS, 'RC-Signature': '0'.repeat(40) }],
  ])('a signature with %s is 1004, before the body is looked at', async (_what, headers) => {
    const { rongcloud } = await runSandbox();
    const { status, body } = await rongcloud(ISSUE, {}, headers);
    expect([status, body]).toEqual([401, error(1004, expect.any(String))]);
  });

  test('no body is 1003', async () => {
    const { fetch } = await runSandbox();
    const { status, body } = await fetch(ISSUE, { method: 'POST', headers: RONGCLOUD_HEADERS });
    expect([status, body]).toEqual([400, error(1003, expect.stringContaining('no POST data'))]);
  });

  test('a body over 100 kB is 1508', async () => {
    const { rongcloud } = await runSandbox();
    const { status, body } = await rongcloud(ISSUE, { ...ironman, name: 'n'.repeat(102_400) });
    expect([status, body]).toEqual([400, error(1508, expect.any(String))]);
  });

  test.each([
    ['no userId', { name: 'n' }, 1002],
    ['a userId with a slash', { userId: 'a/b', name: 'n' }, 1002],
    ['a userId with a space, as an unencoded + becomes', { userId: 'a b', name: 'n' }, 1002],
    ['a userId of 65 bytes', { userId: 'u'.repeat(65), name: 'n' }, 1005],
    ['no name', { userId: 'u1' }, 1002],
    ['a name over both limits', { userId: 'u1', name: '字'.repeat(65) }, 1005],
    ['a portrait of 1025 bytes', { userId: 'u1', name: 'n', portraitUri: 'p'.repeat(1025) }, 1005],
  ])('%s is refused', async (_what, form, code) => {
    const { rongcloud } = await runSandbox();
    const { status, body } = await rongcloud(ISSUE, form);
    expect([status, body]).toEqual([400, error(code, expect.any(String))]);
  });

  test.each([
    ['64 characters of 192 bytes', '字'.repeat(64)],
    ['128 characters of 128 bytes', 'n'.repeat(128)],
  ])('a name of %s passes, since the pages disagree on the unit', async (_what, name) => {
    const { rongcloud } = await runSandbox();
    expect((await rongcloud(ISSUE, { userId: 'Aa0+=-_', name })).status).toBe(200);
  });

  test('one user too many is 2007, while known users go on', async () => {
    const { rongcloud, control } = await runSandbox();
    await control('POST', '/settings', { provider: 'rongcloud', appKey: APP_KEY, maxUsers: 1 });
    await issue(rongcloud, 'u1');
    const { status, body } = await rongcloud(ISSUE, { userId: 'u2', name: 'n' });
    expect([status, body]).toEqual([403, error(2007, expect.any(String))]);
    expect((await rongcloud(ISSUE, { userId: 'u1', name: 'n' })).status).toBe(200);
  });

  test('with httpStatusOnError false they come with HTTP 200 and the same body', async () => {
    const { rongcloud, control } = await runSandbox();
    await control('POST', '/settings', { provider: 'rongcloud', appKey: APP_KEY, httpStatusOnError: false });
    const { status, body } = await rongcloud(ISSUE, { userId: 'u1' });
    expect([status, body]).toEqual([200, error(1002, 'name is required.')]);
  });
});

describe('other calls', () => {
  test('refresh changes what it is given and leaves what is empty', async () => {
    const { rongcloud } = await runSandbox();
    await issue(rongcloud, 'u1', { name: 'Old', portraitUri: 'http://x/1' });
    const { body } = await rongcloud('/user/refresh.json', { userId: 'u1', name: 'New', portraitUri: '' });
    expect(body).toEqual({ code: 200 });
    const info = await rongcloud('/user/info.json', { userId: 'u1' });
    expect(info.body).toEqual({
      code: 200,
      userName: 'New',
      userPortrait: 'http://x/1',
      createTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    });
  });

  test('a user who never got a token cannot be read or changed', async () => {
    const { rongcloud } = await runSandbox();
    for (const path of ['/user/info.json', '/user/refresh.json', '/user/unblock.json']) {
      const { status, body } = await rongcloud(path, { userId: 'nobody' });
      expect([status, body]).toMatchObject([400, { code: 1002 }]);
    }
  });

  test('bans are listed, latest end first, until they end by the sandbox clock', async () => {
    const { rongcloud, control } = await runSandbox();
    for (const userId of ['u1', 'u2', 'u3']) await issue(rongcloud, userId);
    await rongcloud('/user/block.json', { userId: 'u1', minute: '1' });
    await rongcloud('/user/block.json', { userId: 'u2,u3', minute: '60' });
    await rongcloud('/user/unblock.json', { userId: 'u3' });
    expect(await bannedUsers(rongcloud)).toEqual(['u2', 'u1']);
    await control('POST', '/clock', { advanceMs: 60_000 });
    expect(await bannedUsers(rongcloud)).toEqual(['u2']);
    expect((await rongcloud('/user/block.json', { userId: 'u1', minute: '43201' })).body).toMatchObject({ code: 1002 });
  });
});

type Rongcloud = Awaited<ReturnType<typeof runSandbox>>['rongcloud'];

async function issue(rongcloud: Rongcloud, userId: string, fields: Record<string, string> = {}): Promise<string> {
  const { body } = await rongcloud(ISSUE, { userId, name: 'n', ...fields });
  return RongCloudIssueTokenReply.parse(body).token;
}

async function bannedUsers(rongcloud: Rongcloud): Promise<readonly string[]> {
  const { body } = await rongcloud('/user/block/query.json', {});
  return RongCloudListBannedReply.parse(body).users.map(({ userId }) => userId);
}

async function addAccount(url: string, appKey: string, secret: string): Promise<void> {
  const response = await fetch(`${url}/_sandbox/apps`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ provider: 'rongcloud', appKey, secret }),
  });
  expect(response.status).toBe(200);
}
