import { randomBytes } from 'node:crypto';
import type { CreateKeyInput, CreatedKey } from '@immint/contracts';
import type { ServerConfig } from './env.ts';
import { createKey } from './keys/create.ts';
import { openStore } from './open-store.ts';

/**
 * Makes an API key next to the database, without a server: how the first admin key comes to be. With the embedded
 * database the server must be stopped meanwhile (`DATABASE_IN_USE` otherwise).
 */
export async function createKeyOffline(config: ServerConfig, input: CreateKeyInput): Promise<CreatedKey> {
  const store = await openStore(config);
  try {
    return await createKey({ ...store, environment: config.environment, randomBytes }, { actor: 'offline' }, input);
  } finally {
    await store.database.close();
  }
}
