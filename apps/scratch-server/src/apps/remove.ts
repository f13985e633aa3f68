import type { RemoveAppInput, RemovedApp } from '@immint/contracts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { describeApp } from './app-connections.ts';

/** A removed app, with its tokens, is kept sealed this long before it is purged. */
export const KEPT_AFTER_REMOVAL_MS = 7 * 24 * 3_600_000;

/** Removes an app by its name, which has to be given twice. */
export async function removeApp({ services, caller, requestId }: Call, input: RemoveAppInput): Promise<RemovedApp> {
  const { record } = await describeApp(services, input.app);
  if (input.confirm !== record.name) throw new DomainError('APP_REMOVAL_UNCONFIRMED');
  const removed = await services.apps.remove(record.id, { actor: caller.keyId, action: 'app.remove', requestId });
  if (removed === undefined) throw new DomainError('APP_UNKNOWN');
  services.connections.forget(record.id);
  await services.database.flush();
  return { app: record.name, tokens: removed.tokens, keptUntilMs: services.nowMs() + KEPT_AFTER_REMOVAL_MS };
}
