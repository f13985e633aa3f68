import type { AppRecord, StoredToken } from '@immint/db';

/**
 * Why a token was asked for: the user's `first`; the stored one was `revoked`, `discarded`, of an `earlier-secret`, at its end
 * (`expired`), or lived longer than was asked for (`too-long-lived`); it is `due` to end soon; it was `reported`; or somebody
 * wanted a `fresh` one.
 */
export const ISSUE_REASONS = [
  'first',
  'revoked',
  'discarded',
  'earlier-secret',
  'expired',
  'too-long-lived',
  'due',
  'reported',
  'fresh',
] as const;

/** One of {@link ISSUE_REASONS}. */
export type IssueReason = (typeof ISSUE_REASONS)[number];

/** Says why the stored token is replaced, as it was found. */
export function issueReasonOf(
  stored: StoredToken | undefined,
  replaces: 'ended' | 'due' | 'on-demand',
  {
    record,
    nowMs,
    ttlSeconds,
  }: { readonly record: AppRecord; readonly nowMs: number; readonly ttlSeconds?: number | undefined },
): IssueReason {
  if (stored === undefined) return 'first';
  if (replaces === 'due') return 'due';
  if (replaces === 'on-demand') return stored.reportedAtMs === null ? 'fresh' : 'reported';
  if (stored.isRevoked) return 'revoked';
  if (stored.isDiscarded || stored.issuedAtMs < (record.discardedBeforeMs ?? 0)) return 'discarded';
  if (stored.secretEpoch !== record.secretEpoch) return 'earlier-secret';
  const leftMs = stored.expiresAtMs === null ? Infinity : stored.expiresAtMs - nowMs;
  return ttlSeconds !== undefined && ttlSeconds !== 0 && leftMs > ttlSeconds * 1000 ? 'too-long-lived' : 'expired';
}
