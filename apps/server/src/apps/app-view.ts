import type { AppView } from '@immint/contracts';
import type { AppRecord } from '@immint/db';
import type { Services } from '../services.ts';
import { describe } from './app-connections.ts';

/** An app as the API shows it, with the number of its stored tokens; never its secret. */
export async function viewApp({ apps }: Pick<Services, 'apps'>, record: AppRecord): Promise<AppView> {
  const { settings, entry } = describe(record);
  return {
    app: record.name,
    provider: record.provider,
    appKey: record.appKey,
    clientId: record.clientId ?? null,
    dataCenter: record.dataCenter ?? null,
    baseUrl: record.baseUrl,
    backupBaseUrl: record.backupBaseUrl ?? null,
    settings: { ...settings },
    capabilities: entry.capabilities(settings),
    secretEpoch: record.secretEpoch,
    tokens: await apps.countTokens(record.id),
    createdAtMs: record.createdAtMs,
    updatedAtMs: record.updatedAtMs,
  };
}
