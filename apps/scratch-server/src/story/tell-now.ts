import type { StoryEnd, TokenMetadata, UserStanding } from '@immint/db';
import type { TokenState } from '../tokens/token-state.ts';
import { sayInstant } from './say-instant.ts';

/** What the next obtain does with the stored token. Total. */
const FATES = {
  good: 'handed out',
  due: 'handed out, and renewed behind that',
  reported: 'replaced at the next obtain, and handed out where the provider gives no other',
  ended: 'no longer handed out: the next obtain issues a new one',
} as const satisfies Record<TokenState, string>;

/** How a user stands now, in sentences. */
export function tellNow(
  stored: { readonly token: TokenMetadata; readonly state: TokenState } | undefined,
  { barredAtMs }: UserStanding,
  { failure, possibleOrphans }: StoryEnd,
): string[] {
  return [
    stored === undefined ? 'No token is stored.' : sayStored(stored.token, stored.state),
    ...(barredAtMs === null ? [] : [`Barred since ${sayInstant(barredAtMs)}: nothing is handed out or issued.`]),
    ...(failure === null
      ? []
      : [`The last ask, ended ${sayInstant(failure.atMs)}, brought no token: ${failure.reason}: ${failure.sentence}`]),
    ...(possibleOrphans === 0
      ? []
      : [`The provider may have given up to ${possibleOrphans} tokens of this user that were never stored.`]),
  ];
}

function sayStored(token: TokenMetadata, state: TokenState): string {
  const { generation, fingerprint, issuedAtMs, lastHandedOutOn } = token;
  const handedOut = lastHandedOutOn === null ? 'never handed out' : `last handed out on ${lastHandedOutOn}`;
  return `Stored: generation ${generation} (${fingerprint}), asked for at ${sayInstant(issuedAtMs)}, ${sayEnd(token)}, ${handedOut}; it is ${FATES[state]}.`;
}

function sayEnd({ lifetime, expiresAtMs }: TokenMetadata): string {
  if (expiresAtMs !== null) return `expires ${sayInstant(expiresAtMs)}`;
  return lifetime === 'permanent' ? 'permanent' : 'expiry unknown';
}
