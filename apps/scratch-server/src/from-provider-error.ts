import type { Reason } from '@immint/contracts';
import type { ProviderError, ProviderErrorKind } from '@immint/providers';
import { DomainError } from './domain-error.ts';

/** What each kind of provider trouble is called towards our callers: one rung of the error ladder, total. */
const REASON_BY_KIND = {
  'credentials-refused': 'PROVIDER_CREDENTIALS_REFUSED',
  'rate-limited': 'PROVIDER_RATE_LIMITED',
  'asked-too-often': 'PROVIDER_RATE_LIMITED',
  unreachable: 'PROVIDER_UNREACHABLE',
  'timed-out': 'PROVIDER_TIMEOUT',
  failed: 'PROVIDER_FAILED',
  'broke-contract': 'PROVIDER_BROKE_CONTRACT',
  'bad-request': 'PROVIDER_REFUSED',
  'user-id-refused': 'USER_ID_REFUSED',
  'user-unknown': 'USER_UNKNOWN',
  'user-banned': 'USER_BANNED',
  'password-refused': 'PASSWORD_REFUSED',
  'user-limit-reached': 'PROVIDER_USER_LIMIT_REACHED',
  'app-unavailable': 'PROVIDER_APP_UNAVAILABLE',
  conflict: 'PROVIDER_BUSY_WITH_USER',
  'unknown-code': 'PROVIDER_CODE_UNKNOWN',
  'held-back': 'RATE_USED_UP',
  'circuit-open': 'PROVIDER_RESTING',
  'app-paused': 'APP_PAUSED',
  'address-refused': 'PROVIDER_ADDRESS_REFUSED',
  'user-exists': 'USER_EXISTS',
} as const satisfies Record<ProviderErrorKind, Reason>;

/** Turns provider trouble into the refusal that the caller reads. */
export function fromProviderError(error: ProviderError): DomainError {
  const reason = REASON_BY_KIND[error.kind];
  const { retryAfterMs } = error;
  const sentence = sentenceOf(error);
  return new DomainError(reason, {
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(sentence === undefined ? {} : { sentence }),
  });
}

/** What can be said that the reason does not say; otherwise the reason's own sentence is the best. */
function sentenceOf({ kind, providerCode, detail, message }: ProviderError): string | undefined {
  if (kind === 'unknown-code' && providerCode !== undefined) {
    return `The provider refused with code ${providerCode}, which is not in its documentation.`;
  }
  const isAboutCredentials = kind === 'credentials-refused' || kind === 'app-paused';
  return isAboutCredentials && detail !== undefined ? message : undefined;
}
