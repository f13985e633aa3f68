import { NEXCONN_CODES, NexconnDoneReply } from '@immint/contracts/nexconn';
import { describe, expect, test } from 'vitest';

import { readNexconn } from './nexconn-error.ts';
import { makeReply } from './testing/make-reply.ts';
import { MARK } from './testing/hostile-answers.ts';
import { failureOf } from './testing/provider-suite.ts';
import { readFixture } from './testing/read-fixture.ts';

const judge = (status: number, body: unknown) =>
  failureOf(Promise.resolve().then(() => readNexconn(makeReply(status, body), NexconnDoneReply)));
const judgeCode = (code: number, status: number, text = MARK) => judge(status, { code, errorMessage: text });

describe("Nexconn's codes", () => {
  test('B6, B11: have one meaning each, under their inferred HTTP status and under 200, which its own SDK takes for success', async () => {
    const documented = Object.entries(NEXCONN_CODES).filter(([code]) => code !== '0' && code !== '1000');
    for (const [code, { httpStatus }] of documented) {
      const error = await judgeCode(Number(code), httpStatus ?? 400);
      expect(error).toMatchObject({ providerCode: code });
      expect(error.kind).not.toBe('unknown-code');
      for (const status of [200, 400, 401, 405, 500])
        expect(await judgeCode(Number(code), status)).toMatchObject({ kind: error.kind, httpStatus: status });
    }
  });

  test("B2: RongCloud's success is not Nexconn's", async () => {
    expect(await judgeCode(200, 200)).toMatchObject({ kind: 'unknown-code', providerCode: '200' });
  });

  test('B7: 1000 may be tried again only where the HTTP status calls it a failure of the server', async () => {
    for (const status of [500, 502, 504])
      expect(await judgeCode(1000, status)).toMatchObject({ kind: 'failed', retryable: true });
    for (const status of [200, 400, 403])
      expect(await judgeCode(1000, status)).toMatchObject({ kind: 'bad-request', retryable: false });
  });

  test('B5: have the meanings of Nexconn, where RongCloud has others', async () => {
    const kinds: Record<number, string> = {};
    for (const code of [400, 1003, 1006, 1007, 1010, 1011]) kinds[code] = (await judgeCode(code, 400)).kind;
    expect(kinds).toEqual({
      400: 'user-unknown',
      1003: 'bad-request',
      1006: 'app-unavailable',
      1007: 'app-unavailable',
      1010: 'app-unavailable',
      1011: 'app-unavailable',
    });
  });

  test("an unknown App Key is told from a wrong parameter by RongCloud's texts, since the hosts are the same", async () => {
    const unknownKey = await judge(400, readFixture('rongcloud/invalid-app-key.json'));
    expect(unknownKey).toMatchObject({ kind: 'credentials-refused', blames: 'app-key', retryable: false });
    expect(await judgeCode(1002, 400)).toMatchObject({ kind: 'bad-request', blames: undefined });
  });

  test('1001 and 1004 blame the secret', async () => {
    for (const code of [1001, 1004])
      expect(await judgeCode(code, 401)).toMatchObject({ kind: 'credentials-refused', blames: 'secret' });
  });

  test('D7: 1008 is a call too often, 2007 a full plan, and only the first is tried again', async () => {
    expect(await judgeCode(1008, 429)).toMatchObject({ kind: 'rate-limited', retryable: true, retryAfterMs: 1_000 });
    expect(await judgeCode(2007, 403)).toMatchObject({ kind: 'user-limit-reached', retryable: false });
  });

  test.each([
    [31_337, 400, 'unknown-code', false],
    [405, 405, 'bad-request', false],
    [31_337, 429, 'rate-limited', true],
    [31_337, 502, 'failed', true],
  ])('%i under HTTP %i is in no table: %s, and the code is shown', async (code, status, kind, retryable) => {
    expect(await judgeCode(code, status)).toMatchObject({ kind, retryable, providerCode: String(code) });
  });
});
