import type { ActivityFailure } from '@immint/db';
import type { ProviderError, ProviderErrorKind } from '@immint/providers';
import { fromProviderError } from '../from-provider-error.ts';

/**
 * What says less of the provider than another failure would: it is about one person, or the call was held back here because
 * of failures before. Total.
 */
const IS_MINOR = {
  'credentials-refused': false,
  'rate-limited': false,
  'asked-too-often': true,
  unreachable: false,
  'timed-out': false,
  failed: false,
  'broke-contract': false,
  'bad-request': false,
  'user-id-refused': true,
  'user-unknown': true,
  'user-banned': true,
  'password-refused': true,
  'user-limit-reached': false,
  'app-unavailable': false,
  conflict: true,
  'unknown-code': false,
  'held-back': true,
  'circuit-open': true,
  'app-paused': true,
  'address-refused': false,
  'user-exists': true,
} as const satisfies Record<ProviderErrorKind, boolean>;

/** Why a call to a provider brought no token, as it is written down: in the words that callers read. */
export function failureOf(error: ProviderError): ActivityFailure {
  const { reason, message } = fromProviderError(error);
  return { kind: error.kind, reason, sentence: message, isMinor: IS_MINOR[error.kind] };
}
