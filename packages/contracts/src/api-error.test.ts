import { expect, test } from 'vitest';
import { ApiErrorData, HTTP_STATUS_BY_CODE, REASONS, Reason } from './api-error.ts';

test('every reason has a sentence that ends, tells something to do, and a known code', () => {
  for (const [reason, { code, sentence }] of Object.entries(REASONS)) {
    expect(reason).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(sentence).toMatch(/^[A-Z].{19,}\.$/);
    expect(HTTP_STATUS_BY_CODE).toHaveProperty(code);
  }
});

test.each(['toString', '__proto__', 'INTERNAL ', '', 7, null])('%j is not a reason', (value) => {
  expect(Reason.safeParse(value).success).toBe(false);
});

test('the data of an error is read with extra fields left aside, and refused without a reason', () => {
  const data = { code: 'NOT_FOUND', httpStatus: 404, reason: 'APP_UNKNOWN', requestId: 'req_1' };
  expect(ApiErrorData.parse({ ...data, path: 'token.obtain' })).toEqual(data);
  expect(ApiErrorData.safeParse({ ...data, reason: 'SOMETHING_NEW' }).success).toBe(false);
});
