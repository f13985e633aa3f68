import type { RevocationRecord, RevocationStore } from '@immint/db';
import { keyOf } from '../leases/held-leases.ts';
import type { History } from './history.ts';
import { standingOf } from './model-tables.ts';
import type { ModelTables, RevocationRow } from './model-tables.ts';
import { onlySimulated } from './only-simulated.ts';
import type { DatabaseLink } from './virtual-database.ts';

/** Does to the model's rows what the store of revokes does to the database's. */
export function createModelRevocationStore(
  tables: ModelTables,
  link: DatabaseLink,
  { history }: { readonly history: History },
): RevocationStore {
  return onlySimulated<RevocationStore>('revocations', {
    accept: ({ appId, secretEpoch, canonicalUserIds, bar, isTold, instant }, { action }) =>
      link.run('revocations.accept', 'transaction', (nowMs) => {
        const app = tables.apps.get(appId);
        if (app === undefined || app.isRemoved || app.secretEpoch !== secretEpoch) return undefined;
        const fixed = instant === undefined || instant === 'missing' ? undefined : instant;
        return canonicalUserIds.toSorted().map((canonicalUserId) => {
          const user = standingOf(tables, { appId, canonicalUserId });
          user.revocationEpoch += 1;
          if (bar) user.barredAtMs ??= nowMs;
          if (fixed !== undefined) user.issueAfterMs = Math.max(user.issueAfterMs ?? 0, fixed.issueAfterMs);
          user.instantMissing ||= instant === 'missing';
          const row: RevocationRow = {
            id: tables.revocations.length + 1,
            appId,
            canonicalUserId,
            revokedBeforeMs: fixed?.revokedBeforeMs ?? null,
            state: isTold ? 'pending' : 'unsupported',
            reason: null,
            attempts: isTold ? 1 : 0,
            acceptedAtMs: nowMs,
            settledAtMs: isTold ? null : nowMs,
          };
          tables.revocations.push(row);
          tables.audits.push({ action, subject: canonicalUserId });
          history.add({ kind: 'revoked', userId: canonicalUserId, isBarred: bar });
          return { ...toRecord(row), isBarred: user.barredAtMs !== null };
        });
      }),

    unbar: (appId, canonicalUserIds, { action }) =>
      link.run('revocations.unbar', 'transaction', () => {
        const barred = canonicalUserIds.filter((userId) => isBarred(tables, appId, userId));
        for (const canonicalUserId of barred) {
          standingOf(tables, { appId, canonicalUserId }).barredAtMs = null;
          tables.audits.push({ action, subject: canonicalUserId });
          history.add({ kind: 'unbarred', userId: canonicalUserId });
        }
        return new Set(barred);
      }),

    fixInstant: (appId, canonicalUserIds, { revokedBeforeMs, issueAfterMs }) =>
      link.run('revocations.fixInstant', 'transaction', () => {
        const users = canonicalUserIds.flatMap((canonicalUserId) => {
          const user = tables.standings.get(keyOf({ appId, canonicalUserId }));
          return user?.instantMissing === true ? [user] : [];
        });
        for (const user of users) {
          user.instantMissing = false;
          user.issueAfterMs = Math.max(user.issueAfterMs ?? 0, issueAfterMs);
        }
        const pending = tables.revocations.filter(
          (row) => row.appId === appId && canonicalUserIds.includes(row.canonicalUserId) && row.state === 'pending',
        );
        return pending.map((row) => {
          row.revokedBeforeMs ??= revokedBeforeMs;
          return toRecord(row);
        });
      }),

    isAppBarred: () => link.run('revocations.isAppBarred', 'run', () => false),

    settle: (ids, settlement) =>
      link.run('revocations.settle', 'run', (nowMs) => {
        for (const row of tables.revocations.filter(({ id, state }) => ids.includes(id) && state === 'pending')) {
          row.reason = settlement.state === 'delivered' ? null : settlement.reason;
          if (settlement.state === 'pending') continue;
          row.state = settlement.state;
          row.settledAtMs = nowMs;
        }
      }),
  });
}

function isBarred(tables: ModelTables, appId: number, canonicalUserId: string): boolean {
  return (tables.standings.get(keyOf({ appId, canonicalUserId }))?.barredAtMs ?? null) !== null;
}

function toRecord({ appId: _appId, ...record }: RevocationRow): RevocationRecord {
  return { ...record };
}
