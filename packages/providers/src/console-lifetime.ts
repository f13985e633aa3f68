import type { TokenLifetime } from './chat-provider.ts';

/** The lifetime of tokens whose provider does not tell it: what the app's setting says of the provider's console. */
export const toLifetime = (tokenLifetime: 'unknown' | 'permanent' | number): TokenLifetime =>
  typeof tokenLifetime === 'number' ? { kind: 'known', ttlSeconds: tokenLifetime } : { kind: tokenLifetime };
