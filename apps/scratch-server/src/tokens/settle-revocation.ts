import type { Settlement } from '@immint/db';
import type { ProviderError, ProviderErrorKind } from '@immint/providers';
import { fromProviderError } from '../from-provider-error.ts';

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 600_000;

/** What three days did not mend, nobody mends; the operator sees `failed`, and may revoke again. */
const GIVE_UP_AFTER_MS = 3 * 24 * 3_600_000;

/** What is refused for good: telling it again would be refused again. The rest passes, or somebody mends it. Total. */
const IS_FINAL = {
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
  'unknown-code': false,
  'held-back': false,
  'circuit-open': false,
  'app-paused': false,
  'address-refused': false,
  'user-exists': true,
} as const satisfies Record<ProviderErrorKind, boolean>;

/** What an attempt to tell the provider of a revoke came to. `random` is from 0 to 1. */
export function settlementOf(
  error: ProviderError | undefined,
  { attempts, ageMs, random }: { readonly attempts: number; readonly ageMs: number; readonly random: number },
): Settlement {
  if (error === undefined) return { state: 'delivered' };
  const { reason } = fromProviderError(error);
  if (IS_FINAL[error.kind] || ageMs > GIVE_UP_AFTER_MS) return { state: 'failed', reason };
  const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1));
  return {
    state: 'pending',
    reason,
    retryAfterMs: Math.ceil(Math.max((waitMs * (1 + random)) / 2, error.retryAfterMs ?? 0)),
  };
}
