import type { AppRecord, AppTokenStore } from '@immint/db';
import { createAppTokenMemory } from '@immint/providers';
import type { AppTokenLedger, AppTokenMemory } from '@immint/providers';
import { Secret } from '@immint/secrets';
import type { KeyRing } from '@immint/secrets';

/**
 * The app tokens of this process, each shared with every server on the database. They are kept by credentials and not by
 * connection: a changed setting or host makes a new connection, and must not make the provider be asked again within the minute.
 */
export interface AppTokens {
  of(record: Pick<AppRecord, 'appKey' | 'clientId'>, secret: Secret): AppTokenMemory;
  /** Resolves when no ask is under way any more. */
  settled(): Promise<void>;
}

/** Makes the app tokens of one process. */
export function createAppTokens(store: AppTokenStore, keyRing: Pick<KeyRing, 'fingerprint'>): AppTokens {
  const memories = new Map<string, AppTokenMemory>();
  return {
    of({ appKey, clientId }, secret) {
      const shown = JSON.stringify([appKey, clientId, keyRing.fingerprint(secret)]);
      const credentials = keyRing.fingerprint(Secret.of(shown));
      const memory = memories.get(credentials) ?? createAppTokenMemory(ledgerOf(store, credentials));
      memories.set(credentials, memory);
      return memory;
    },
    async settled() {
      await Promise.all([...memories.values()].flatMap(({ underWay }) => [...underWay]));
    },
  };
}

/** The stored app token of one account. */
export function ledgerOf(store: AppTokenStore, credentials: string): AppTokenLedger {
  return {
    read: () => store.read(credentials),
    take: (knownFence, wanted) => store.take(credentials, knownFence, wanted),
    renew: (fence) => store.renew(credentials, fence),
    save: (fence, given) => store.save(credentials, fence, given),
    fail: (fence, failure) => store.fail(credentials, fence, failure),
    giveBack: (fence) => store.giveBack(credentials, fence),
    forget: (refused) => store.forget(credentials, refused),
  };
}
