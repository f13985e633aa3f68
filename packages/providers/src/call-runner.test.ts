import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type CallContext, createCallContext } from './call-context.ts';
import { type CallRunner, createCallRunner } from './call-runner.ts';
import type { CredentialGate } from './credential-gate.ts';
import type { Pace } from './pace.ts';
import type { ProviderCall } from './provider-call.ts';
import { ProviderError } from './provider-error.ts';
import type { ProviderEvent } from './provider-event.ts';
import { readJson, unreadable } from './read-json.ts';
import { createTransport, type ProviderReply, type Transport } from './request.ts';
import { failureOf } from './testing/provider-suite.ts';
import {
  type Answer,
  httpAnswer,
  jsonAnswer,
  reset,
  type ScriptedProvider,
  startScriptedProvider,
} from './testing/scripted-provider.ts';

const monotonicMs = (): number => performance.now();
const ok = jsonAnswer(200, 'done');
const silence: Answer = () => {};

/** Reads a JSON text, with the statuses that a runner treats in ways of their own. */
const read = (reply: ProviderReply): string => {
  const { status, retryAfterMs } = reply;
  const facts = { httpStatus: status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  if (status === 409) throw new ProviderError('conflict', { retryAfterMs: 20, ...facts });
  if (status === 401) throw new ProviderError('credentials-refused', facts);
  if (status === 403) throw new ProviderError('user-banned', facts);
  if (status === 507) throw new ProviderError('user-limit-reached', facts);
  if (status !== 200) throw unreadable(reply, 'No success.');
  return String(readJson(reply));
};

const CALL: ProviderCall<string> = {
  group: { name: 'issueToken', perSecond: 100 },
  method: 'POST',
  path: '/issue',
  isIdempotent: false,
  proof: 'signature',
  build: () => ({ headers: {}, body: 'x=1' }),
  read,
};
const QUESTION: ProviderCall<string> = { ...CALL, isIdempotent: true };

const within = (timeoutMs: number): CallContext => createCallContext(timeoutMs, { monotonicMs });

let primary: ScriptedProvider;
let backup: ScriptedProvider;
let transport: Transport;
let events: ProviderEvent[];
let slots: number[];
let tooOften: (number | undefined)[];

beforeEach(async () => {
  [primary, backup] = await Promise.all([startScriptedProvider(), startScriptedProvider()]);
  transport = createTransport();
  events = [];
  slots = [];
  tooOften = [];
});
afterEach(async () => {
  await Promise.all([primary.close(), backup.close()]);
  await transport.close();
});

const pace: Pace = {
  take: async (_group, count) => void slots.push(count),
  tooOften: (_group, retryAfterMs) => void tooOften.push(retryAfterMs),
};

const open = (parts: Partial<Parameters<typeof createCallRunner>[0]> = {}): CallRunner =>
  createCallRunner({
    origins: [primary.url, backup.url],
    transport,
    pace,
    monotonicMs,
    // The shortest waits that chance can give.
    randomBytes: (count) => new Uint8Array(count),
    observe: (event) => void events.push(event),
    ...parts,
  });
const openSingle = (parts: Partial<Parameters<typeof createCallRunner>[0]> = {}): CallRunner =>
  open({ origins: [primary.url], ...parts });

const sent = (): [number, number] => [primary.requests.length, backup.requests.length];
const seen = (kind: ProviderEvent['kind']): number => events.filter((event) => event.kind === kind).length;

/** An origin on which nobody listens. */
const deadOrigin = async (): Promise<string> => {
  const gone = await startScriptedProvider();
  await gone.close();
  return gone.url;
};

describe('a domain that does not work', () => {
  test('a refused connection goes to the other at once, and so do all calls after it', async () => {
    backup.script(ok, ok);
    const runner = open({ origins: [await deadOrigin(), backup.url] });
    expect(await runner.run(CALL, within(5_000))).toBe('done');
    expect(await runner.run(CALL, within(5_000))).toBe('done');
    expect(events.map(({ kind }) => kind)).toEqual(['attempt-failed', 'domain-switched']);
    expect(slots).toEqual([1, 1, 1]);
  });

  test.each<[string, Answer]>([
    ['a connection reset after the request', reset],
    ['an HTTP 500', httpAnswer(500, '', {})],
    ['an HTTP 503 that asks to wait, which the other domain does not', httpAnswer(503, '', { 'Retry-After': '30' })],
    ['half of an answer', (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"')],
  ])('%s goes to the other, once, and is noted as a call that may be there twice', async (_, answer) => {
    primary.script(answer);
    backup.script(ok, ok);
    const runner = open();
    expect(await runner.run(CALL, within(5_000))).toBe('done');
    expect(await runner.run(CALL, within(5_000))).toBe('done');
    expect(sent()).toEqual([1, 2]);
    expect(seen('repeated-after-unknown')).toBe(1);
  });

  test('silence ends at 40 % of the time of the caller, and goes to the other', async () => {
    primary.script(silence);
    backup.script(ok, ok);
    const runner = open();
    const startedAtMs = monotonicMs();
    expect(await runner.run(CALL, within(2_600))).toBe('done');
    const elapsedMs = monotonicMs() - startedAtMs;
    expect(elapsedMs).toBeGreaterThanOrEqual(1_030);
    expect(elapsedMs).toBeLessThan(1_500);
    expect(await runner.run(CALL, within(2_600))).toBe('done');
    expect(sent()).toEqual([1, 2]);
    expect(seen('domain-switched')).toBe(1);
  });

  test('silence to a caller in haste sends that call elsewhere, and is not held against the domain', async () => {
    primary.script(silence, ok);
    backup.script(ok);
    const runner = open();
    expect(await runner.run(CALL, within(800))).toBe('done');
    expect(await runner.run(CALL, within(800))).toBe('done');
    expect(sent()).toEqual([2, 1]);
    expect(seen('domain-switched')).toBe(0);
  });

  test('a crowd on its way to a domain that died gets its answers from the other, and switches once', async () => {
    const crowd = 40;
    backup.script(...Array.from({ length: crowd }, () => ok));
    const runner = open({ origins: [await deadOrigin(), backup.url] });
    const answers = await Promise.all(Array.from({ length: crowd }, () => runner.run(CALL, within(10_000))));
    expect(new Set(answers)).toEqual(new Set(['done']));
    expect(seen('domain-switched')).toBe(1);
    expect(seen('breaker-opened')).toBe(0);
  });

  test('a refusal is an answer: nothing is switched and nothing sent again', async () => {
    primary.script(httpAnswer(403, '', {}));
    expect(await failureOf(open().run(CALL, within(5_000)))).toMatchObject({ kind: 'user-banned' });
    expect(sent()).toEqual([1, 0]);
    expect(seen('domain-switched')).toBe(0);
  });
});

describe('what may be sent again', () => {
  test('what may have been executed is repeated once in all', async () => {
    primary.script(reset);
    backup.script(reset, ok);
    const error = await failureOf(open().run(CALL, within(5_000)));
    expect(error).toMatchObject({ kind: 'unreachable', mayHaveExecuted: true });
    expect(sent()).toEqual([1, 1]);
  });

  test('a question is repeated twice', async () => {
    primary.script(reset, ok);
    backup.script(reset);
    expect(await open().run(QUESTION, within(5_000))).toBe('done');
    expect(sent()).toEqual([2, 1]);
    expect(seen('repeated-after-unknown')).toBe(0);
  });

  test('a provider that fails is asked three times at most, and the answer beats the silence', async () => {
    primary.script(httpAnswer(502, '', {}), reset, reset);
    const error = await failureOf(openSingle().run(QUESTION, within(5_000)));
    expect(error).toMatchObject({ kind: 'failed', httpStatus: 502, mayHaveExecuted: true });
    expect(primary.requests).toHaveLength(3);
  });

  test('what is asked sparingly is sent again only if it never arrived', async () => {
    primary.script(httpAnswer(502, '', {}));
    const call = { ...CALL, isAskedSparingly: true };
    expect(await failureOf(openSingle().run(call, within(5_000)))).toMatchObject({ kind: 'failed' });
    expect(primary.requests).toHaveLength(1);
    backup.script(ok);
    expect(await open({ origins: [await deadOrigin(), backup.url] }).run(call, within(5_000))).toBe('done');
  });

  test('a context that wants no repeat gets the first failure', async () => {
    primary.script(reset);
    const context = { ...within(5_000), mayRepeat: false };
    expect(await failureOf(open().run(QUESTION, context))).toMatchObject({ kind: 'unreachable' });
    expect(sent()).toEqual([1, 0]);
  });

  test('being called too often waits as long as the provider says, tells the pace, and stays with the domain', async () => {
    primary.script(httpAnswer(429, '', { 'Retry-After': '1' }), ok);
    const startedAtMs = monotonicMs();
    expect(await open().run(CALL, within(5_000))).toBe('done');
    expect(monotonicMs() - startedAtMs).toBeGreaterThanOrEqual(999);
    expect(tooOften).toEqual([1_000]);
    expect(seen('rate-shrunk')).toBe(1);
    expect(sent()).toEqual([2, 0]);
    expect(slots).toEqual([1, 1]);
  });

  test('without a time from the provider it waits for the next second', async () => {
    primary.script(httpAnswer(429, '', {}), ok);
    const startedAtMs = monotonicMs();
    expect(await open().run(CALL, within(5_000))).toBe('done');
    expect(monotonicMs() - startedAtMs).toBeGreaterThanOrEqual(999);
    expect(tooOften).toEqual([1_000]);
  });

  test('a wait that does not fit before the deadline is not begun, and the caller is told how long it is', async () => {
    primary.script(httpAnswer(429, '', { 'Retry-After': '7' }));
    const startedAtMs = monotonicMs();
    const error = await failureOf(open().run(CALL, within(3_000)));
    expect(error).toMatchObject({ kind: 'rate-limited', retryAfterMs: 7_000, mayHaveExecuted: false });
    expect(monotonicMs() - startedAtMs).toBeLessThan(1_000);
  });

  test('a conflict is tried once more', async () => {
    primary.script(httpAnswer(409, '', {}), httpAnswer(409, '', {}), ok);
    expect(await failureOf(open().run(CALL, within(5_000)))).toMatchObject({ kind: 'conflict' });
    expect(sent()).toEqual([2, 0]);
  });

  test.each([
    ['refused credentials', 401],
    ['a full account', 507],
  ])('%s are final', async (_, status) => {
    primary.script(httpAnswer(status, '', {}), ok);
    const error = await failureOf(openSingle().run(QUESTION, within(5_000)));
    expect(error).toMatchObject({ retryable: false, httpStatus: status });
    expect(sent()).toEqual([1, 0]);
  });

  test('a final answer after silence is what is told, with that the silent call may have been executed', async () => {
    primary.script(reset);
    backup.script(httpAnswer(403, '', {}));
    const error = await failureOf(open().run(CALL, within(5_000)));
    expect(error).toMatchObject({ kind: 'user-banned', mayHaveExecuted: true });
  });

  test('three repeats are free, and then a tenth of the calls', async () => {
    const runner = openSingle();
    const busy = httpAnswer(429, '', { 'Retry-After': '0' });
    primary.script(busy, ok, busy, ok, busy, ok, busy);
    for (let calls = 0; calls < 3; calls += 1) expect(await runner.run(CALL, within(5_000))).toBe('done');
    expect(await failureOf(runner.run(CALL, within(5_000)))).toMatchObject({ kind: 'rate-limited' });
    expect(primary.requests).toHaveLength(7);
    expect(seen('repeats-used-up')).toBe(1);
  });
});

describe('who makes a call', () => {
  test('is asked right before each attempt is sent, and may give it up', async () => {
    primary.script(httpAnswer(502, '', {}), ok);
    let asked = 0;
    const beforeSend = (): void => {
      asked += 1;
      if (asked === 2) throw new RangeError('not mine any more');
    };
    const error = await failureOf(openSingle().run(CALL, { ...within(5_000), beforeSend }));
    // What the first attempt showed says more than that there was no second.
    expect(error).toMatchObject({ kind: 'failed', mayHaveExecuted: true });
    expect([asked, primary.requests.length]).toEqual([2, 1]);
    asked = 1;
    await expect(openSingle().run(CALL, { ...within(5_000), beforeSend })).rejects.toThrow('not mine any more');
    expect(primary.requests).toHaveLength(1);
  });

  test('hears before a repeat that the attempt before may have been executed, and may give it up', async () => {
    const heard: string[] = [];
    const beforeRepeat = async (): Promise<void> => void heard.push('repeat');
    primary.script(reset);
    backup.script(ok);
    expect(await open().run(CALL, { ...within(5_000), beforeRepeat })).toBe('done');
    expect(heard).toEqual(['repeat']);
    primary.script(reset, ok);
    const refusing = async (): Promise<void> => Promise.reject(new RangeError('cannot be noted'));
    await expect(openSingle().run(CALL, { ...within(5_000), beforeRepeat: refusing })).rejects.toThrow('noted');
  });

  test('hears nothing before a repeat of what certainly was not executed', async () => {
    const heard: string[] = [];
    const beforeRepeat = async (): Promise<void> => void heard.push('repeat');
    backup.script(ok);
    const origins: [string, ...string[]] = [await deadOrigin(), backup.url];
    expect(await open({ origins }).run(CALL, { ...within(5_000), beforeRepeat })).toBe('done');
    expect(heard).toEqual([]);
  });
});

describe('the deadline', () => {
  test('holds when both domains are silent', async () => {
    primary.script(silence);
    backup.script(silence);
    const startedAtMs = monotonicMs();
    const error = await failureOf(open().run(CALL, within(1_000)));
    expect(error).toMatchObject({ kind: 'timed-out', mayHaveExecuted: true });
    expect(monotonicMs() - startedAtMs).toBeLessThan(1_400);
    expect(sent()).toEqual([1, 1]);
  });

  test('holds while waiting for the pace, whose time is then told with what was known before', async () => {
    primary.script(reset);
    const held = new ProviderError('held-back', { retryAfterMs: 5_000 });
    const once: Pace = {
      take: () => (slots.push(1) === 1 ? Promise.resolve() : Promise.reject(held)),
      tooOften: () => {},
    };
    const error = await failureOf(open({ pace: once }).run(CALL, within(5_000)));
    expect(error).toMatchObject({ kind: 'unreachable', mayHaveExecuted: true, retryAfterMs: 5_000 });
  });

  test('a caller who gives up ends the call and is not the provider’s failure', async () => {
    const giveUp = new AbortController();
    primary.script(() => giveUp.abort());
    const context = { ...within(20_000), signal: giveUp.signal };
    expect(await failureOf(open().run(QUESTION, context))).toMatchObject({ kind: 'timed-out', mayHaveExecuted: true });
    expect(sent()).toEqual([1, 0]);
    expect(seen('domain-switched')).toBe(0);
  });
});

describe('the breaker', () => {
  const refusedOnce = { mayRepeat: false };

  test('opens after five failures in a row, refuses without a call or a slot, and closes by one probe', async () => {
    let nowMs = 1_000;
    const runner = openSingle({ monotonicMs: () => nowMs });
    const context = (): CallContext => ({ ...createCallContext(5_000, { monotonicMs: () => nowMs }), ...refusedOnce });
    primary.script(reset, reset, reset, reset, reset);
    for (let index = 0; index < 5; index += 1)
      expect(await failureOf(runner.run(CALL, context()))).toMatchObject({ kind: 'unreachable' });
    expect(await failureOf(runner.run(CALL, context()))).toMatchObject({ kind: 'circuit-open', retryAfterMs: 1_000 });
    expect([primary.requests.length, slots.length]).toEqual([5, 5]);

    nowMs += 1_000;
    primary.script(ok, ok);
    expect(await runner.run(CALL, context())).toBe('done');
    expect(await runner.run(CALL, context())).toBe('done');
    expect(events.map(({ kind }) => kind).filter((kind) => kind.startsWith('breaker'))).toEqual([
      'breaker-opened',
      'breaker-half-opened',
      'breaker-closed',
    ]);
  });

  test('is not opened by refusals', async () => {
    const runner = openSingle();
    for (let index = 0; index < 8; index += 1) {
      primary.script(httpAnswer(403, '', {}));
      expect(await failureOf(runner.run(CALL, within(5_000)))).toMatchObject({ kind: 'user-banned' });
    }
    expect(seen('breaker-opened')).toBe(0);
  });

  test('counts both domains as one', async () => {
    const runner = open();
    for (let index = 0; index < 5; index += 1) {
      (index % 2 === 0 ? primary : backup).script(reset);
      await failureOf(runner.run(CALL, { ...within(5_000), ...refusedOnce }));
    }
    expect(await failureOf(runner.run(CALL, within(5_000)))).toMatchObject({ kind: 'circuit-open' });
    expect(sent()).toEqual([3, 2]);
  });
});

describe('the gate of credentials', () => {
  const told: string[] = [];
  const gate: CredentialGate = {
    admit: async () => ({
      accepted: async () => void told.push('accepted'),
      refused: async (refusal) => {
        told.push('refused');
        return refusal.with({ detail: 'Said by the gate.' });
      },
    }),
  };
  beforeEach(() => told.splice(0));

  test('is asked before a call, and hears success and refusal with the time of the provider', async () => {
    const date = 'Tue, 24 Nov 2026 08:00:00 GMT';
    primary.script(ok, httpAnswer(401, '', { Date: date }));
    const runner = open({ credentialGate: gate });
    await runner.run(CALL, within(5_000));
    const error = await failureOf(runner.run(CALL, within(5_000)));
    expect(error).toMatchObject({ serverDateMs: Date.parse(date) });
    expect(error.message).toContain('Said by the gate.');
    expect(told).toEqual(['accepted', 'refused']);
  });

  test('hears nothing of failures that say nothing about the secret', async () => {
    primary.script(httpAnswer(403, '', {}));
    await failureOf(open({ credentialGate: gate }).run(CALL, within(5_000)));
    expect(told).toEqual([]);
  });

  test('a closed one lets nothing out', async () => {
    const paused = new ProviderError('app-paused', { retryAfterMs: 9 });
    const runner = open({ credentialGate: { admit: () => Promise.reject(paused) } });
    expect(await failureOf(runner.run(CALL, within(5_000)))).toBe(paused);
    expect([sent(), slots]).toEqual([[0, 0], []]);
  });

  test('calls that show no secret pass it by', async () => {
    primary.script(ok, httpAnswer(401, '', {}));
    const runner = open({ credentialGate: { admit: () => Promise.reject(new Error('asked')) } });
    expect(await runner.run({ ...CALL, proof: 'none' }, within(5_000))).toBe('done');
    await failureOf(runner.run({ ...CALL, proof: 'none' }, within(5_000)));
  });

  test('a slow one holds nobody beyond the deadline', async () => {
    primary.script(ok);
    const never = new Promise<never>(() => {});
    const slow: CredentialGate = { admit: async () => ({ accepted: () => never, refused: () => never }) };
    expect(await open({ credentialGate: slow }).run(CALL, within(400))).toBe('done');
    expect(await failureOf(open({ credentialGate: { admit: () => never } }).run(CALL, within(200)))).toMatchObject({
      kind: 'timed-out',
      mayHaveExecuted: false,
    });
  });
});
