import type { Lease, LeasedUser, LeaseFailure, LeaseStore } from '@immint/db';
import type { Urgency } from '@immint/providers';
import type { Log } from '../log.ts';
import { LeaseLostError } from './lease-lost-error.ts';

/**
 * How long a lease holds without being renewed: the longest that anybody waits for a server that died, and the longest
 * standstill that costs no second call.
 */
const LEASE_MS = 1_500;

const RENEW_EVERY_MS = 375;

/** A lease that this process has. */
export interface HeldLease extends Lease {
  /** As which it was taken. */
  readonly urgency: Urgency;
  /** Aborts when a login, of whichever server, waits for what is asked under this lease. */
  readonly hurried: AbortSignal;
  /**
   * To be asked right before the provider is called. Throws {@link LeaseLostError} where the lease may have passed to
   * another server, by this process's own monotonic clock: it was stopped, or did not reach the database, for too long.
   */
  refuseLost(): void;
  /** The lease was ended with what was saved under it. */
  saved(): void;
  /** Ends it without a token. Whatever goes wrong is logged: then it ends by itself. */
  end(outcome: { readonly failure?: LeaseFailure | undefined; readonly possibleOrphans: number }): Promise<void>;
}

/** The leases of this process, renewed together by one statement while there are any. */
export interface HeldLeases {
  /**
   * Undefined while another server, or another flight of this one, has it. `hurried` aborts when a login of this process waits
   * for the user; it may have done so before.
   */
  take(user: LeasedUser, hurried: AbortSignal): Promise<HeldLease | undefined>;
}

interface Holding {
  readonly lease: Lease;
  readonly hurry: AbortController;
  validUntilMs: number;
}

export interface LeaseParts {
  readonly store: LeaseStore;
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
}

/** `holder` names this process in the database, for people who look. */
export function createHeldLeases(holder: string, { store, monotonicMs, sleep, log }: LeaseParts): HeldLeases {
  const holdings = new Map<string, Holding>();
  let isRenewing = false;

  async function renewWhileHeld(): Promise<void> {
    if (isRenewing) return;
    isRenewing = true;
    for (;;) {
      await sleep(RENEW_EVERY_MS);
      if (holdings.size === 0) break;
      const renewal = renew([...holdings.values()]).catch((error: unknown) =>
        log.warn('leases.not-renewed', { leases: holdings.size }, error),
      );
      // One slow answer must not hold up the next renewal: every lease of this process hangs on it.
      await Promise.race([renewal, sleep(RENEW_EVERY_MS)]);
    }
    isRenewing = false;
  }

  async function renew(held: readonly Holding[]): Promise<void> {
    const sentMs = monotonicMs();
    const renewed = await store.renew(
      held.map(({ lease }) => lease),
      LEASE_MS,
    );
    for (const { isHurried, ...lease } of renewed) {
      const holding = holdings.get(keyOf(lease));
      if (holding?.lease.fence !== lease.fence) continue;
      holding.validUntilMs = sentMs + LEASE_MS;
      if (isHurried) holding.hurry.abort();
    }
  }

  return {
    async take(user, hurried) {
      const urgency = hurried.aborted ? 'login' : 'background';
      const sentMs = monotonicMs();
      const lease = await store.take(user, { holder, urgency, forMs: LEASE_MS });
      if (lease === undefined) return undefined;
      const key = keyOf(user);
      const hurry = new AbortController();
      if (hurried.aborted) hurry.abort();
      const pass = (): void => hurry.abort();
      hurried.addEventListener('abort', pass, { once: true });
      const holding = { lease, hurry, validUntilMs: sentMs + LEASE_MS };
      holdings.set(key, holding);
      void renewWhileHeld();
      const letGo = (): void => {
        hurried.removeEventListener('abort', pass);
        if (holdings.get(key) === holding) holdings.delete(key);
      };
      return {
        ...lease,
        urgency,
        hurried: hurry.signal,
        refuseLost() {
          if (monotonicMs() >= holding.validUntilMs) throw new LeaseLostError();
        },
        saved: letGo,
        async end(outcome) {
          letGo();
          try {
            await store.end(lease, outcome);
          } catch (error) {
            log.warn('lease.not-ended', { userId: user.canonicalUserId }, error);
          }
        },
      };
    },
  };
}

/** Names a user among all apps. */
export function keyOf({ appId, canonicalUserId }: LeasedUser): string {
  return `${appId}:${canonicalUserId}`;
}
