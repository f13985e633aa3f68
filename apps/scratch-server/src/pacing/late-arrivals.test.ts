import type { Transport } from '@immint/providers';
import { describe, expect, test } from 'vitest';
import { createLateArrivals, watchArrivals } from './late-arrivals.ts';

/** A provider that is called 200 times a second and answers after 3 ms, unless it stands still. */
function aSecondOfCalls(time: { ms: number }, arrivals: ReturnType<typeof createLateArrivals>, standsStill = [0, 0]) {
  const [fromMs = 0, untilMs = 0] = standsStill;
  const beganAtMs = time.ms;
  const found: number[] = [];
  const underWay: { answerAtMs: number; call: { ended: () => number } }[] = [];
  for (let tick = 0; tick < 1_000; tick += 1) {
    time.ms = beganAtMs + tick;
    if (tick % 5 === 0) {
      const arrivesAt = tick >= fromMs && tick < untilMs ? untilMs : tick;
      underWay.push({ answerAtMs: beganAtMs + arrivesAt + 3, call: arrivals.sent() });
    }
    for (const { call } of underWay.filter(({ answerAtMs }) => answerAtMs === time.ms)) found.push(call.ended());
  }
  return Math.max(...found);
}

describe('late arrivals', () => {
  test('are not suspected while every answer takes as long as usual', () => {
    const time = { ms: 0 };
    const arrivals = createLateArrivals(() => time.ms);
    expect(aSecondOfCalls(time, arrivals)).toBe(0);
    expect(aSecondOfCalls(time, arrivals)).toBe(0);
  });

  test('are as late as the provider stood still', () => {
    const time = { ms: 0 };
    const arrivals = createLateArrivals(() => time.ms);
    aSecondOfCalls(time, arrivals);
    const foundMs = aSecondOfCalls(time, arrivals, [500, 560]);
    expect(foundMs).toBeGreaterThanOrEqual(55);
    expect(foundMs).toBeLessThanOrEqual(65);
  });

  test('are held against the quickest answers of late, and not of ever', () => {
    const time = { ms: 0 };
    const arrivals = createLateArrivals(() => time.ms);
    const callTaking = (tookMs: number) => {
      const call = arrivals.sent();
      time.ms += tookMs;
      return call.ended();
    };
    callTaking(3);
    expect(callTaking(300)).toBe(297);
    for (let call = 0; call < 3; call += 1) {
      time.ms += 10_001;
      callTaking(300);
    }
    expect(callTaking(300)).toBe(0);
  });
});

describe('a watched transport', () => {
  test('answers, fails and closes as it did, and tells of each call', async () => {
    const told: number[] = [];
    let isClosed = false;
    const reply = {
      status: 200,
      contentType: undefined,
      serverDateMs: undefined,
      retryAfterMs: undefined,
      body: new Uint8Array(),
    };
    let fails = false;
    const transport: Transport = {
      send: () => (fails ? Promise.reject(new Error('unreachable')) : Promise.resolve(reply)),
      close: async () => {
        isClosed = true;
      },
    };
    const watched = watchArrivals(
      transport,
      createLateArrivals(() => 0),
      (standstillMs) => told.push(standstillMs),
    );
    const request = { origin: 'https://provider.example', method: 'GET', path: '/', headers: {}, body: '' } as const;
    const { signal } = new AbortController();
    expect(await watched.send(request, signal)).toBe(reply);
    fails = true;
    await expect(watched.send(request, signal)).rejects.toThrow('unreachable');
    await watched.close();
    expect([told, isClosed]).toEqual([[0, 0], true]);
  });
});
