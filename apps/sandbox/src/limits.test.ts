import { once } from 'node:events';
import { connect } from 'node:net';

import { describe, expect, test, vi } from 'vitest';

import { Limits } from './limits.ts';
import { toRawRequest } from './testing/raw-request.ts';
import { EASEMOB_APP_KEY, NEXCONN_HEADERS, type Reply, runSandbox, signedHeaders } from './testing/running-sandbox.ts';

const ARRIVAL = { provider: 'rongcloud', appKey: 'k', rateGroup: 'g', documentedPerSecond: 3, atMs: 0 } as const;

const startLimits = (): { limits: Limits; at: (atMs: number, appKey?: string, rateGroup?: string) => boolean } => {
  let nowMs = 0;
  const limits = new Limits(() => nowMs);
  const at = (atMs: number, appKey = 'k', rateGroup = 'g'): boolean => {
    nowMs = atMs;
    return limits.admit({ ...ARRIVAL, appKey, rateGroup, atMs: limits.nowMs() });
  };
  return { limits, at };
};

describe('at most N accepted arrivals in any 1,000 ms', () => {
  test('the window slides: a slot is free again exactly 1,000 ms after the arrival that took it', () => {
    const { at } = startLimits();
    expect([at(0), at(400), at(800), at(999)]).toEqual([true, true, true, false]);
    expect([at(1_000), at(1_399), at(1_400), at(1_401)]).toEqual([true, false, true, false]);
  });

  test('refused arrivals take no slot', () => {
    const { at } = startLimits();
    for (const atMs of [0, 0, 0]) expect(at(atMs)).toBe(true);
    for (let atMs = 1; atMs < 1_000; atMs += 1) expect(at(atMs)).toBe(false);
    expect([at(1_000), at(1_000), at(1_000), at(1_000)]).toEqual([true, true, true, false]);
  });

  test('a call that counts as several takes as many slots, all or none', () => {
    const limits = new Limits(() => 0);
    const admit = (units: number): boolean => limits.admit({ ...ARRIVAL, units });
    expect([admit(2), admit(2), admit(1), admit(1)]).toEqual([true, false, true, false]);
    expect(new Limits(() => 0).admit({ ...ARRIVAL, units: 4 })).toBe(false);
  });

  test('calls count by their arrival, also where the body of one comes in after those of later ones', () => {
    const { at } = startLimits();
    expect([at(500), at(600), at(100)]).toEqual([true, true, true]);
    expect([at(1_099), at(1_100), at(1_499), at(1_500)]).toEqual([false, true, false, true]);
    expect([at(50), at(1_101)]).toEqual([false, false]);
  });

  test('an arrival of long ago counts as one of a second before the latest', () => {
    const { at } = startLimits();
    expect([at(9_000), at(0), at(0), at(0)]).toEqual([true, true, true, true]);
    expect([at(0), at(8_999), at(9_001)]).toEqual([false, false, true]);
  });

  test('however arrivals are mixed, no 1,000 ms hold more accepted ones than the rate', () => {
    const { at } = startLimits();
    const accepted: number[] = [];
    for (let call = 1; call <= 3_000; call += 1) {
      const lateMs = (call * 7_919) % 900;
      const atMs = 1_000 + call * 90 - lateMs;
      if (at(atMs)) accepted.push(atMs);
    }
    accepted.sort((one, other) => one - other);
    const shortest = accepted.slice(3).map((atMs, first) => atMs - (accepted[first] ?? 0));
    expect(Math.min(...shortest)).toBeGreaterThanOrEqual(1_000);
    expect(accepted.length).toBeGreaterThan(600);
  });

  test('App Keys and groups have budgets of their own', () => {
    const { at } = startLimits();
    for (const atMs of [0, 0, 0]) at(atMs);
    expect([at(0), at(0, 'other'), at(0, 'k', 'other')]).toEqual([false, true, true]);
  });

  test('an override for one App Key goes before one for all', () => {
    const { limits, at } = startLimits();
    limits.override({ provider: 'rongcloud', rateGroup: 'g', appKey: null, perSecond: 0 });
    limits.override({ provider: 'rongcloud', rateGroup: 'g', appKey: 'k', perSecond: 1 });
    expect([at(0), at(0), at(0, 'other')]).toEqual([true, false, false]);
    limits.reset('rongcloud', 'k');
    expect(at(0)).toBe(false);
    limits.reset();
    expect([at(0), at(0, 'other')]).toEqual([true, true]);
  });
});

describe('over HTTP, with the clock of the rates standing still', () => {
  const form = { userId: 'u1', name: 'n' };
  const statuses = async (count: number, call: () => Promise<Reply>): Promise<Record<number, number>> => {
    const replies = await Promise.all(Array.from({ length: count }, call));
    const found: Record<number, number> = {};
    for (const { status } of replies) found[status] = (found[status] ?? 0) + 1;
    return found;
  };

  test('the documented rates: RongCloud 200 tokens, and 100 of each other call', async () => {
    const { rongcloud } = await runSandbox({ monotonicNow: () => 0 });
    expect(await statuses(201, () => rongcloud('/user/getToken.json', form))).toEqual({ 200: 200, 429: 1 });
    expect(await statuses(101, () => rongcloud('/user/info.json', form))).toEqual({ 200: 100, 429: 1 });
    expect(await statuses(1, () => rongcloud('/user/refresh.json', form))).toEqual({ 200: 1 });
    const { status, body } = await rongcloud('/user/getToken.json', form);
    expect([status, body]).toEqual([429, { url: '/user/getToken.json', code: 1008, errorMessage: expect.any(String) }]);
  });

  test('the documented rates: Nexconn 200 tokens and 100 of each other call', async () => {
    const { nexconn } = await runSandbox({ monotonicNow: () => 0 });
    expect(await statuses(201, () => nexconn('/v4/auth/access-token/issue', form))).toEqual({ 200: 200, 429: 1 });
    expect(await statuses(101, () => nexconn('/v4/user/get', form))).toEqual({ 200: 100, 429: 1 });
  });

  test('the documented rates: Easemob 300 app and user tokens together, 100 of all user management', async () => {
    const sandbox = await runSandbox({ monotonicNow: () => 0 });
    const headers = { Authorization: `Bearer ${await sandbox.easemobAppToken()}` };
    const request = { grant_type: 'inherit', username: 'u1', autoCreateUser: true };
    const inherited = await statuses(300, () => sandbox.easemob('/token', request, headers));
    expect(inherited).toEqual({ 200: 299, 429: 1 });
    expect((await sandbox.easemob('/token', request, headers)).body).toMatchObject({ error: 'reach_limit' });
    expect(await statuses(60, () => sandbox.easemob('/users/u1/activate', {}, headers))).toEqual({ 200: 60 });
    const more = await statuses(41, () => sandbox.easemob('/users/u1/deactivate', {}, headers));
    expect(more).toEqual({ 200: 40, 429: 1 });
  });

  test('a call with a wrong signature takes no slot; one with a wrong body does', async () => {
    const { control, nexconn } = await runSandbox({ monotonicNow: () => 0 });
    const path = '/v4/auth/access-token/issue';
    await control('POST', '/limits', { provider: 'nexconn', path, perSecond: 2 });
    const wrong = signedHeaders('sandbox-nexconn', 'wrong');
    const calls = [nexconn(path, form, wrong), nexconn(path, {}), nexconn(path, form), nexconn(path, form)];
    const replies = await Promise.all(calls);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 400, 401, 429]));
  });

  test('a call counts from the moment its headers are in, as the journal has it', async () => {
    let nowMs = 0;
    const { control, journal, nexconn, url } = await runSandbox({ monotonicNow: () => nowMs });
    const path = '/v4/auth/access-token/issue';
    await control('POST', '/limits', { provider: 'nexconn', path, perSecond: 1 });
    const request = toRawRequest(`POST ${path} HTTP/1.1`, { ...NEXCONN_HEADERS, Host: 'x' }, JSON.stringify(form));
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.write(request.subarray(0, -1));
    await vi.waitFor(async () => expect((await journal()).entries).toHaveLength(1));
    nowMs = 1_000;
    socket.write(request.subarray(-1));
    await once(socket, 'data');
    socket.destroy();
    expect((await nexconn(path, form)).status).toBe(200);
    expect((await journal()).entries.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('the journal marks what was over the limit', async () => {
    const { control, journal, nexconn } = await runSandbox({ monotonicNow: () => 0 });
    const path = '/v4/auth/access-token/issue';
    await control('POST', '/limits', { provider: 'nexconn', path, perSecond: 1 });
    await nexconn(path, form);
    await nexconn(path, form);
    const { entries } = await journal();
    expect(entries).toMatchObject([
      { overLimit: false, executed: true, status: 200, code: 0 },
      { overLimit: true, executed: false, status: 429, code: 1008 },
    ]);
  });

  test('moving the sandbox clock neither fills nor frees a slot, and one account’s limit leaves others alone', async () => {
    const { control, easemob, fetch } = await runSandbox({ monotonicNow: () => 0 });
    await control('POST', '/apps', { provider: 'easemob', appKey: 'o#a', secret: 's' });
    await control('POST', '/limits', { provider: 'easemob', path: '/token', perSecond: 0, appKey: EASEMOB_APP_KEY });
    expect((await easemob('/token', {})).status).toBe(429);
    await control('POST', '/clock', { advanceMs: 60_000 });
    expect((await easemob('/token', {})).status).toBe(429);
    expect((await fetch('/o/a/token', { method: 'POST', body: '{}', headers: NEXCONN_HEADERS })).status).toBe(415);
  });
});
