import {
  EASEMOB_ERRORS,
  EasemobErrorBody,
  type EasemobErrorName,
  type EasemobTokenRequest,
} from '@immint/contracts/easemob';

import { ProviderError, type ProviderErrorKind } from './provider-error.ts';
import { judgeByStatus, NEXT_SECOND_MS, readJson, readShape } from './read-json.ts';
import type { ProviderReply } from './request.ts';

/** The ways to ask for a token. One pair of HTTP status and `error` means different things by grant. */
export type EasemobGrant = EasemobTokenRequest['grant_type'];

const forUsers = (kind: ProviderErrorKind): Record<EasemobGrant, ProviderErrorKind> => ({
  client_credentials: 'broke-contract',
  inherit: kind,
  password: kind,
});
const forAll = (kind: ProviderErrorKind): Record<EasemobGrant, ProviderErrorKind> => ({
  ...forUsers(kind),
  client_credentials: kind,
});
/** A call without an app token cannot have a wrong one: the service no longer takes such calls. */
const forAppToken: Record<EasemobGrant, ProviderErrorKind> = {
  ...forAll('credentials-refused'),
  password: 'app-unavailable',
};

const KIND_BY_ERROR = {
  '400 illegal_argument': { client_credentials: 'bad-request', inherit: 'user-id-refused', password: 'bad-request' },
  '400 invalid_grant': {
    client_credentials: 'credentials-refused',
    inherit: 'user-banned',
    password: 'password-refused',
  },
  '400 json_parse': forAll('bad-request'),
  '400 duplicate_unique_property_exists': forUsers('conflict'),
  '400 required_property_not_found': forUsers('user-unknown'),
  '400 management': forUsers('user-unknown'),
  '401 unauthorized': forAppToken,
  '401 auth_bad_access_token': forAppToken,
  '403 forbidden_service_operation': forAll('app-unavailable'),
  '403 FORBIDDEN': forAll('app-unavailable'),
  '404 organization_application_not_found': forAll('credentials-refused'),
  '404 invalid_grant': forUsers('user-unknown'),
  '404 entity_not_found': forUsers('user-unknown'),
  '404 service_resource_not_found': forUsers('user-unknown'),
  '409 concurrent_operation_error': forUsers('conflict'),
  '413 Request Entity Too Large': forAll('bad-request'),
  '415 web_application': forAll('bad-request'),
  '429 reach_limit': forAll('rate-limited'),
  '429 resource_limited': forAll('user-limit-reached'),
  '500 no_full_text_index': forAll('failed'),
  '500 unsupported_service_operation': forAll('failed'),
  '500 web_application': forAll('failed'),
} as const satisfies Record<EasemobErrorName, Record<EasemobGrant, ProviderErrorKind>>;

const NAMES: ReadonlySet<string> = new Set(EASEMOB_ERRORS.map(({ httpStatus, error }) => `${httpStatus} ${error}`));
const isDocumented = (name: string): name is EasemobErrorName => NAMES.has(name);

/**
 * The error of an answer that is not a success, by HTTP status, `error` and grant. The text decides one thing only:
 * whether a refused password was right and its user banned.
 */
export const judgeEasemob = (reply: ProviderReply, grant: EasemobGrant): ProviderError => {
  const { error, error_description: text } = readShape(reply, readJson(reply), EasemobErrorBody);
  const name = `${reply.status} ${error}`;
  if (!isDocumented(name)) return judgeUndocumented(reply, grant);
  const facts = { httpStatus: reply.status, providerCode: name };
  const isBanned = name === '400 invalid_grant' && grant === 'password' && /not activated/i.test(text ?? '');
  const kind = isBanned ? 'user-banned' : KIND_BY_ERROR[name][grant];
  return kind === 'rate-limited' || kind === 'conflict'
    ? new ProviderError(kind, { retryAfterMs: reply.retryAfterMs ?? NEXT_SECOND_MS, ...facts })
    : new ProviderError(kind, facts);
};

/** An unknown `error` is not repeated, since it could be anything that we sent: only its HTTP status is. */
const judgeUndocumented = (reply: ProviderReply, grant: EasemobGrant): ProviderError => {
  const facts = { httpStatus: reply.status, providerCode: String(reply.status) };
  if (reply.status === 401) return new ProviderError(forAppToken[grant], facts);
  return judgeByStatus(reply) ?? new ProviderError('unknown-code', facts);
};
