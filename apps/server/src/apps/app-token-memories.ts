import type { AppRecord } from '@immint/db';
import { createAppTokenMemory } from '@immint/providers';
import type { AppTokenMemory } from '@immint/providers';
import { Secret } from '@immint/secrets';
import type { KeyRing } from '@immint/secrets';

/**
 * What is remembered of each account's app token, for as long as this process lives. It is kept by credentials and not by
 * connection: a changed setting makes a new connection, and must not make the provider be asked again within the minute.
 */
export interface AppTokenMemories {
  of(record: Pick<AppRecord, 'appKey' | 'clientId' | 'baseUrl'>, secret: Secret): AppTokenMemory;
}

export function createAppTokenMemories(keyRing: Pick<KeyRing, 'fingerprint'>): AppTokenMemories {
  const memories = new Map<string, AppTokenMemory>();
  return {
    of({ appKey, clientId, baseUrl }, secret) {
      const credentials = JSON.stringify([baseUrl, appKey, clientId, keyRing.fingerprint(secret)]);
      const key = keyRing.fingerprint(Secret.of(credentials));
      const memory = memories.get(key) ?? createAppTokenMemory();
      memories.set(key, memory);
      return memory;
    },
  };
}
