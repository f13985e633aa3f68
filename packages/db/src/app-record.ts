import { ProviderName } from '@immint/contracts';
import type { app } from './schema.ts';

/** An app as it is stored, without its secret. */
export interface AppRecord {
  readonly id: number;
  readonly name: string;
  readonly provider: ProviderName;
  readonly appKey: string;
  readonly clientId?: string;
  readonly baseUrl: string;
  readonly backupBaseUrl?: string;
  readonly dataCenter?: string;
  /** Counts the refreshed secrets of this app. */
  readonly secretEpoch: number;
  /** As it was stored; the caller parses it by the provider's own schema. */
  readonly settings: unknown;
  readonly createdAtMs: number;
  /** Later with every change, and never twice the same. */
  readonly updatedAtMs: number;
  /** Tokens that were asked for before this are not trusted; null when none were discarded as a whole. */
  readonly discardedBeforeMs: number | null;
  /** There while its secret is being changed over: since when it is open which one the provider goes by. */
  readonly cuttingOverSinceMs?: number;
}

/** Turns a row into a record. Refuses a provider that this version does not know. */
export function toAppRecord(
  row: Omit<typeof app.$inferSelect, 'secretSealed' | 'secretNamesPlace' | 'removedAt'>,
): AppRecord {
  const { id, name, appKey, clientId, baseUrl, backupBaseUrl, dataCenter, secretEpoch, settings } = row;
  return {
    id,
    name,
    provider: ProviderName.parse(row.provider),
    appKey,
    ...(clientId === null ? {} : { clientId }),
    baseUrl,
    ...(backupBaseUrl === null ? {} : { backupBaseUrl }),
    ...(dataCenter === null ? {} : { dataCenter }),
    secretEpoch,
    settings,
    createdAtMs: row.createdAt,
    updatedAtMs: row.updatedAt,
    discardedBeforeMs: row.discardedBefore,
    ...(row.cuttingOverSince === null ? {} : { cuttingOverSinceMs: row.cuttingOverSince }),
  };
}
