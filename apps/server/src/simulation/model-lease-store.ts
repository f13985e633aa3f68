import type { Lease, LeasedUser, LeaseState, LeaseStore } from '@immint/db';
import { keyOf } from '../leases/held-leases.ts';
import type { History } from './history.ts';
import { standingOf } from './model-tables.ts';
import type { ModelTables, StandingRow } from './model-tables.ts';
import { onlySimulated } from './only-simulated.ts';
import type { DatabaseLink } from './virtual-database.ts';

/** Does to the model's rows what the store of leases does to the database's. */
export function createModelLeaseStore(
  tables: ModelTables,
  link: DatabaseLink,
  { server, history }: { readonly server: string; readonly history: History },
): LeaseStore {
  const rowOf = (user: LeasedUser) => tables.standings.get(keyOf(user));
  const ofLease = (lease: Lease): StandingRow | undefined => {
    const row = rowOf(lease);
    return row?.fence === lease.fence ? row : undefined;
  };

  return onlySimulated<LeaseStore>('leaseStore', {
    take: (user, { urgency, forMs }) =>
      link.run('leases.take', 'run', (nowMs) => {
        const { canonicalUserId: userId } = user;
        const known = rowOf(user);
        if (known !== undefined && isHeld(known, nowMs)) {
          history.add({ kind: 'lease-refused', server, userId });
          return undefined;
        }
        const row = standingOf(tables, user);
        const isOvertaken = row.leaseUntilMs !== null;
        row.fence += 1;
        row.possibleOrphans += isOvertaken ? 1 : 0;
        row.leaseUntilMs = nowMs + forMs;
        row.leaseUrgency = urgency;
        row.hurried = false;
        row.failure = null;
        row.failedAtMs = null;
        history.add({ kind: 'lease-taken', server, userId, fence: row.fence, isOvertaken });
        return { appId: row.appId, canonicalUserId: userId, fence: row.fence };
      }),

    renew: (leases, forMs) =>
      link.run('leases.renew', 'aside', (nowMs) =>
        leases.flatMap((lease) => {
          const row = ofLease(lease);
          if (row === undefined || row.leaseUntilMs === null) return [];
          row.leaseUntilMs = nowMs + forMs;
          const { appId, canonicalUserId, fence } = lease;
          return [{ appId, canonicalUserId, fence, isHurried: row.hurried }];
        }),
      ),

    look: (users) =>
      link.run('leases.look', 'aside', (nowMs) =>
        users.flatMap((user): LeaseState[] => {
          const row = rowOf(user);
          if (row === undefined) return [];
          const { appId, canonicalUserId, fence, failure } = row;
          return [{ appId, canonicalUserId, fence, isHeld: isHeld(row, nowMs), urgency: row.leaseUrgency, failure }];
        }),
      ),

    end: (lease, { failure, possibleOrphans }) =>
      link.run('leases.end', 'run', (nowMs) => {
        const row = ofLease(lease);
        if (row === undefined) return;
        row.leaseUntilMs = null;
        row.failure = failure ?? null;
        row.failedAtMs = failure === undefined ? null : nowMs;
        row.possibleOrphans += possibleOrphans;
        const { canonicalUserId: userId, fence } = lease;
        history.add({ kind: 'lease-ended', server, userId, fence, isFailure: failure !== undefined, possibleOrphans });
      }),

    hurry: (lease) =>
      link.run('leases.hurry', 'run', () => {
        const row = ofLease(lease);
        if (row !== undefined) row.hurried = true;
      }),

    countPossibleOrphan: (user) =>
      link.run('leases.countPossibleOrphan', 'run', () => {
        const row = rowOf(user);
        if (row !== undefined) row.possibleOrphans += 1;
      }),

    possibleOrphans: (appId) =>
      link.run('leases.possibleOrphans', 'run', () =>
        [...tables.standings.values()]
          .filter((row) => row.appId === appId)
          .reduce((sum, row) => sum + row.possibleOrphans + (row.leaseUntilMs === null ? 0 : 1), 0),
      ),

    takeReplacement: (appId, { most, perSecond }) =>
      link.run('leases.takeReplacement', 'run', (nowMs) => {
        const budget = tables.budgets.get(appId);
        const stillUsed =
          budget === undefined ? 0 : Math.max(0, budget.used - ((nowMs - budget.usedAtMs) / 1_000) * perSecond);
        if (budget !== undefined && stillUsed + 1 > most) {
          return Math.max(1, Math.ceil(((stillUsed + 1 - most) * 1_000) / perSecond));
        }
        tables.budgets.set(appId, { used: stillUsed + 1, usedAtMs: nowMs });
        return 0;
      }),
  });
}

/** A lease that ends later than this is from before the clock was set back. */
const NO_LEASE_ENDS_AFTER_MS = 30_000;

function isHeld({ leaseUntilMs }: StandingRow, nowMs: number): boolean {
  return leaseUntilMs !== null && leaseUntilMs > nowMs && leaseUntilMs < nowMs + NO_LEASE_ENDS_AFTER_MS;
}
