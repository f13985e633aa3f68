import type { AppView, NameAppInput } from '@immint/contracts';
import type { Call } from '../context.ts';
import { describeApp } from './app-connections.ts';
import { viewApp } from './app-view.ts';

/** One app. */
export async function showApp({ services }: Call, input: NameAppInput): Promise<AppView> {
  const { record } = await describeApp(services, input.app);
  return viewApp(services, record);
}
