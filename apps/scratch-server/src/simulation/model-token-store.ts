import type { AuditEntry, StoredToken, TokenMetadata, TokenStore, TokenToSave, UserStanding } from '@immint/db';
import type { Secret } from '@immint/secrets';
import { keyOf } from '../leases/held-leases.ts';
import type { History } from './history.ts';
import { standingOf } from './model-tables.ts';
import type { ModelTables, StandingRow, TokenRow } from './model-tables.ts';
import { onlySimulated } from './only-simulated.ts';
import type { DatabaseLink } from './virtual-database.ts';

/** Replacements on demand count as being in a row for as long. */
const IN_A_ROW_MS = 600_000;

interface ModelParts {
  readonly server: string;
  readonly history: History;
  /** Names a token. */
  readonly fingerprint: (token: Secret) => string;
  /** The text that the history knows it by. */
  readonly textOf: (token: Secret) => string;
}

/** Does to the model's rows what the store of tokens does to the database's. */
export function createModelTokenStore(
  tables: ModelTables,
  link: DatabaseLink,
  { server, history, fingerprint, textOf }: ModelParts,
): TokenStore {
  const tokenOf = (appId: number, canonicalUserId: string) => tables.tokens.get(keyOf({ appId, canonicalUserId }));
  const standing = (appId: number, canonicalUserId: string) =>
    toStanding(tables.standings.get(keyOf({ appId, canonicalUserId })));
  const audit = ({ action }: AuditEntry, subject?: string) => void tables.audits.push({ action, subject });

  /** Writes the generation after the expected one, unless something is not what it was when the provider was asked. */
  function save(wanted: TokenToSave, nowMs: number): TokenRow | undefined {
    const { appId, canonicalUserId, fence, expectedGeneration } = wanted;
    const app = tables.apps.get(appId);
    if (app === undefined || app.isRemoved || app.secretEpoch !== wanted.secretEpoch) return undefined;
    const user = fence === 0 ? standingOf(tables, wanted) : tables.standings.get(keyOf(wanted));
    if (user?.fence !== fence || user.revocationEpoch !== wanted.revocationEpoch) return undefined;
    user.leaseUntilMs = null;
    user.failure = null;
    user.failedAtMs = null;
    const known = tokenOf(appId, canonicalUserId);
    if ((known?.generation ?? 0) !== expectedGeneration) return undefined;
    const isInARow = (known?.replacedAtMs ?? -Infinity) > nowMs - IN_A_ROW_MS;
    const { userId, name, avatarUrl, secretEpoch, revocationEpoch, token, issuedAtMs, lifetime, expiresAtMs } = wanted;
    const row: TokenRow = {
      appId,
      canonicalUserId,
      userId,
      name,
      avatarUrl,
      generation: expectedGeneration + 1,
      secretEpoch,
      revocationEpoch,
      token,
      fingerprint: fingerprint(token),
      issuedAtMs,
      lifetime,
      expiresAtMs,
      lastHandedOutOn: known?.lastHandedOutOn ?? null,
      replacedAtMs: wanted.replaced ? nowMs : (known?.replacedAtMs ?? null),
      replacements: wanted.replaced ? (isInARow ? (known?.replacements ?? 0) + 1 : 1) : (known?.replacements ?? 0),
      fence,
      reportedAtMs: null,
      isDiscarded: false,
    };
    tables.tokens.set(keyOf(wanted), row);
    return row;
  }

  return onlySimulated<TokenStore>('tokens', {
    read: (appId, canonicalUserId) =>
      link.run('tokens.read', 'run', (nowMs) => {
        const row = tokenOf(appId, canonicalUserId);
        const standsAs = standing(appId, canonicalUserId);
        return { stored: row === undefined ? undefined : toStored(row, standsAs), standing: standsAs, nowMs };
      }),

    save: (wanted, entry) =>
      link.run('tokens.save', 'transaction', (nowMs) => {
        const { canonicalUserId: userId, fence } = wanted;
        const row = save(wanted, nowMs);
        if (row === undefined) {
          history.add({ kind: 'token-not-written', server, userId, fence });
          return undefined;
        }
        audit(entry, userId);
        const { generation, secretEpoch, revocationEpoch, issuedAtMs, expiresAtMs } = row;
        const versions = { generation, fence, secretEpoch, revocationEpoch };
        const token = textOf(row.token);
        history.add({ kind: 'token-written', server, userId, token, ...versions, issuedAtMs, expiresAtMs });
        return toStored(row, standing(row.appId, userId));
      }),

    markReported: (appId, canonicalUserId, named, entry) =>
      link.run('tokens.markReported', 'transaction', (nowMs) => {
        const row = tokenOf(appId, canonicalUserId);
        if (row === undefined || row.fingerprint !== named || row.reportedAtMs !== null) return false;
        row.reportedAtMs = nowMs;
        audit(entry, canonicalUserId);
        history.add({ kind: 'reported', userId: canonicalUserId, generation: row.generation });
        return true;
      }),

    discard: (appId, canonicalUserIds, { dryRun }, entry) =>
      link.run('tokens.discard', 'transaction', () => {
        const rows = canonicalUserIds
          .flatMap((userId) => tokenOf(appId, userId) ?? [])
          .filter((row) => !row.isDiscarded);
        if (dryRun) return rows.length;
        for (const row of rows) {
          row.isDiscarded = true;
          audit(entry, row.canonicalUserId);
          history.add({ kind: 'discarded', userId: row.canonicalUserId, generation: row.generation });
        }
        return rows.length;
      }),

    discardBefore: (appId, issuedBeforeMs, { dryRun }, entry) =>
      link.run('tokens.discardBefore', 'transaction', (nowMs) => {
        const beforeMs = Math.min(issuedBeforeMs ?? nowMs + 1, nowMs + 1);
        const app = tables.apps.get(appId);
        const rows = [...tables.tokens.values()].filter((row) => row.appId === appId && row.issuedAtMs < beforeMs);
        if (dryRun || app === undefined) return rows.length;
        app.discardedBeforeMs = Math.max(app.discardedBeforeMs ?? beforeMs, beforeMs);
        audit(entry);
        history.add({ kind: 'app-discarded', beforeMs: app.discardedBeforeMs });
        return rows.length;
      }),

    saveProfile: (appId, canonicalUserId, { name, avatarUrl }) =>
      link.run('tokens.saveProfile', 'run', () => {
        const row = tokenOf(appId, canonicalUserId);
        if (row !== undefined) Object.assign(row, { name, avatarUrl });
      }),

    markHandedOut: (appId, canonicalUserId, day) =>
      link.run('tokens.markHandedOut', 'run', () => {
        const row = tokenOf(appId, canonicalUserId);
        if (row !== undefined && (row.lastHandedOutOn ?? '') < day) row.lastHandedOutOn = day;
      }),

    inspect: (appId, canonicalUserId) =>
      link.run('tokens.inspect', 'run', (nowMs) => {
        const row = tokenOf(appId, canonicalUserId);
        const standsAs = standing(appId, canonicalUserId);
        return { token: row === undefined ? undefined : toMetadata(row, standsAs), standing: standsAs, nowMs };
      }),
  });
}

function toStanding(row: StandingRow | undefined): UserStanding {
  return {
    revocationEpoch: row?.revocationEpoch ?? 0,
    barredAtMs: row?.barredAtMs ?? null,
    issueAfterMs: row?.issueAfterMs ?? null,
    instantMissing: row?.instantMissing ?? false,
    fence: row?.fence ?? 0,
    failedAtMs: row?.failedAtMs ?? null,
  };
}

function toMetadata(row: TokenRow, { revocationEpoch }: UserStanding): TokenMetadata {
  const { appId: _appId, token: _token, revocationEpoch: askedUnder, avatarUrl, ...rest } = row;
  return { ...rest, ...(avatarUrl === undefined ? {} : { avatarUrl }), isRevoked: askedUnder !== revocationEpoch };
}

function toStored(row: TokenRow, standing: UserStanding): StoredToken {
  return { ...toMetadata(row, standing), token: row.token };
}
