import type { Violation } from './check-history.ts';
import type { LivedHistory } from './run-history.ts';

/** One current token a user, generations that only grow, and no write of somebody whose time was over. */
export function checkWrites({ events }: LivedHistory): Violation[] {
  const violations: Violation[] = [];
  const fences = new Map<string, number>();
  /** Where each user's latest lease was taken, and by whom. */
  const leases = new Map<string, { readonly server: string; readonly at: number }>();
  const sentAt = new Map<number, number>();
  const askedAt = new Map<string, number>();
  const generations = new Map<string, number>();
  const revocationEpochs = new Map<string, number>();
  const revokedAt = new Map<string, number>();
  let secretEpoch = 1;
  for (const [at, event] of events.entries()) {
    if (event.kind === 'secret-cut-over') secretEpoch = event.secretEpoch;
    if (event.kind === 'revoked') {
      revocationEpochs.set(event.userId, (revocationEpochs.get(event.userId) ?? 0) + 1);
      revokedAt.set(event.userId, at);
    }
    if (event.kind === 'lease-taken') {
      const before = fences.get(event.userId) ?? 0;
      if (event.fence <= before) violations.push({ rule: 'fences grow', says: `${event.fence} after ${before}`, at });
      fences.set(event.userId, event.fence);
      leases.set(event.userId, { server: event.server, at });
    }
    if (event.kind === 'call-sent') sentAt.set(event.call, at);
    if (event.kind === 'call-executed') askedAt.set(event.token, sentAt.get(event.call) ?? -1);
    if (event.kind !== 'token-written') continue;
    const before = generations.get(event.userId) ?? 0;
    generations.set(event.userId, event.generation);
    const wrong = (rule: string, says: string) => violations.push({ rule, says, at });
    if (event.generation !== before + 1) {
      wrong('generations only grow', `generation ${event.generation} was written after ${before}`);
    }
    if (event.fence !== fences.get(event.userId)) {
      wrong(
        'no write under an old fence',
        `fence ${event.fence} wrote while ${fences.get(event.userId)} was the latest`,
      );
    }
    const lease = leases.get(event.userId);
    if (lease?.server !== event.server || (askedAt.get(event.token) ?? -1) < lease.at) {
      wrong('no write under an old fence', `${event.token} was not asked for under the latest lease`);
    }
    if (event.secretEpoch !== secretEpoch) {
      wrong('no write of an earlier secret', `secret ${event.secretEpoch} wrote while ${secretEpoch} was in use`);
    }
    const isOfOldEpoch = event.revocationEpoch !== (revocationEpochs.get(event.userId) ?? 0);
    if (isOfOldEpoch || (askedAt.get(event.token) ?? -1) < (revokedAt.get(event.userId) ?? -1)) {
      wrong('no write from before a revoke', `generation ${event.generation} was asked for before the revoke`);
    }
  }
  return violations;
}
