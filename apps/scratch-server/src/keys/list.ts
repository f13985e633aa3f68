import type { KeyView } from '@immint/contracts';
import type { Call } from '../context.ts';
import { viewKey } from './key-view.ts';

/** All API keys, revoked ones too, the newest first. */
export async function listKeys({ services }: Call): Promise<KeyView[]> {
  return (await services.keys.list()).map((record) => viewKey(record));
}
