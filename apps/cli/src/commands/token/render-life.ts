import type { Lifetime } from '@immint/contracts';
import { renderInstant } from '../../instant.ts';

const WORDS: Readonly<Record<Lifetime, (expiresAtMs: number | null) => string>> = {
  known: (expiresAtMs) => (expiresAtMs === null ? 'expires' : `expires ${renderInstant(expiresAtMs)}`),
  permanent: () => 'permanent',
  unknown: () => 'expiry unknown',
};

/** How long a token lives, in words. */
export function renderLife(token: { readonly lifetime: Lifetime; readonly expiresAtMs: number | null }): string {
  return WORDS[token.lifetime](token.expiresAtMs);
}
