import { describe, expect, test } from 'vitest';

import { type Reply, runSandbox, signedHeaders } from './testing/running-sandbox.ts';

const ISSUE = '/user/getToken.json';
const RONGCLOUD = { provider: 'rongcloud', appKey: 'sandbox-rongcloud' } as const;
const form = { userId: 'u1', name: 'n' };
const errorOf = ({ status, body }: Reply): unknown => [status, Object(body).error];

describe('what the control surface refuses, with a sentence', () => {
  test.each([
    ['POST', '/clock', { advanceMs: '1' }, 'advanceMs'],
    ['POST', '/clock', { advanceMs: 1, extra: 1 }, 'extra'],
    ['POST', '/clock', {}, 'advanceMs'],
    ['POST', '/connect', { provider: 'alpha', appKey: 'x', token: 't' }, 'rongcloud, nexconn, easemob'],
    ['POST', '/connect', { ...RONGCLOUD, appKey: 'x', token: 't' }, 'it has: sandbox-rongcloud'],
    ['POST', '/secret', { ...RONGCLOUD, secret: '' }, 'secret'],
    ['POST', '/settings', { ...RONGCLOUD, tokenTtlSeconds: -1 }, 'tokenTtlSeconds'],
    ['POST', '/settings', { ...RONGCLOUD, ttlUnit: 'seconds' }, 'rongcloud has no such setting'],
    ['POST', '/apps', { provider: 'easemob', appKey: 'noapp', secret: 's' }, 'org#app'],
    ['POST', '/apps', { ...RONGCLOUD, appKey: 'k', secret: 's', clientId: 'c' }, 'only easemob'],
    ['POST', '/limits', { provider: 'rongcloud', path: '/nothing', perSecond: 1 }, '/user/getToken.json'],
    ['POST', '/faults', { kind: 'status' }, 'must be a list'],
    ['POST', '/faults', [{ kind: 'explode' }], 'slow-body'],
    ['POST', '/faults', [{ kind: 'status', times: 1, share: 0.5 }], 'not both'],
    ['POST', '/faults', [{ kind: 'delay' }], 'delayMs'],
    ['POST', '/faults', [{ kind: 'down', executes: true }], 'use reset'],
    ['POST', '/faults', [{ kind: 'status', path: '/nothing' }], '/user/getToken.json'],
    ['POST', '/faults', [{ kind: 'status', headers: { 'a b': 'c' } }], 'legal HTTP header'],
    ['POST', '/reset', { appKey: 'x' }, 'provider'],
    ['GET', '/journal?after=x', undefined, 'after'],
    ['GET', '/journal?limit=0', undefined, 'limit'],
  ] as const)('%s %s %j', async (method, path, body, part) => {
    const { control } = await runSandbox();
    expect(errorOf(await control(method, path, body))).toEqual([400, expect.stringContaining(part)]);
  });

  test('a refused list of faults adds none of them', async () => {
    const { control } = await runSandbox();
    await control('POST', '/faults', [{ kind: 'status' }, { kind: 'explode' }]);
    expect((await control('GET', '/faults')).body).toEqual([]);
  });

  test('an unknown path, listing the calls, and a wrong method', async () => {
    const { control, fetch } = await runSandbox();
    const unknown = await control('GET', '/nothing');
    expect(errorOf(unknown)).toEqual([
      404,
      expect.stringContaining('POST /_sandbox/connect { provider, appKey, token }'),
    ]);
    expect(errorOf(await fetch('/_sandbox'))).toEqual([404, expect.any(String)]);
    expect(errorOf(await control('GET', '/clock'))).toEqual([405, expect.stringContaining('takes POST')]);
  });

  test('a web page: an Origin header, or a body that does not say it is JSON', async () => {
    const { fetch } = await runSandbox();
    const init = { method: 'POST', body: '{"advanceMs":1000}' };
    const origin = { ...init, headers: { Origin: 'http://evil.example', 'Content-Type': 'application/json' } };
    expect(errorOf(await fetch('/_sandbox/clock', origin))).toEqual([403, expect.stringContaining('web page')]);
    const plain = await fetch('/_sandbox/clock', { ...init, headers: { 'Content-Type': 'text/plain' } });
    expect(errorOf(plain)).toEqual([415, expect.stringContaining('application/json')]);
    const broken = await fetch('/_sandbox/clock', {
      ...init,
      body: '{',
      headers: { 'Content-Type': 'application/json' },
    });
    expect(errorOf(broken)).toEqual([400, 'the body is not JSON']);
  });
});

describe('journal', () => {
  test('is read page by page, and holds what was asked', async () => {
    const sandbox = await runSandbox({ now: () => 1_000 });
    await sandbox.rongcloud(ISSUE, form);
    await sandbox.nexconn('/v4/user/unban', { userIds: ['a', 'b'] });
    await sandbox.easemob('/users', [{ username: 'a' }, { username: 'b' }]);
    const first = await sandbox.control('GET', '/journal?after=&limit=1');
    expect(first.body).toEqual({
      entries: [
        {
          seq: 1,
          atMs: 1_000,
          domain: 'primary',
          provider: 'rongcloud',
          method: 'POST',
          path: ISSUE,
          appKey: 'sandbox-rongcloud',
          userIds: ['u1'],
          status: 200,
          code: 200,
          overLimit: false,
          fault: null,
          executed: true,
        },
      ],
      next: 1,
      dropped: 0,
    });
    const rest = await sandbox.control('GET', '/journal?after=1');
    expect(rest.body).toMatchObject({
      entries: [
        { provider: 'nexconn', userIds: ['a', 'b'], status: 400, code: 400 },
        {
          provider: 'easemob',
          userIds: ['a', 'b'],
          status: 401,
          code: 'unauthorized',
          appKey: 'sandbox-org#sandbox-app',
        },
      ],
      next: 3,
    });
    expect((await sandbox.control('GET', '/journal?after=3')).body).toMatchObject({ entries: [], next: 3 });
  });

  test('forgets on DELETE and counts on', async () => {
    const { control, journal, rongcloud } = await runSandbox();
    await rongcloud(ISSUE, form);
    await control('DELETE', '/journal');
    expect((await journal()).entries).toEqual([]);
    await rongcloud(ISSUE, form);
    expect((await journal()).entries).toMatchObject([{ seq: 2 }]);
  });
});

describe('clock', () => {
  test('moves the Date header of every answer, and nothing else', async () => {
    const { control, rongcloud } = await runSandbox({ now: () => Date.UTC(2026, 10, 22, 12) });
    const before = await rongcloud(ISSUE, form);
    expect(before.headers.get('date')).toBe('Sun, 22 Nov 2026 12:00:00 GMT');
    const { body } = await control('POST', '/clock', { advanceMs: 90_000 });
    expect(body).toEqual({ nowMs: Date.UTC(2026, 10, 22, 12, 1, 30), offsetMs: 90_000 });
    expect((await rongcloud(ISSUE, form)).headers.get('date')).toBe('Sun, 22 Nov 2026 12:01:30 GMT');
    expect((await control('GET', '/journal')).headers.get('date')).toBe('Sun, 22 Nov 2026 12:01:30 GMT');
  });
});

describe('apps', () => {
  test('adds an account whose tokens are its own; the same again changes nothing, another secret is refused', async () => {
    const { control, rongcloud } = await runSandbox();
    const app = { provider: 'rongcloud', appKey: 'k1', secret: 's1', maxUsers: 1 };
    const { status, body } = await control('POST', '/apps', app);
    expect([status, body]).toMatchObject([200, { provider: 'rongcloud', appKey: 'k1', settings: { maxUsers: 1 } }]);
    expect(JSON.stringify(body)).not.toContain('s1"');
    expect((await rongcloud(ISSUE, form, signedHeaders('k1', 's1'))).status).toBe(200);
    expect((await control('POST', '/apps', app)).status).toBe(200);
    expect((await rongcloud('/user/info.json', form, signedHeaders('k1', 's1'))).status).toBe(200);
    const other = await control('POST', '/apps', { ...app, secret: 's2' });
    expect(errorOf(other)).toEqual([409, expect.stringContaining('POST /_sandbox/secret')]);
  });

  test('the three default accounts always exist', async () => {
    const { control } = await runSandbox();
    const defaults = [
      ['rongcloud', 'sandbox-rongcloud'],
      ['nexconn', 'sandbox-nexconn'],
      ['easemob', 'sandbox-org#sandbox-app'],
    ];
    for (const [provider, appKey] of defaults) {
      const { body } = await control('POST', '/connect', { provider, appKey, token: 't' });
      expect(body).toEqual({ ok: false, reason: 'invalid' });
    }
  });
});

describe('reset', () => {
  const addOther = { provider: 'rongcloud', appKey: 'k1', secret: 's1' };

  test('of one account puts it back as it was made, and leaves the others', async () => {
    const { control, journal, rongcloud } = await runSandbox();
    await control('POST', '/apps', addOther);
    const other = signedHeaders('k1', 's1');
    await rongcloud(ISSUE, form);
    await rongcloud(ISSUE, form, other);
    await control('POST', '/faults', [{ kind: 'status', provider: 'rongcloud', appKey: 'k1' }]);
    await control('POST', '/secret', { ...addOther, secret: 's2' });
    await control('POST', '/reset', { provider: 'rongcloud', appKey: 'k1' });
    expect((await control('GET', '/faults')).body).toEqual([]);
    expect((await journal()).entries).toMatchObject([{ appKey: 'sandbox-rongcloud' }]);
    expect((await rongcloud('/user/info.json', form, other)).body).toMatchObject({ code: 1002 });
    expect((await rongcloud('/user/info.json', form)).status).toBe(200);
  });

  test('of all leaves the default accounts, empty, and the real time', async () => {
    const { control, journal, rongcloud } = await runSandbox({ now: () => 0 });
    await control('POST', '/apps', addOther);
    await rongcloud(ISSUE, form);
    await control('POST', '/limits', { provider: 'rongcloud', path: ISSUE, perSecond: 0 });
    await control('POST', '/clock', { advanceMs: 1_000 });
    expect((await control('POST', '/reset', {})).status).toBe(200);
    expect((await journal()).entries).toEqual([]);
    expect((await control('POST', '/clock', { advanceMs: 0 })).body).toEqual({ nowMs: 0, offsetMs: 0 });
    expect((await rongcloud('/user/info.json', form)).body).toMatchObject({ code: 1002 });
    expect((await rongcloud(ISSUE, form)).status).toBe(200);
    expect((await rongcloud(ISSUE, form, signedHeaders('k1', 's1'))).body).toMatchObject({ code: 1002 });
  });

  test('of one provider leaves the others alone', async () => {
    const { control, nexconn, rongcloud } = await runSandbox();
    await rongcloud(ISSUE, form);
    await nexconn('/v4/auth/access-token/issue', form);
    await control('POST', '/reset', { provider: 'nexconn' });
    expect((await nexconn('/v4/user/get', form)).status).toBe(400);
    expect((await rongcloud('/user/info.json', form)).status).toBe(200);
  });
});
