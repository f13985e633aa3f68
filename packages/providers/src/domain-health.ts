import type { DomainName } from './domain-name.ts';
import type { ObserveProvider } from './provider-event.ts';

/** How long the backup is stayed with before one call tries the primary again, and how long at most when that fails. */
const FIRST_RETURN_MS = 300_000;
const LONGEST_RETURN_MS = 3_600_000;

/** Where one attempt goes. */
export interface ChosenDomain {
  readonly name: DomainName;
  readonly origin: string;
  /** Why it goes there, which decides what its failure means. */
  readonly role: 'current' | 'return' | 'detour';
  /** How many switches there had been when it was chosen: a failure from before the last one is no news. */
  readonly switches: number;
}

/**
 * Remembers which of an account's two domains works, for one connection of one process.
 *
 * - Calls stay with the domain that works. The first failure that is the domain's (not reached, no answer in time, HTTP
 *   5xx) switches at once to the other, and back by the same rule. Failures of attempts that began before a switch switch
 *   nothing: a hundred calls that were under way to a domain that died are one piece of news.
 * - No provider documents a return to the primary, so it is a rule of ours: after 5 minutes on the backup one call tries
 *   the primary. If it works there, all go back; if not, that call is repeated on the backup like any other, and the time
 *   until the next try doubles, up to an hour.
 *
 * Sources: docs.rongcloud.io/platform-chat-api/base-url, docs.nexconn.ai/platform-chat-api/base-url. With one domain
 * everything stays there.
 */
export interface DomainHealth {
  /** Where the next attempt goes; a repeat avoids the domain that failed it, whatever others found there. */
  choose(avoided?: Pick<ChosenDomain, 'name'>): ChosenDomain;
  worked(chosen: ChosenDomain): void;
  /** Gives whether this is news about the account: no return that failed, no detour, nothing from before a switch. */
  failed(chosen: ChosenDomain): boolean;
  readonly hasBackup: boolean;
}

interface DomainHealthParts {
  /** The primary first. */
  readonly origins: readonly [string, ...string[]];
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number;
  readonly observe: ObserveProvider;
}

export const createDomainHealth = ({ origins, monotonicMs, observe }: DomainHealthParts): DomainHealth => {
  const [primary, backup] = origins;
  let current: DomainName = 'primary';
  let switches = 0;
  let returnWaitMs = FIRST_RETURN_MS;
  let returnAtMs = Infinity;

  const choice = (name: DomainName, role: ChosenDomain['role']): ChosenDomain => ({
    name,
    origin: name === 'primary' ? primary : (backup ?? primary),
    role,
    switches,
  });

  const switchTo = (name: DomainName): void => {
    current = name;
    switches += 1;
    returnWaitMs = FIRST_RETURN_MS;
    returnAtMs = name === 'backup' ? monotonicMs() + returnWaitMs : Infinity;
    observe({ kind: 'domain-switched', to: name });
  };

  return {
    hasBackup: backup !== undefined,
    choose(avoided) {
      if (backup === undefined) return choice('primary', 'current');
      if (avoided?.name === current) return choice(other(current), 'detour');
      if (avoided !== undefined || monotonicMs() < returnAtMs) return choice(current, 'current');
      // The next call must not try too while this one is under way.
      returnAtMs = monotonicMs() + returnWaitMs;
      return choice('primary', 'return');
    },
    worked({ role, switches: at }) {
      if (role === 'return' && at === switches) switchTo('primary');
    },
    failed({ name, role, switches: at }) {
      if (at !== switches || role === 'detour') return false;
      if (role === 'return') {
        returnWaitMs = Math.min(LONGEST_RETURN_MS, returnWaitMs * 2);
        returnAtMs = monotonicMs() + returnWaitMs;
        return false;
      }
      if (backup !== undefined) switchTo(other(name));
      return true;
    },
  };
};

const other = (name: DomainName): DomainName => (name === 'primary' ? 'backup' : 'primary');
