import type { AppRecord, LeaseFailure, LeasedUser, TokenToSave } from '@immint/db';
import type { Secret } from '@immint/secrets';
import { keyOf } from '../leases/held-leases.ts';

/** The rows that the protocol reads and writes, as plain objects; times are whole epoch milliseconds. */
export interface ModelTables {
  readonly apps: Map<number, AppRow>;
  /** By {@link keyOf}, as the ones below. */
  readonly tokens: Map<string, TokenRow>;
  readonly standings: Map<string, StandingRow>;
  /** By app. */
  readonly budgets: Map<number, { used: number; usedAtMs: number }>;
  readonly revocations: RevocationRow[];
  /** What was done, and to whom. */
  readonly audits: { readonly action: string; readonly subject: string | undefined }[];
}

export type AppRow = { -readonly [Key in keyof AppRecord]: AppRecord[Key] } & { secret: Secret; isRemoved: boolean };

export interface TokenRow {
  readonly appId: number;
  readonly canonicalUserId: string;
  userId: string;
  name: string;
  avatarUrl: string | undefined;
  generation: number;
  secretEpoch: number;
  revocationEpoch: number;
  token: Secret;
  fingerprint: string;
  issuedAtMs: number;
  lifetime: TokenToSave['lifetime'];
  expiresAtMs: number | null;
  lastHandedOutOn: string | null;
  replacedAtMs: number | null;
  replacements: number;
  fence: number;
  reportedAtMs: number | null;
  isDiscarded: boolean;
}

export interface StandingRow {
  readonly appId: number;
  readonly canonicalUserId: string;
  revocationEpoch: number;
  barredAtMs: number | null;
  issueAfterMs: number | null;
  instantMissing: boolean;
  fence: number;
  leaseUntilMs: number | null;
  leaseUrgency: 'login' | 'background' | null;
  hurried: boolean;
  failure: LeaseFailure | null;
  failedAtMs: number | null;
  possibleOrphans: number;
}

export interface RevocationRow {
  readonly id: number;
  readonly appId: number;
  readonly canonicalUserId: string;
  revokedBeforeMs: number | null;
  state: 'pending' | 'delivered' | 'failed' | 'unsupported';
  reason: string | null;
  attempts: number;
  readonly acceptedAtMs: number;
  settledAtMs: number | null;
}

export function createModelTables(): ModelTables {
  return { apps: new Map(), tokens: new Map(), standings: new Map(), budgets: new Map(), revocations: [], audits: [] };
}

/** A user's row, which is made if there is none. */
export function standingOf(tables: ModelTables, { appId, canonicalUserId }: LeasedUser): StandingRow {
  const key = keyOf({ appId, canonicalUserId });
  const row = tables.standings.get(key) ?? {
    appId,
    canonicalUserId,
    revocationEpoch: 0,
    barredAtMs: null,
    issueAfterMs: null,
    instantMissing: false,
    fence: 0,
    leaseUntilMs: null,
    leaseUrgency: null,
    hurried: false,
    failure: null,
    failedAtMs: null,
    possibleOrphans: 0,
  };
  tables.standings.set(key, row);
  return row;
}
