import {
  EASEMOB_ERRORS,
  EASEMOB_SUCCESS_STATUS,
  EasemobErrorBody,
  type EasemobErrorName,
  type EasemobTokenRequest,
} from '@immint/contracts/easemob';
import type { z } from 'zod';

import { isSafeToShow } from './easemob-shown-error.ts';
import { type BlamedCredential, ProviderError, type ProviderErrorKind } from './provider-error.ts';
import { judgeByStatus, NEXT_SECOND_MS, readJson, readShape } from './read-json.ts';
import type { ProviderReply } from './request.ts';

/**
 * What is called: a token by one of its grants, the making of users, one user, or users as a list. One pair of HTTP status
 * and `error` means different things to them.
 */
export type EasemobCallKind = EasemobTokenRequest['grant_type'] | 'register' | 'user' | 'users';

/** A call as its answer is judged: its kind, and everything that was sent, which must not come back in an error. */
export interface EasemobSent {
  readonly kind: EasemobCallKind;
  readonly text: string;
}

interface Meaning {
  readonly kind: ProviderErrorKind;
  readonly blames?: BlamedCredential;
}
type MeaningByCall = Record<EasemobCallKind, Meaning>;

const everywhere = (meaning: Meaning): MeaningByCall => ({
  client_credentials: meaning,
  inherit: meaning,
  password: meaning,
  register: meaning,
  user: meaning,
  users: meaning,
});
/** `broke-contract` wherever nothing of the kind is documented. */
const only = (meanings: Partial<MeaningByCall>): MeaningByCall => ({
  ...everywhere({ kind: 'broke-contract' }),
  ...meanings,
});
const unknownUser = only({
  inherit: { kind: 'user-unknown' },
  password: { kind: 'user-unknown' },
  user: { kind: 'user-unknown' },
});
/** A call without an app token cannot have a wrong one: the service no longer takes such calls. */
const refusedAppToken: MeaningByCall = {
  ...everywhere({ kind: 'credentials-refused', blames: 'app-token' }),
  client_credentials: { kind: 'credentials-refused' },
  password: { kind: 'app-unavailable' },
};

const MEANING_BY_ERROR = {
  '400 illegal_argument': { ...everywhere({ kind: 'bad-request' }), inherit: { kind: 'user-id-refused' } },
  '400 invalid_grant': only({
    client_credentials: { kind: 'credentials-refused' },
    inherit: { kind: 'user-banned' },
    password: { kind: 'password-refused' },
  }),
  '400 json_parse': everywhere({ kind: 'bad-request' }),
  '400 duplicate_unique_property_exists': only({ inherit: { kind: 'conflict' }, register: { kind: 'user-exists' } }),
  '400 required_property_not_found': { ...unknownUser, register: { kind: 'bad-request' } },
  '400 management': unknownUser,
  '401 unauthorized': refusedAppToken,
  '401 auth_bad_access_token': refusedAppToken,
  '403 forbidden_service_operation': everywhere({ kind: 'app-unavailable' }),
  '403 FORBIDDEN': everywhere({ kind: 'app-unavailable' }),
  '404 organization_application_not_found': everywhere({ kind: 'credentials-refused', blames: 'app-key' }),
  '404 invalid_grant': unknownUser,
  '404 entity_not_found': unknownUser,
  '404 service_resource_not_found': unknownUser,
  '409 concurrent_operation_error': only({
    inherit: { kind: 'conflict' },
    password: { kind: 'conflict' },
    register: { kind: 'conflict' },
    user: { kind: 'conflict' },
  }),
  '413 Request Entity Too Large': everywhere({ kind: 'bad-request' }),
  '415 web_application': everywhere({ kind: 'bad-request' }),
  '429 reach_limit': everywhere({ kind: 'rate-limited' }),
  '429 resource_limited': everywhere({ kind: 'user-limit-reached' }),
  // These three are what the service says to a wrong query, method or path, and time does not mend those.
  '500 no_full_text_index': everywhere({ kind: 'bad-request' }),
  '500 unsupported_service_operation': everywhere({ kind: 'bad-request' }),
  '500 web_application': everywhere({ kind: 'bad-request' }),
} as const satisfies Record<EasemobErrorName, MeaningByCall>;

/**
 * An answer's HTTP status counts first, its `error` second, its shape third.
 * @throws ProviderError
 */
export const readEasemob = <Schema extends z.ZodType>(
  reply: ProviderReply,
  sent: EasemobSent,
  schema: Schema,
): z.output<Schema> => {
  if (reply.status !== EASEMOB_SUCCESS_STATUS) throw judgeEasemob(reply, sent);
  return readShape(reply, readJson(reply), schema);
};

/** The error of an answer that is not a success, by HTTP status, `error` and what was called. */
const judgeEasemob = (reply: ProviderReply, sent: EasemobSent): ProviderError => {
  const { error, error_description: text } = readShape(reply, readJson(reply), EasemobErrorBody);
  const name = `${reply.status} ${error}`;
  if (!isDocumented(name)) return judgeUndocumented(reply, error, sent);
  const meaning: Meaning = MEANING_BY_ERROR[name][sent.kind];
  const { kind, blames } = name === '400 invalid_grant' ? splitByText(meaning, sent.kind, text ?? '') : meaning;
  return new ProviderError(kind, {
    httpStatus: reply.status,
    providerCode: name,
    ...(kind === 'rate-limited' || kind === 'conflict' ? { retryAfterMs: reply.retryAfterMs ?? NEXT_SECOND_MS } : {}),
    ...(blames === undefined ? {} : { blames }),
  });
};

/**
 * The text decides two things only, and neither alone: whether a refused password was right and its user banned, and
 * which half of an app's credentials is wrong.
 */
const splitByText = (meaning: Meaning, call: EasemobCallKind, text: string): Meaning => {
  if (call === 'password' && /not activated/i.test(text)) return { kind: 'user-banned' };
  if (call !== 'client_credentials') return meaning;
  if (/client_id/.test(text)) return { ...meaning, blames: 'client-id' };
  return /client_secret/.test(text) ? { ...meaning, blames: 'secret' } : meaning;
};

const judgeUndocumented = (reply: ProviderReply, error: string, sent: EasemobSent): ProviderError => {
  const { status } = reply;
  const providerCode = isSafeToShow(error, sent.text) ? `${status} ${error}` : String(status);
  if (status === 401) {
    const { kind, blames } = refusedAppToken[sent.kind];
    return new ProviderError(kind, { httpStatus: status, providerCode, ...(blames === undefined ? {} : { blames }) });
  }
  return judgeByStatus(reply, providerCode) ?? new ProviderError('unknown-code', { httpStatus: status, providerCode });
};

const NAMES: ReadonlySet<string> = new Set(EASEMOB_ERRORS.map(({ httpStatus, error }) => `${httpStatus} ${error}`));
const isDocumented = (name: string): name is EasemobErrorName => NAMES.has(name);
