import type { EasemobSettings } from '@immint/contracts';

import type { TokenLifetime } from './chat-provider.ts';
import { unreadable } from './read-json.ts';
import type { ProviderReply } from './request.ts';

/** A century: more is no lifetime but a mistake in the unit or in the answer. */
const MAX_TTL_SECONDS = 3_155_760_000;

/** Clusters count `ttl` and `expires_in` in seconds; VIP 5 clusters in milliseconds. */
const UNITS_PER_SECOND = { seconds: 1, milliseconds: 1000 } as const satisfies Record<
  EasemobSettings['ttlUnit'],
  number
>;

/** A lifetime as the cluster writes it. */
export const toWireTtl = (ttlSeconds: number, { ttlUnit }: EasemobSettings): number =>
  ttlSeconds * UNITS_PER_SECOND[ttlUnit];

/**
 * What an answer says of the lifetime. What was asked for is no evidence, save that 0 means permanent only to who asked
 * for that, and that a thousand times as much is the same in the other unit. All in the unit of the cluster.
 * @throws ProviderError broke-contract
 */
export const readLifetime = (
  reply: ProviderReply,
  { expiresIn, sentTtl }: { readonly expiresIn: number; readonly sentTtl: number },
  { ttlUnit }: EasemobSettings,
): TokenLifetime => {
  if (expiresIn === 0 && sentTtl === 0) return { kind: 'permanent' };
  if (sentTtl > 0 && Math.round(expiresIn / sentTtl) === 1000) {
    throw unreadable(reply, 'Its lifetime is a thousand times what was asked for: compare ttlUnit with the cluster.');
  }
  const ttlSeconds = Math.floor(expiresIn / UNITS_PER_SECOND[ttlUnit]);
  if (ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) throw unreadable(reply, 'Its lifetime is out of range.');
  return { kind: 'known', ttlSeconds };
};
