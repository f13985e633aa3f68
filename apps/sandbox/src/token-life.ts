import type { Account, TokenRecord } from './account.ts';

/** Why a token that was issued is no longer good. */
export type TokenEnd = 'secret-refreshed' | 'revoked' | 'expired';

/** Why this token of the account is no longer good at `nowMs`, or null while it is. */
export function endOfToken(account: Account, token: TokenRecord, nowMs: number): TokenEnd | null {
  const { settings, secretEpoch } = account.record;
  if (settings.secretRefreshKillsTokens && token.secretEpoch !== secretEpoch) return 'secret-refreshed';
  if (token.revoked === true) return 'revoked';
  const user = token.userId === null ? undefined : account.users.get(token.userId);
  if (user !== undefined && user.revokedBeforeMs !== null && token.issuedAtMs < user.revokedBeforeMs) return 'revoked';
  if (token.expiresAtMs !== null && token.expiresAtMs <= nowMs) return 'expired';
  return null;
}
