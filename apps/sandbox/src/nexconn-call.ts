import { parseJsonObject } from './json-body.ts';
import { nexconnRefusals } from './nexconn-error.ts';
import type { ServedCall } from './provider-call.ts';
import type { SignedCall } from './signed-call.ts';
import { checkContentType } from './signed-parameters.ts';
import { SIGNED_RULES } from './signed-rules.ts';

/** A call with its JSON body. */
export interface JsonCall extends SignedCall {
  readonly fields: Record<string, unknown>;
}

interface Needs {
  /** Whether the body may be left out. */
  readonly bodyRequired?: boolean;
  readonly rateUnits?: NonNullable<ServedCall['rateUnits']>;
  /** Calls with the same group share one rate; otherwise the path is its own group. */
  readonly rateGroup?: string;
}

/** One row of the table: `act` gives `result`, or nothing where the call has none. */
export function jsonCall(
  path: string,
  perSecond: number,
  act: (call: JsonCall) => object | void,
  { bodyRequired = true, rateUnits, rateGroup = path }: Needs = {},
): ServedCall {
  return {
    method: 'POST',
    path,
    rateGroup,
    perSecond,
    ...(rateUnits === undefined ? {} : { rateUnits }),
    answer: (call, account, world) => {
      const refuse = nexconnRefusals(call, world);
      const rules = SIGNED_RULES.nexconn[account.record.settings.profile];
      checkContentType(call, 'application/json', { rules, refuse });
      const fields = !bodyRequired && call.body.trim() === '' ? {} : parseJsonObject(call.body);
      if (fields === null) throw refuse('no-body', explainBadBody(call.body));
      const result = act({ call, fields, account, world, rules, refuse });
      return { status: 200, code: 0, body: result === undefined ? { code: 0 } : { code: 0, result } };
    },
  };
}

function explainBadBody(body: string): string {
  if (body.trim() === '') return 'the request has no body: send a JSON object.';
  const form = /^[\w-]+=/.test(body) ? ' It looks like a form, which is how the older RongCloud paths are called.' : '';
  return `the body is not a JSON object.${form}`;
}
