import type { CreateKeyInput, CreatedKey } from '@immint/contracts';
import { describeApp } from '../apps/app-connections.ts';
import type { Services } from '../services.ts';
import { makeApiKey } from './api-key.ts';
import { viewKey } from './key-view.ts';

/** What making a key takes; no provider and no caller is needed, so it also works next to a stopped server. */
export type KeyMaker = Pick<Services, 'apps' | 'keys' | 'keyRing' | 'database' | 'environment' | 'randomBytes'>;

/** Makes an API key and shows it this once; only a hash of its secret is kept. */
export async function createKey(
  services: KeyMaker,
  by: { readonly actor: string; readonly requestId?: string },
  input: CreateKeyInput,
): Promise<CreatedKey> {
  const named = input.kind === 'token' ? input.apps : [];
  const apps = await Promise.all([...new Set(named)].map((name) => describeApp(services, name)));
  const { id, secret, text } = makeApiKey(services.environment, services.randomBytes);
  const record = await services.keys.create(
    {
      id,
      kind: input.kind,
      label: input.label,
      appIds: apps.map((app) => app.record.id),
      secretHash: services.keyRing.hashApiKey(secret),
      lastFour: text.reveal().slice(-4),
    },
    { ...by, action: 'key.create' },
  );
  await services.database.flush();
  return { ...viewKey(record), key: text.reveal() };
}
