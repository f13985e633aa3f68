import { describe, expect, test } from 'vitest';

import { sendRaw, toRawRequest } from './testing/raw-request.ts';
import { RONGCLOUD_HEADERS, type RunningSandbox, runSandbox } from './testing/running-sandbox.ts';

const ISSUE = '/user/getToken.json';
const BODY = 'userId=u1&name=n';
const RAW_ISSUE = toRawRequest(
  `POST ${ISSUE} HTTP/1.1`,
  { ...RONGCLOUD_HEADERS, Host: 'x', Connection: 'close' },
  BODY,
);
const form = { userId: 'u1', name: 'n' };

const withFaults = async (...faults: readonly object[]): Promise<RunningSandbox> => {
  const sandbox = await runSandbox();
  const { status } = await sandbox.control('POST', '/faults', faults);
  expect(status).toBe(200);
  return sandbox;
};

const statuses = async (sandbox: RunningSandbox, count: number): Promise<readonly number[]> => {
  const found: number[] = [];
  for (let call = 0; call < count; call += 1) found.push((await sandbox.rongcloud(ISSUE, form)).status);
  return found;
};

/** How many users the account has come to have: the work that was really done. */
const isRegistered = async ({ rongcloud }: RunningSandbox): Promise<boolean> =>
  (await rongcloud('/user/info.json', form)).status === 200;

describe('which calls are struck', () => {
  test('as many as times says, then the fault is gone', async () => {
    const sandbox = await withFaults({ kind: 'status', status: 503, times: 2 });
    expect(await statuses(sandbox, 3)).toEqual([503, 503, 200]);
    expect((await sandbox.control('GET', '/faults')).body).toEqual([]);
  });

  test('only those with the method, where several share the path', async () => {
    const sandbox = await withFaults({
      kind: 'status',
      status: 503,
      provider: 'easemob',
      path: '/users',
      method: 'GET',
    });
    const statusOf = async (method: string): Promise<number> =>
      (await sandbox.fetch('/sandbox-org/sandbox-app/users', { method })).status;
    expect([await statusOf('GET'), await statusOf('DELETE')]).toEqual([503, 401]);
    const wrong = { kind: 'status', provider: 'easemob', path: '/token', method: 'PUT' };
    expect((await sandbox.control('POST', '/faults', [wrong])).status).toBe(400);
  });

  test('the share of them that was asked, evenly spread', async () => {
    const sandbox = await withFaults({ kind: 'status', share: 0.25 });
    expect(await statuses(sandbox, 8)).toEqual([200, 200, 200, 503, 200, 200, 200, 503]);
    const thirds = await withFaults({ kind: 'status', share: 1 / 3 });
    expect(await statuses(thirds, 6)).toEqual([200, 200, 503, 200, 200, 503]);
  });

  test('all of them without times and share, until the faults are deleted', async () => {
    const sandbox = await withFaults({ kind: 'status' });
    expect(await statuses(sandbox, 3)).toEqual([503, 503, 503]);
    expect((await sandbox.control('DELETE', '/faults')).body).toEqual([]);
    expect(await statuses(sandbox, 1)).toEqual([200]);
  });

  test.each([
    ['another provider', { provider: 'nexconn' }],
    ['another App Key', { appKey: 'other' }],
    ['another path', { path: '/user/info.json' }],
    ['the other domain', { domain: 'backup' }],
  ])('none that belongs to %s', async (_what, where) => {
    expect(await statuses(await withFaults({ kind: 'status', ...where }), 1)).toEqual([200]);
  });

  test('those of one domain only', async () => {
    const { backupUrl, rongcloud } = await withFaults({ kind: 'status', domain: 'primary', provider: 'rongcloud' });
    expect((await rongcloud(ISSUE, form)).status).toBe(503);
    const init = { method: 'POST', headers: RONGCLOUD_HEADERS, body: new URLSearchParams(form) };
    expect((await fetch(`${backupUrl}${ISSUE}`, init)).status).toBe(200);
  });

  test.each(['/token', '/{org}/{app}/token', '/sandbox-org/sandbox-app/token'])(
    'Easemob’s token path may be written %s',
    async (path) => {
      const { easemob } = await withFaults({ kind: 'status', path, provider: 'easemob' });
      expect((await easemob('/token', {})).status).toBe(503);
    },
  );

  test('the first fault that fits goes first', async () => {
    const sandbox = await withFaults({ kind: 'status', status: 500, times: 1 }, { kind: 'status', status: 504 });
    expect(await statuses(sandbox, 2)).toEqual([500, 504]);
  });
});

describe('status', () => {
  test('answers with the provider’s own error body, and does nothing', async () => {
    const sandbox = await withFaults({ kind: 'status', status: 500, times: 1 });
    const { status, body } = await sandbox.rongcloud(ISSUE, form);
    expect([status, body]).toEqual([500, { url: ISSUE, code: 1000, errorMessage: expect.any(String) }]);
    expect(await isRegistered(sandbox)).toBe(false);
    expect((await sandbox.journal()).entries[0]).toMatchObject({
      fault: 'status',
      status: 500,
      code: 1000,
      executed: false,
    });
  });

  test.each([
    [400, 1002],
    [401, 1004],
    [403, 2007],
    [404, 404],
    [430, 1009],
    [504, 1050],
    [502, 1000],
  ])('%i has the body that goes with it: code %i', async (status, code) => {
    const sandbox = await withFaults({ kind: 'status', status, times: 1 });
    const reply = await sandbox.rongcloud(ISSUE, form);
    expect([reply.status, reply.body]).toMatchObject([status, { code }]);
  });

  test('429 has the body of a rate refusal', async () => {
    const sandbox = await withFaults({ kind: 'status', status: 429, times: 1 });
    expect((await sandbox.rongcloud(ISSUE, form)).body).toMatchObject({ code: 1008 });
  });

  test('sends the body and headers that it is given, in place of its own', async () => {
    const headers = { 'retry-after': '7', 'CONTENT-TYPE': 'application/problem+json' };
    const sandbox = await withFaults({ kind: 'status', status: 418, body: { tea: true }, headers, times: 1 });
    const reply = await sandbox.rongcloud(ISSUE, form);
    expect([reply.status, reply.body]).toEqual([418, { tea: true }]);
    expect(reply.headers.get('retry-after')).toBe('7');
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
  });

  test('with executes does the work and hides it', async () => {
    const sandbox = await withFaults({ kind: 'status', status: 504, executes: true, times: 1 });
    expect(await statuses(sandbox, 1)).toEqual([504]);
    expect(await isRegistered(sandbox)).toBe(true);
    expect((await sandbox.journal()).entries[0]).toMatchObject({ status: 504, executed: true });
  });
});

describe('delay', () => {
  test('answers late, and does not work for a caller who hung up', async () => {
    const sandbox = await withFaults({ kind: 'delay', delayMs: 3_600_000, path: ISSUE, times: 1 });
    await giveUp(sandbox);
    expect(await isRegistered(sandbox)).toBe(false);
    expect((await sandbox.journal()).entries[0]).toMatchObject({ fault: 'delay', status: null, executed: false });
  });

  test('with executes works first, so that who hangs up leaves an orphan', async () => {
    const sandbox = await withFaults({ kind: 'delay', delayMs: 3_600_000, path: ISSUE, times: 1, executes: true });
    await giveUp(sandbox);
    expect(await isRegistered(sandbox)).toBe(true);
    expect((await sandbox.journal()).entries[0]).toMatchObject({ fault: 'delay', status: null, executed: true });
  });

  test('gives the right answer in the end', async () => {
    const sandbox = await withFaults({ kind: 'delay', delayMs: 5, times: 1 });
    const { body } = await sandbox.rongcloud(ISSUE, form);
    expect(body).toMatchObject({ code: 200, userId: 'u1' });
    expect((await sandbox.journal()).entries[0]).toMatchObject({ fault: 'delay', status: 200, executed: true });
  });
});

describe('reset', () => {
  test('ends the connection with a reset and not a byte', async () => {
    const sandbox = await withFaults({ kind: 'reset', times: 1 });
    expect(await sendRaw(sandbox.url, RAW_ISSUE)).toEqual({ text: '', error: 'ECONNRESET' });
    expect(await isRegistered(sandbox)).toBe(false);
    expect((await sandbox.journal()).entries[0]).toMatchObject({ fault: 'reset', status: null, code: null });
  });

  test('after so many bytes of the answer, whose work is done', async () => {
    const sandbox = await withFaults({ kind: 'reset', afterBytes: 7, executes: true, times: 1 });
    const { text, error } = await sendRaw(sandbox.url, RAW_ISSUE);
    expect(error).toBe('ECONNRESET');
    expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe('{"code"');
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(await isRegistered(sandbox)).toBe(true);
    expect((await sandbox.journal()).entries[0]).toMatchObject({ status: null, code: null, executed: true });
  });
});

describe('half-open', () => {
  test('says nothing more and keeps the connection, until the sandbox closes', async () => {
    const sandbox = await withFaults({ kind: 'half-open', afterBytes: 0, times: 1, executes: true });
    let sawHead = (): void => {};
    const head = new Promise<void>((resolve) => {
      sawHead = resolve;
    });
    const raw = sendRaw(sandbox.url, RAW_ISSUE, (text) => {
      if (text.includes('\r\n\r\n')) sawHead();
      return false;
    });
    await head;
    expect((await sandbox.journal()).entries[0]).toMatchObject({ fault: 'half-open', status: null, executed: true });
    await sandbox.close();
    expect((await raw).text).toMatch(/\r\n\r\n$/);
  });

  test('without afterBytes sends nothing at all', async () => {
    const sandbox = await withFaults({ kind: 'half-open', times: 1 });
    const raw = sendRaw(sandbox.url, RAW_ISSUE);
    await expect.poll(async () => (await sandbox.journal()).entries[0]?.userIds).toEqual(['u1']);
    await sandbox.close();
    expect((await raw).text).toBe('');
  });
});

describe('slow-body', () => {
  test('sends the right answer in pieces', async () => {
    const sandbox = await withFaults({ kind: 'slow-body', afterBytes: 16, delayMs: 1, times: 1 });
    const lengths: number[] = [];
    const { text } = await sendRaw(sandbox.url, RAW_ISSUE, (sofar) => {
      lengths.push(sofar.length);
      return false;
    });
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))).toMatchObject({ code: 200, userId: 'u1' });
    expect(lengths.length).toBeGreaterThan(3);
    expect((await sandbox.journal()).entries[0]).toMatchObject({ fault: 'slow-body', status: 200, executed: true });
  });

  test('stops when the caller hangs up', async () => {
    const sandbox = await withFaults({ kind: 'slow-body', delayMs: 3_600_000, times: 1 });
    await sendRaw(sandbox.url, RAW_ISSUE, (text) => text.endsWith('{'));
    expect((await sandbox.journal()).entries[0]).toMatchObject({ fault: 'slow-body', status: null, executed: true });
  });
});

describe('garbage', () => {
  test('is HTML under HTTP 200 unless told otherwise', async () => {
    const { url, journal } = await withFaults({ kind: 'garbage', times: 1 });
    const { text } = await sendRaw(url, RAW_ISSUE);
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*Content-Type: text\/html[\s\S]*<html>/);
    expect((await journal()).entries[0]).toMatchObject({ fault: 'garbage', status: 200, code: null, executed: false });
  });

  test('or the given text', async () => {
    const { url } = await withFaults({ kind: 'garbage', status: 502, body: '{"code":200,', times: 1 });
    const { text } = await sendRaw(url, RAW_ISSUE);
    expect(text).toMatch(/^HTTP\/1.1 502 Bad Gateway\r\n[\s\S]*\r\n\r\n\{"code":200,$/);
  });
});

describe('down', () => {
  test('cuts the connection of one domain before the body is read, while the other serves', async () => {
    const sandbox = await withFaults({ kind: 'down', domain: 'primary' });
    expect(await sendRaw(sandbox.url, RAW_ISSUE)).toEqual({ text: '', error: 'ECONNRESET' });
    expect((await sendRaw(sandbox.backupUrl, RAW_ISSUE)).text).toMatch(/^HTTP\/1.1 200 OK/);
    const { entries } = await sandbox.journal();
    expect(entries).toMatchObject([
      { domain: 'primary', fault: 'down', status: null, userIds: [], executed: false },
      { domain: 'backup', fault: null, status: 200, userIds: ['u1'], executed: true },
    ]);
  });
});

/** Calls, and hangs up once the request has arrived. */
async function giveUp(sandbox: RunningSandbox): Promise<void> {
  const caller = new AbortController();
  const call = fetch(`${sandbox.url}${ISSUE}`, {
    method: 'POST',
    headers: RONGCLOUD_HEADERS,
    body: new URLSearchParams(form),
    signal: caller.signal,
  });
  await expect.poll(async () => (await sandbox.journal()).entries[0]?.userIds).toEqual(['u1']);
  caller.abort();
  await expect(call).rejects.toThrow(/abort/i);
}
