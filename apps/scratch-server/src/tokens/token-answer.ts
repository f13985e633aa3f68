import type { Token, TokenMetadata as TokenMetadataView } from '@immint/contracts';
import type { StoredToken, TokenMetadata, UserStanding } from '@immint/db';
import type { DescribedApp } from '../apps/app-connections.ts';
import { tokenState } from './token-state.ts';
import type { WantedToken } from './wanted-token.ts';

/** A token with where it came from: the store, or the provider just now. */
export interface ObtainedToken {
  readonly token: StoredToken;
  readonly source: 'stored' | 'issued';
}

/** The one place where a user token leaves its wrapper, on the way to a caller who may have it. */
export function toTokenAnswer(
  { record }: DescribedApp,
  wanted: Pick<WantedToken, 'userId'>,
  { token, source }: ObtainedToken,
): Token {
  return {
    app: record.name,
    provider: record.provider,
    userId: wanted.userId,
    token: token.token.reveal(),
    fingerprint: token.fingerprint,
    source,
    generation: token.generation,
    issuedAtMs: token.issuedAtMs,
    lifetime: token.lifetime,
    expiresAtMs: token.expiresAtMs,
  };
}

/** What may be shown of a stored token to whoever looks at it without needing it. */
export function toMetadataAnswer(
  { record }: DescribedApp,
  token: TokenMetadata,
  { standing, nowMs }: { readonly standing: UserStanding; readonly nowMs: number },
): TokenMetadataView {
  return {
    app: record.name,
    provider: record.provider,
    userId: token.userId,
    name: token.name,
    avatarUrl: token.avatarUrl ?? null,
    fingerprint: token.fingerprint,
    generation: token.generation,
    secretEpoch: token.secretEpoch,
    issuedAtMs: token.issuedAtMs,
    lifetime: token.lifetime,
    expiresAtMs: token.expiresAtMs,
    lastHandedOutOn: token.lastHandedOutOn,
    good: tokenState(token, { nowMs, record }) !== 'ended',
    revoked: token.isRevoked,
    barred: standing.barredAtMs !== null,
  };
}
