import type { KeyView } from '@immint/contracts';

/** What a key may do, in words. */
export function renderRights(key: KeyView): string {
  return key.kind === 'admin' ? 'everything' : `token.* on ${key.apps.join(', ')}`;
}
