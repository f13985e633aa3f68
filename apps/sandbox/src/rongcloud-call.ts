import type { ServedCall } from './provider-call.ts';
import { isRecord, parseJson } from './json-body.ts';
import { rongcloudRefusals } from './rongcloud-error.ts';
import type { SignedCall } from './signed-call.ts';
import { checkContentType } from './signed-parameters.ts';
import { SIGNED_RULES } from './signed-rules.ts';

/** A call with a form body. */
export interface FormCall extends SignedCall {
  readonly form: URLSearchParams;
}

/** A call with a JSON body. */
export interface JsonCall extends SignedCall {
  readonly fields: Record<string, unknown>;
}

interface Needs {
  /** Without it the body must have this field, and may not be empty. */
  readonly required?: string | null;
  readonly rateUnits?: NonNullable<ServedCall['rateUnits']>;
  /** Calls with the same group share one rate; otherwise the path is its own group. */
  readonly rateGroup?: string;
}

/** One row of the table with a form body: `act` gives the fields that follow `code`. */
export function formCall(
  path: string,
  perSecond: number,
  act: (call: FormCall) => object,
  { required = 'userId', rateUnits, rateGroup = path }: Needs = {},
): ServedCall {
  return {
    method: 'POST',
    path,
    rateGroup,
    perSecond,
    ...(rateUnits === undefined ? {} : { rateUnits }),
    answer: (call, account, world) => {
      const refuse = rongcloudRefusals(call, world);
      const rules = SIGNED_RULES.rongcloud[account.record.settings.profile];
      if (required !== null && call.body.trim() === '') {
        throw refuse('no-body', 'no POST data. Send the parameters as a form body.');
      }
      checkContentType(call, FORM_TYPE, { rules, refuse });
      const form = new URLSearchParams(call.body);
      if (required !== null && !form.has(required)) throw refuse('bad-parameter', explainMissing(required, call.body));
      return succeed(act({ call, form, account, world, rules, refuse }));
    },
  };
}

/** One row of the table with a JSON body, which the tag calls have. */
export function jsonCall(path: string, perSecond: number, act: (call: JsonCall) => object): ServedCall {
  return {
    method: 'POST',
    path,
    rateGroup: path,
    perSecond,
    answer: (call, account, world) => {
      const refuse = rongcloudRefusals(call, world);
      const rules = SIGNED_RULES.rongcloud[account.record.settings.profile];
      if (call.body.trim() === '') throw refuse('no-body', 'no POST data. Send the parameters as a JSON object.');
      checkContentType(call, 'application/json', { rules, refuse });
      const fields = parseJson(call.body);
      if (!isRecord(fields)) throw refuse('bad-parameter', 'the body is not a JSON object, which this call reads.');
      return succeed(act({ call, fields, account, world, rules, refuse }));
    },
  };
}

const FORM_TYPE = 'application/x-www-form-urlencoded';

function succeed(fields: object): ReturnType<ServedCall['answer']> {
  return { status: 200, code: 200, body: { code: 200, ...fields } };
}

function explainMissing(required: string, body: string): string {
  if (/^--[^\r\n]+\r?\nContent-Disposition:/i.test(body)) {
    return `${required} is required. The body is multipart/form-data, but this call reads ${FORM_TYPE}.`;
  }
  if (!/^\s*[[{]/.test(body)) return `${required} is required.`;
  return (
    `${required} is required. The body looks like JSON, but this call reads form fields (${FORM_TYPE}): ` +
    'send userId=...&name=..., in JavaScript new URLSearchParams({ userId, name }) in place of the plain object.'
  );
}
