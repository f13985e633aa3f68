import type { AppStore, KeyStore, TokenStore } from '@immint/db';
import { createAppReader } from './app-reader.ts';
import type { AppReader } from './app-reader.ts';
import type { ChangeFeed } from './change-feed.ts';
import { createKeyReader } from './key-reader.ts';
import type { KeyReader } from './key-reader.ts';
import { createTokenReader } from './token-reader.ts';
import type { TokenReader } from './token-reader.ts';

/**
 * What this server remembers so that a stored token costs no query: tokens with how their users stand, apps, and API keys.
 * A change that was acknowledged, by whichever server, is followed within a second.
 */
export interface Memory {
  readonly tokens: TokenReader;
  readonly apps: AppReader;
  readonly keys: KeyReader;
}

/** What a memory is made of. */
interface MemoryParts {
  readonly feed: ChangeFeed;
  readonly tokens: TokenStore;
  readonly apps: AppStore;
  readonly keys: KeyStore;
  readonly monotonicMs: () => number;
}

/** Of apps and of keys there are few beside the tokens. */
const SHARE_OF_APPS = 1 / 16;
const SHARE_OF_KEYS = 1 / 16;

/** Makes a memory that takes so many bytes at most; with 0 everything is asked of the stores. */
export function createMemory({ feed, tokens, apps, keys, monotonicMs }: MemoryParts, maxBytes: number): Memory {
  const bytesOfApps = Math.floor(maxBytes * SHARE_OF_APPS);
  const bytesOfKeys = Math.floor(maxBytes * SHARE_OF_KEYS);
  return {
    tokens: createTokenReader(tokens, feed, maxBytes - bytesOfApps - bytesOfKeys),
    apps: createAppReader(apps, feed, bytesOfApps),
    keys: createKeyReader(keys, feed, { maxBytes: bytesOfKeys, monotonicMs }),
  };
}
