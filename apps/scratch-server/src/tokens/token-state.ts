import type { AppRecord, TokenMetadata } from '@immint/db';

/** A token is not handed out this long before it ends, or in the last tenth of its life, whichever is shorter. */
export const LAST_MS = 60_000;
export const LAST_SHARE = 0.1;

/** It is renewed without anybody waiting in the last quarter of its life, or two days before its end. */
const RENEWAL_MS = 2 * 24 * 3_600_000;
const RENEWAL_SHARE = 0.25;

/** Tokens that were issued together are renewed apart: the earliest this much later than the latest. */
const JITTER_SHARE = 0.5;

/** What a stored token is held against. */
export interface Wanted {
  /** The database's clock. */
  readonly nowMs: number;
  readonly record: Pick<AppRecord, 'secretEpoch' | 'discardedBeforeMs'>;
  /** An upper bound of the life that is left, in seconds, when the caller gave one; 0 bounds nothing. */
  readonly ttlSeconds?: number | undefined;
}

/**
 * `good`: handed out. `due`: handed out, and renewed behind that. `reported`: a device said that the provider refuses it;
 * to be replaced, and handed out where it cannot be. `ended`: not handed out: revoked, discarded, of an earlier secret, at its
 * end, or with more life left than was asked for.
 */
export type TokenState = 'good' | 'due' | 'reported' | 'ended';

type Judged = Pick<
  TokenMetadata,
  'isRevoked' | 'isDiscarded' | 'secretEpoch' | 'issuedAtMs' | 'expiresAtMs' | 'reportedAtMs' | 'fingerprint'
>;

/** Says what may be done with a stored token. */
export function tokenState(stored: Judged, { nowMs, record, ttlSeconds = 0 }: Wanted): TokenState {
  const { secretEpoch, discardedBeforeMs } = record;
  if (stored.isRevoked || stored.isDiscarded || stored.secretEpoch !== secretEpoch) return 'ended';
  if (discardedBeforeMs !== null && stored.issuedAtMs < discardedBeforeMs) return 'ended';
  const leftMs = stored.expiresAtMs === null ? Infinity : stored.expiresAtMs - nowMs;
  if (ttlSeconds !== 0 && leftMs > ttlSeconds * 1000) return 'ended';
  const lifeMs = stored.expiresAtMs === null ? Infinity : stored.expiresAtMs - stored.issuedAtMs;
  if (leftMs <= Math.min(LAST_MS, lifeMs * LAST_SHARE)) return 'ended';
  if (stored.reportedAtMs !== null) return 'reported';
  const renewalMs = Math.min(RENEWAL_MS, lifeMs * RENEWAL_SHARE) * (1 - JITTER_SHARE * fractionOf(stored.fingerprint));
  return leftMs <= renewalMs ? 'due' : 'good';
}

/** From 0 to 1, always the same for one token, and nothing to do with when it was issued. */
function fractionOf(fingerprint: string): number {
  const bytes = Buffer.from(fingerprint.slice(-4), 'base64url');
  return bytes.readUIntBE(0, Math.min(2, bytes.length)) / 2 ** (8 * Math.min(2, bytes.length));
}
