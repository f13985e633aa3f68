import type { NameAppInput, ShownApp } from '@immint/contracts';
import type { Call } from '../context.ts';
import { viewCondition } from './app-condition.ts';
import { describeApp } from './app-connections.ts';
import { viewApp } from './app-view.ts';

/** One app, and how it is doing now. */
export async function showApp({ services }: Call, input: NameAppInput): Promise<ShownApp> {
  const app = await describeApp(services, input.app);
  const [view, condition] = await Promise.all([viewApp(services, app.record), viewCondition(services, app)]);
  return { ...view, condition };
}
