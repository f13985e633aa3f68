import type { ProviderErrorKind } from '@immint/providers';

/** Why the provider last refused to issue a token of an app, and when. */
export interface IssueTrouble {
  readonly kind: ProviderErrorKind;
  readonly atMs: number;
}

/**
 * The last refusal to issue of each app, until one succeeds: some of what is wrong, such as a used-up number of users,
 * shows in no harmless call. Kept in this process.
 */
export interface IssueTroubles {
  failed(appId: number, trouble: IssueTrouble): void;
  succeeded(appId: number): void;
  last(appId: number): IssueTrouble | undefined;
}

export function createIssueTroubles(): IssueTroubles {
  const troubles = new Map<number, IssueTrouble>();
  return {
    failed: (appId, trouble) => void troubles.set(appId, trouble),
    succeeded: (appId) => void troubles.delete(appId),
    last: (appId) => troubles.get(appId),
  };
}
