import type { LeaseStore, TokenMetadata } from '@immint/db';
import { DomainError } from '../domain-error.ts';

/** One app's tokens are replaced on demand so often: a hundred at once, then a twentieth of the documented issue rate. */
const PER_APP = { most: 100, perSecond: 10 };

/** One user's token is replaced at once, then after this, then after twice as long each time. */
const FIRST_INTERVAL_MS = 2_000;
const LONGEST_INTERVAL_MS = 60_000;

/** As long as replacements count as being in a row. */
const IN_A_ROW_MS = 600_000;

/**
 * Bounds how many stored tokens are replaced because somebody asked (`fresh`, or a report), not because they ended: for each
 * user, and for each app over all servers. Refuses with `FRESH_TOO_SOON` and the time to wait; otherwise one is taken.
 */
export async function takeReplacement(
  leases: Pick<LeaseStore, 'takeReplacement'>,
  appId: number,
  stored: Pick<TokenMetadata, 'replacedAtMs' | 'replacements'>,
  nowMs: number,
): Promise<void> {
  const waitMs = userWaitMs(stored, nowMs) || (await leases.takeReplacement(appId, PER_APP));
  if (waitMs > 0) throw new DomainError('FRESH_TOO_SOON', { retryAfterMs: waitMs });
}

function userWaitMs(
  { replacedAtMs, replacements }: Pick<TokenMetadata, 'replacedAtMs' | 'replacements'>,
  nowMs: number,
): number {
  if (replacedAtMs === null || nowMs - replacedAtMs > IN_A_ROW_MS) return 0;
  const intervalMs = Math.min(LONGEST_INTERVAL_MS, FIRST_INTERVAL_MS * 2 ** (Math.max(1, replacements) - 1));
  return Math.max(0, replacedAtMs + intervalMs - nowMs);
}
