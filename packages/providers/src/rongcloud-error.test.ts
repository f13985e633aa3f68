import { readPrintedExample } from '@immint/contracts/fixtures/index.ts';
import { RONGCLOUD_CODES, RongCloudDoneReply } from '@immint/contracts/rongcloud';
import { describe, expect, test } from 'vitest';

import { readRongCloud } from './rongcloud-error.ts';
import { makeReply } from './testing/make-reply.ts';
import { MARK } from './testing/hostile-answers.ts';
import { failureOf } from './testing/provider-suite.ts';
import { readFixture } from './testing/read-fixture.ts';

const judge = (status: number, body: unknown) =>
  failureOf(Promise.resolve().then(() => readRongCloud(makeReply(status, body), RongCloudDoneReply)));
const judgeCode = (code: number, status: number, text = MARK) => judge(status, { code, errorMessage: text });

describe("RongCloud's codes", () => {
  test('A11: have one meaning each, whatever the HTTP status says', async () => {
    const documented = Object.entries(RONGCLOUD_CODES).filter(([code]) => code !== '200');
    for (const [code, { httpStatus }] of documented) {
      const error = await judgeCode(Number(code), httpStatus ?? 400);
      expect(error).toMatchObject({ providerCode: code });
      expect(error.kind).not.toBe('unknown-code');
      for (const status of [200, 400, 401, 405, 500])
        expect(await judgeCode(Number(code), status)).toMatchObject({ kind: error.kind, httpStatus: status });
    }
  });

  test('A11: success under the HTTP status of a failure is not taken', async () => {
    expect(await judgeCode(200, 403)).toMatchObject({ kind: 'broke-contract', httpStatus: 403 });
    expect(await judgeCode(200, 503)).toMatchObject({ kind: 'failed', httpStatus: 503 });
  });

  test.each([
    ['the recorded "invalid App-Key."', readFixture('rongcloud/invalid-app-key.json')],
    ['the recorded "Invalidate App-Key."', readFixture('rongcloud/invalidate-app-key.json')],
    ['the printed failure', readPrintedExample('rongcloud/issue-reply.failure.json')],
  ])('A5: 1002 is an unknown App Key where its text names that: %s', async (_, body) => {
    for (const status of [200, 400, 401])
      expect(await judge(status, body)).toMatchObject({
        kind: 'credentials-refused',
        blames: 'app-key',
        retryable: false,
        providerCode: '1002',
      });
  });

  test('A5: any other 1002 is a wrong parameter, and says nothing about the credentials', async () => {
    for (const body of [readFixture('rongcloud/parameter-error.json'), { code: 1002 }])
      expect(await judge(400, body)).toMatchObject({ kind: 'bad-request', blames: undefined, retryable: false });
  });

  test.each(['ParamError:name App Key', 'userId appkey is illegal', 'appKey1 is illegal'])(
    'A5: a user who is named so does not put the app in doubt (%s)',
    async (text) => {
      expect(await judgeCode(1002, 400, text)).toMatchObject({ kind: 'bad-request', blames: undefined });
    },
  );

  test('A6: 1003 is a wrong call', async () => {
    expect(await judgeCode(1003, 400)).toMatchObject({ kind: 'bad-request', retryable: false });
  });

  test('A7: 1004 is a wrong signature, and never a user who exists', async () => {
    for (const status of [200, 401])
      expect(await judgeCode(1004, status, 'userId exists')).toMatchObject({
        kind: 'credentials-refused',
        blames: 'secret',
        retryable: false,
      });
    expect(await judgeCode(1001, 401)).toMatchObject({ kind: 'credentials-refused', blames: 'secret' });
  });

  test('A8: 1005 is something too long', async () => {
    expect(await judgeCode(1005, 400)).toMatchObject({ kind: 'bad-request', retryable: false });
  });

  test('A9: 1006 is a locked app', async () => {
    expect(await judgeCode(1006, 401)).toMatchObject({ kind: 'app-unavailable', retryable: false });
  });

  test('A10: 1007 is a call that the app may not make', async () => {
    expect(await judgeCode(1007, 401)).toMatchObject({ kind: 'app-unavailable', retryable: false });
  });

  test('A12: a text counts by each of its three names', async () => {
    for (const name of ['errorMessage', 'msg', 'message'])
      expect(await judge(400, { code: 1002, [name]: 'invalid App-Key.' })).toMatchObject({ blames: 'app-key' });
  });

  test('B5: have the meanings of RongCloud, where Nexconn has others', async () => {
    const kinds = await Promise.all([400, 1000, 1010, 1011].map((code) => judgeCode(code, 400)));
    expect(kinds.map(({ kind }) => kind)).toEqual(['unknown-code', 'failed', 'broke-contract', 'broke-contract']);
  });

  test('D7: 1008 is a call too often, 2007 a full plan, and only the first is tried again', async () => {
    expect(await judgeCode(1008, 429)).toMatchObject({ kind: 'rate-limited', retryable: true, retryAfterMs: 1_000 });
    expect(await judgeCode(2007, 403)).toMatchObject({ kind: 'user-limit-reached', retryable: false });
  });

  test.each([
    [31_337, 400, 'unknown-code', false],
    [0, 200, 'unknown-code', false],
    [-1, 200, 'unknown-code', false],
    [405, 405, 'bad-request', false],
    [31_337, 429, 'rate-limited', true],
    [31_337, 502, 'failed', true],
  ])('%i under HTTP %i is in no table: %s, and the code is shown', async (code, status, kind, retryable) => {
    expect(await judgeCode(code, status)).toMatchObject({ kind, retryable, providerCode: String(code) });
  });
});
