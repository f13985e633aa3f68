import { NEXCONN_CODES, NEXCONN_SUCCESS_CODE, type NexconnCode, NexconnErrorBody } from '@immint/contracts/nexconn';
import type { z } from 'zod';

import { type BlamedCredential, ProviderError, type ProviderErrorKind } from './provider-error.ts';
import { judgeByStatus, NEXT_SECOND_MS, readJson, readShape, unreadable } from './read-json.ts';
import type { ProviderReply } from './request.ts';

interface Meaning {
  readonly kind: ProviderErrorKind;
  readonly blames?: BlamedCredential;
  /** What it means when its text names the App Key. */
  readonly ofAppKey?: { readonly kind: ProviderErrorKind; readonly blames: BlamedCredential };
  /** What it means under an HTTP status of 5xx. */
  readonly from500?: { readonly kind: ProviderErrorKind };
}

/** What each documented code means for the calls that are made here; `broke-contract` for codes of other calls. */
const MEANING_BY_CODE = {
  0: { kind: 'broke-contract' },
  400: { kind: 'user-unknown' },
  404: { kind: 'bad-request' },
  // The one code for wrong parameters and for inner failures: only the HTTP status tells them apart.
  1000: { kind: 'bad-request', from500: { kind: 'failed' } },
  1001: { kind: 'credentials-refused', blames: 'secret' },
  // The same hosts answer 1002 for an unknown App Key under RongCloud's paths, and name it in the text.
  1002: { kind: 'bad-request', ofAppKey: { kind: 'credentials-refused', blames: 'app-key' } },
  1003: { kind: 'bad-request' },
  1004: { kind: 'credentials-refused', blames: 'secret' },
  1005: { kind: 'bad-request' },
  1006: { kind: 'app-unavailable' },
  1007: { kind: 'app-unavailable' },
  1008: { kind: 'rate-limited' },
  1009: { kind: 'app-unavailable' },
  1010: { kind: 'app-unavailable' },
  1011: { kind: 'app-unavailable' },
  1015: { kind: 'broke-contract' },
  1016: { kind: 'broke-contract' },
  1018: { kind: 'broke-contract' },
  1050: { kind: 'failed' },
  2007: { kind: 'user-limit-reached' },
} as const satisfies Record<NexconnCode, Meaning>;

/**
 * An answer's `code` counts first, its HTTP status second, its shape third.
 * @throws ProviderError
 */
export const readNexconn = <Schema extends z.ZodType>(reply: ProviderReply, schema: Schema): z.output<Schema> => {
  const body = readJson(reply);
  const error = readShape(reply, body, NexconnErrorBody);
  if (error.code !== NEXCONN_SUCCESS_CODE) throw judge(reply, error);
  if (reply.status !== 200) throw unreadable(reply, 'It says success under the HTTP status of a failure.');
  return readShape(reply, body, schema);
};

const judge = (reply: ProviderReply, error: NexconnErrorBody): ProviderError => {
  const { code } = error;
  const facts = { httpStatus: reply.status, providerCode: String(code) };
  if (!isDocumented(code)) return judgeByStatus(reply, facts.providerCode) ?? new ProviderError('unknown-code', facts);
  const { kind, blames } = meaningOf(MEANING_BY_CODE[code], reply, error);
  return new ProviderError(kind, {
    ...facts,
    ...(kind === 'rate-limited' ? { retryAfterMs: reply.retryAfterMs ?? NEXT_SECOND_MS } : {}),
    ...(blames === undefined ? {} : { blames }),
  });
};

const meaningOf = (meaning: Meaning, { status }: ProviderReply, error: NexconnErrorBody): Meaning => {
  if (meaning.from500 !== undefined && status >= 500) return meaning.from500;
  return meaning.ofAppKey !== undefined && namesAppKey(error) ? meaning.ofAppKey : meaning;
};

const isDocumented = (code: number): code is NexconnCode => Object.hasOwn(NEXCONN_CODES, code);

/** Only where the text begins so: further on it may be repeating what somebody calls himself. */
const namesAppKey = ({ errorMessage }: NexconnErrorBody): boolean =>
  /^(?:(?:the|bad|invalid|invalidate|unknown|wrong) )*app[- ]?key\b/i.test(errorMessage ?? '');
