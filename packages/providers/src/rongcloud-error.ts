import {
  RONGCLOUD_CODES,
  RONGCLOUD_SUCCESS_CODE,
  type RongCloudCode,
  RongCloudErrorBody,
} from '@immint/contracts/rongcloud';
import type { z } from 'zod';

import { type BlamedCredential, ProviderError, type ProviderErrorKind } from './provider-error.ts';
import { judgeByStatus, NEXT_SECOND_MS, readJson, readShape, unreadable } from './read-json.ts';
import type { ProviderReply } from './request.ts';

interface Meaning {
  readonly kind: ProviderErrorKind;
  readonly blames?: BlamedCredential;
  /** What it means when its text names the App Key. */
  readonly ofAppKey?: { readonly kind: ProviderErrorKind; readonly blames: BlamedCredential };
}

/** What each documented code means for the calls that are made here; `broke-contract` for codes of other calls. */
const MEANING_BY_CODE = {
  200: { kind: 'broke-contract' },
  404: { kind: 'bad-request' },
  1000: { kind: 'failed' },
  1001: { kind: 'credentials-refused', blames: 'secret' },
  // The live service answers 1002 for an unknown App Key and names it in the text, spelled in two ways.
  1002: { kind: 'bad-request', ofAppKey: { kind: 'credentials-refused', blames: 'app-key' } },
  1003: { kind: 'bad-request' },
  1004: { kind: 'credentials-refused', blames: 'secret' },
  1005: { kind: 'bad-request' },
  1006: { kind: 'app-unavailable' },
  1007: { kind: 'app-unavailable' },
  1008: { kind: 'rate-limited' },
  1009: { kind: 'app-unavailable' },
  1010: { kind: 'broke-contract' },
  1011: { kind: 'broke-contract' },
  1012: { kind: 'broke-contract' },
  1013: { kind: 'broke-contract' },
  1014: { kind: 'broke-contract' },
  1015: { kind: 'broke-contract' },
  1016: { kind: 'broke-contract' },
  1017: { kind: 'broke-contract' },
  1018: { kind: 'broke-contract' },
  1019: { kind: 'broke-contract' },
  1050: { kind: 'failed' },
  1501: { kind: 'bad-request' },
  1502: { kind: 'bad-request' },
  1508: { kind: 'bad-request' },
  2007: { kind: 'user-limit-reached' },
} as const satisfies Record<RongCloudCode, Meaning>;

/**
 * An answer's `code` counts first, its HTTP status second, its shape third.
 * @throws ProviderError
 */
export const readRongCloud = <Schema extends z.ZodType>(reply: ProviderReply, schema: Schema): z.output<Schema> => {
  const body = readJson(reply);
  const error = readShape(reply, body, RongCloudErrorBody);
  if (error.code !== RONGCLOUD_SUCCESS_CODE) throw judge(reply, error);
  if (reply.status !== 200) throw unreadable(reply, 'It says success under the HTTP status of a failure.');
  return readShape(reply, body, schema);
};

const judge = (reply: ProviderReply, error: RongCloudErrorBody): ProviderError => {
  const { code } = error;
  const facts = { httpStatus: reply.status, providerCode: String(code) };
  if (!isDocumented(code)) return judgeByStatus(reply, facts.providerCode) ?? new ProviderError('unknown-code', facts);
  const meaning: Meaning = MEANING_BY_CODE[code];
  const { kind, blames } = meaning.ofAppKey !== undefined && namesAppKey(error) ? meaning.ofAppKey : meaning;
  return new ProviderError(kind, {
    ...facts,
    ...(kind === 'rate-limited' ? { retryAfterMs: reply.retryAfterMs ?? NEXT_SECOND_MS } : {}),
    ...(blames === undefined ? {} : { blames }),
  });
};

const isDocumented = (code: number): code is RongCloudCode => Object.hasOwn(RONGCLOUD_CODES, code);

/** Only where the text begins so: further on it may be repeating what somebody calls himself. */
const namesAppKey = ({ errorMessage, msg, message }: RongCloudErrorBody): boolean =>
  /^(?:(?:the|bad|invalid|invalidate|unknown|wrong) )*app[- ]?key\b/i.test(errorMessage ?? msg ?? message ?? '');
