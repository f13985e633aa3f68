import { ProviderError } from '@immint/providers';
import type { ProviderErrorKind } from '@immint/providers';
import type { TokenState } from './token-state.ts';

/** Whether what the provider said is about this user, and not about the provider or the app. Total. */
const IS_ABOUT_USER = {
  'credentials-refused': false,
  'rate-limited': false,
  'asked-too-often': false,
  unreachable: false,
  'timed-out': false,
  failed: false,
  'broke-contract': false,
  'bad-request': true,
  'user-id-refused': true,
  'user-unknown': true,
  'user-banned': true,
  'password-refused': true,
  'user-limit-reached': false,
  'app-unavailable': false,
  conflict: false,
  'unknown-code': true,
  'held-back': false,
  'circuit-open': false,
  'app-paused': false,
  'address-refused': false,
  'user-exists': true,
} as const satisfies Record<ProviderErrorKind, boolean>;

/** A reported token may still work, so it is handed out where the provider gives no other; not where it refuses this user. */
export function mayFallBack(state: TokenState, error: unknown): boolean {
  return state === 'reported' && error instanceof ProviderError && !IS_ABOUT_USER[error.kind];
}
