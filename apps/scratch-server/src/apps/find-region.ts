import type { DataCenter, Finding } from '@immint/contracts';
import { createCallContext, ProviderError } from '@immint/providers';
import { Secret } from '@immint/secrets';
import type { Call } from '../context.ts';
import { contextOf } from '../users/user-call.ts';
import type { ConnectedApp } from './app-connections.ts';

const PROBE_TIMEOUT_MS = 3_000;
const MADE_UP_SECRET_BYTES = 16;

/**
 * Where the app's data centre does not know the App Key, asks the provider's other data centres, all at once, whether they
 * do. They are asked with a secret made up for the purpose: which one knows the key shows in which of the two it refuses,
 * and no place is shown the app's own secret but the one for which it was entered.
 */
export async function findRegion(call: Call, app: ConnectedApp, error: ProviderError | undefined): Promise<Finding[]> {
  const { record, entry } = app;
  if (error?.blames !== 'app-key' || record.dataCenter === undefined) return [];
  const others = Object.entries(call.services.dataCentersOf(entry)).filter(([name]) => name !== record.dataCenter);
  const timeoutMs = Math.min(PROBE_TIMEOUT_MS, contextOf(call, 'background').timeoutMs);
  const known = await Promise.all(others.map(([, place]) => knowsAppKey(call, app, place, timeoutMs)));
  const names = others.flatMap(([name], index) => (known[index] === true ? [name] : []));
  if (names.length === 0) return [];
  return [
    {
      severity: 'error',
      code: 'REGION_WRONG',
      message:
        `${entry.displayName} does not know this App Key at ${record.dataCenter}, but at ${names.join(' and ')}: ` +
        `\`immint app update ${record.name} --data-center ${names[0]}\`.`,
    },
  ];
}

async function knowsAppKey(
  { services }: Call,
  app: ConnectedApp,
  place: DataCenter,
  timeoutMs: number,
): Promise<boolean> {
  const { backupBaseUrl: _backup, dataCenter: _dataCenter, ...record } = app.record;
  const secret = Secret.of(Buffer.from(services.randomBytes(MADE_UP_SECRET_BYTES)).toString('hex'));
  const probe = services.openProbe({ ...app, record: { ...record, baseUrl: place.baseUrl } }, secret);
  try {
    await probe.checkCredentials(createCallContext(timeoutMs, { ...services, urgency: 'background' }));
    return true;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return error.kind === 'credentials-refused' && error.blames !== undefined && error.blames !== 'app-key';
  } finally {
    await probe.close();
  }
}
