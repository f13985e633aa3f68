import { DomainError } from '../domain-error.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
const MAX_USERS = 10_000;

interface Failures {
  readonly count: number;
  readonly notBeforeMs: number;
}

/**
 * Slows down guesses at one user's password: after the n-th wrong one in a row the next may come 2^(n-1) seconds later,
 * at most five minutes. It touches nothing but that user's password calls. Kept in this process, for the latest 10,000
 * users who failed.
 */
export interface PasswordBackOff {
  /** Refuses with `PASSWORD_TOO_SOON` while the user has to wait. */
  refuseTooSoon(key: string): void;
  failed(key: string): void;
  succeeded(key: string): void;
}

export function createPasswordBackOff(monotonicMs: () => number): PasswordBackOff {
  const failures = new Map<string, Failures>();
  return {
    refuseTooSoon(key) {
      const waitMs = (failures.get(key)?.notBeforeMs ?? 0) - monotonicMs();
      if (waitMs > 0) throw new DomainError('PASSWORD_TOO_SOON', { retryAfterMs: waitMs });
    },
    failed(key) {
      const count = (failures.get(key)?.count ?? 0) + 1;
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (count - 1), LONGEST_WAIT_MS);
      failures.delete(key);
      failures.set(key, { count, notBeforeMs: monotonicMs() + waitMs });
      const [oldest] = failures.keys();
      if (failures.size > MAX_USERS && oldest !== undefined) failures.delete(oldest);
    },
    succeeded: (key) => void failures.delete(key),
  };
}
