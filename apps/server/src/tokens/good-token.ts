import type { TokenMetadata } from '@immint/db';

/** A token is given up this long before it ends, or after nine tenths of its life, whichever is later. */
const MARGIN_MS = 60_000;
const MARGIN_SHARE = 0.1;

/** What the stored token is held against. */
export interface GoodFor {
  /** The database's clock. */
  readonly nowMs: number;
  readonly secretEpoch: number;
  /** An upper bound of the life that is left, in seconds, when the caller gave one; 0 bounds nothing. */
  readonly ttlSeconds?: number | undefined;
}

/** Whether the stored token may be handed out: not revoked, current secret, not at its end, and not more life left than was asked for. */
export function isGood(
  stored: Pick<TokenMetadata, 'isRevoked' | 'secretEpoch' | 'issuedAtMs' | 'expiresAtMs'>,
  wanted: GoodFor,
): boolean {
  if (stored.isRevoked) return false;
  if (stored.secretEpoch !== wanted.secretEpoch) return false;
  if (stored.expiresAtMs === null) return wanted.ttlSeconds === undefined || wanted.ttlSeconds === 0;
  const marginMs = Math.min(MARGIN_MS, (stored.expiresAtMs - stored.issuedAtMs) * MARGIN_SHARE);
  const leftMs = stored.expiresAtMs - wanted.nowMs;
  if (leftMs <= marginMs) return false;
  return wanted.ttlSeconds === undefined || wanted.ttlSeconds === 0 || leftMs <= wanted.ttlSeconds * 1000;
}
