import type { AppView } from '@immint/contracts';
import type { Call } from '../context.ts';
import { viewApp } from './app-view.ts';

/** All apps, in the order of their names. */
export async function listApps({ services }: Call): Promise<AppView[]> {
  const records = await services.apps.list();
  return Promise.all(records.map((record) => viewApp(services, record)));
}
