import type { KeyRing, SealContext, Secret } from '@immint/secrets';
import { eq, sql } from 'drizzle-orm';
import type { Queries } from './database.ts';
import { secretRotation } from './schema.ts';

/** What the next secret of an app is sealed for: beside anything else it does not open, whoever wrote that there. */
interface StagedFor {
  readonly id: number;
  readonly secretEpoch: number;
  readonly appKey: string;
  readonly clientId: string | null;
  readonly baseUrl: string;
  readonly backupBaseUrl: string | null;
}

/** Seals the next secret of an app for the account, the place and the secret epoch that it is entered for. */
export function sealStagedSecret(keyRing: KeyRing, stagedFor: StagedFor, secret: Secret): Uint8Array {
  return keyRing.seal(stagedContext(stagedFor), secret);
}

/** @throws SealError */
export function openStagedSecret(keyRing: KeyRing, stagedFor: StagedFor, sealed: Uint8Array): Secret {
  return keyRing.open(stagedContext(stagedFor), sealed);
}

/** Drops the next secret, which was entered for an account that the app no longer is; a cut-over to it is over. */
export async function dropStagedSecret(queries: Queries, appId: number): Promise<void> {
  const isInProgress = sql`${secretRotation.leaseUntil} is not null`;
  await queries
    .update(secretRotation)
    .set({
      stagedSealed: null,
      stagedAt: null,
      leaseUntil: null,
      fence: sql`${secretRotation.fence} + 1`,
      result: sql`case when ${isInProgress} then 'overruled' else ${secretRotation.result} end`,
      endedAt: sql`case when ${isInProgress} then statement_timestamp() else ${secretRotation.endedAt} end`,
    })
    .where(eq(secretRotation.appId, appId));
}

function stagedContext({ id, secretEpoch, appKey, clientId, baseUrl, backupBaseUrl }: StagedFor): SealContext {
  return [
    'staged app secret',
    'secret_rotation',
    'staged_sealed',
    String(id),
    String(secretEpoch),
    appKey,
    clientId ?? '',
    baseUrl,
    backupBaseUrl ?? '',
  ];
}
