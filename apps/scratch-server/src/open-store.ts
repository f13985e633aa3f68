import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  createActivityStore,
  createAppStore,
  createAppTokenStore,
  createAuditStore,
  createChangeStore,
  createCredentialStore,
  createJobStore,
  createKeyStore,
  createLeaseStore,
  createPaceStore,
  createRevocationStore,
  createTokenCensus,
  createSecretRotationStore,
  createStoryStore,
  createTokenStore,
  openDatabase,
  openSealedDatabase,
} from '@immint/db';
import type {
  ActivityStore,
  AppStore,
  AppTokenStore,
  AuditStore,
  ChangeStore,
  CredentialStore,
  Database,
  JobStore,
  KeyStore,
  LeaseStore,
  PaceStore,
  RevocationStore,
  TokenCensus,
  SecretRotationStore,
  StoryStore,
  TokenStore,
} from '@immint/db';
import type { KeyRing } from '@immint/secrets';
import type { ServerConfig } from './env.ts';

/** Everything that is remembered, opened: the database, the key that seals in it, and the stores on both. */
export interface OpenStore {
  readonly database: Database;
  readonly keyRing: KeyRing;
  readonly apps: AppStore;
  readonly appTokens: AppTokenStore;
  readonly tokens: TokenStore;
  readonly keys: KeyStore;
  readonly credentials: CredentialStore;
  readonly leaseStore: LeaseStore;
  readonly paces: PaceStore;
  readonly revocations: RevocationStore;
  readonly rotations: SecretRotationStore;
  readonly jobs: JobStore;
  readonly audit: AuditStore;
  readonly changes: ChangeStore;
  readonly stories: StoryStore;
  readonly activityStore: ActivityStore;
  readonly census: TokenCensus;
  /** Whether other users of this machine can read the key file. */
  readonly keyOpenToOthers: boolean;
}

/**
 * Opens the database (PostgreSQL, or the embedded one), brings it to this version, and proves that the key file is the
 * one it was sealed with. Nothing is made over existing data; of the data directory only the last level is made. Throws the named errors of @immint/db and @immint/secrets.
 */
export async function openStore(config: ServerConfig): Promise<OpenStore> {
  if (!existsSync(config.dataDir)) mkdirSync(config.dataDir, { mode: 0o700 });
  const database = await openDatabase(
    config.databaseUrl === undefined
      ? { kind: 'embedded', directory: join(config.dataDir, 'database') }
      : { kind: 'postgres', url: config.databaseUrl },
  );
  try {
    const { keyRing, openToOthers } = await openSealedDatabase(database, config.keyFile);
    return {
      database,
      keyRing,
      apps: createAppStore(database, keyRing),
      appTokens: createAppTokenStore(database, keyRing),
      tokens: createTokenStore(database, keyRing),
      keys: createKeyStore(database),
      credentials: createCredentialStore(database),
      leaseStore: createLeaseStore(database),
      paces: createPaceStore(database),
      revocations: createRevocationStore(database),
      rotations: createSecretRotationStore(database, keyRing),
      jobs: createJobStore(database),
      audit: createAuditStore(database),
      changes: createChangeStore(database),
      stories: createStoryStore(database),
      activityStore: createActivityStore(database),
      census: createTokenCensus(database),
      keyOpenToOthers: openToOthers,
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
