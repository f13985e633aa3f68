import { Reason } from '@immint/contracts';
import type { AppView, SecretRotation } from '@immint/contracts';
import type { AppRecord, SecretRotationState } from '@immint/db';
import type { Services } from '../services.ts';
import { describe } from './app-connections.ts';

/** An app as the API shows it, with the number of its stored tokens; never its secret. */
export async function viewApp(
  { apps, rotations }: Pick<Services, 'apps' | 'rotations'>,
  record: AppRecord,
): Promise<AppView> {
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
    secretRotation: viewRotation(await rotations.read(record.id)),
    tokens: await apps.countTokens(record.id),
    createdAtMs: record.createdAtMs,
    updatedAtMs: record.updatedAtMs,
  };
}

/** A failure that this version has no word for was written down by another one. */
function viewRotation({ cuttingOver, ...state }: SecretRotationState): SecretRotation {
  if (cuttingOver === null) return { ...state, cuttingOver };
  const failure = Reason.safeParse(cuttingOver.lastFailure);
  return { ...state, cuttingOver: { ...cuttingOver, lastFailure: failure.success ? failure.data : null } };
}
