import { DatabaseError } from '@immint/db';
import { ProviderError } from '@immint/providers';
import { DomainError } from '../domain-error.ts';
import type { Services } from '../services.ts';
import { describe, describeApp } from './app-connections.ts';
import type { DescribedApp } from './app-connections.ts';
import { cutOverInProgress } from './cut-over-in-progress.ts';

/**
 * Waits until no cut-over of the app is in progress, and gives the app as it is then; at once if there is none. Refuses with
 * `CUT_OVER_IN_PROGRESS` at `deadlineMs` (monotonic milliseconds).
 */
export async function awaitCutOver(
  { cutOverWatch, monotonicMs }: Pick<Services, 'cutOverWatch' | 'monotonicMs'>,
  described: DescribedApp,
  deadlineMs: number,
): Promise<DescribedApp> {
  let app = described;
  while (app.record.cuttingOverSinceMs !== undefined) {
    if (monotonicMs() >= deadlineMs) throw cutOverInProgress();
    const record = await cutOverWatch.next(app.record.name);
    if (record === undefined || record.id !== app.record.id) throw new DomainError('APP_UNKNOWN');
    app = describe(record);
  }
  return app;
}

/**
 * Whether this is how work ends whose secret was changed under it, or is being changed: it is no answer, and counts
 * against nobody.
 */
export async function isOfMovedSecret(
  { apps }: Pick<Services, 'apps'>,
  { record: { id, name, updatedAtMs } }: DescribedApp,
  error: unknown,
): Promise<boolean> {
  if (!maybeOfMovedSecret(error)) return false;
  // Where that cannot be looked up, what went wrong first is what is told.
  const record = await apps.find(name).catch(() => undefined);
  if (record === undefined || record.id !== id) return false;
  return record.cuttingOverSinceMs !== undefined || record.updatedAtMs !== updatedAtMs;
}

/** A secret that is refused, or an app that was seen to have changed. */
function maybeOfMovedSecret(error: unknown): boolean {
  if (error instanceof ProviderError) return error.kind === 'credentials-refused' || error.kind === 'app-paused';
  if (error instanceof DomainError) return error.reason === 'CHANGED_MEANWHILE';
  return error instanceof DatabaseError && error.code === 'ROW_CHANGED';
}

/**
 * Does work that shows the app's secret, and does it again with the app as it has become where it was refused because the
 * secret was changed under it. Waits out a cut-over that ends tokens before it begins, and any before it begins again,
 * until `deadlineMs` (monotonic milliseconds).
 */
export async function followSecret<Result>(
  services: Services,
  described: DescribedApp,
  deadlineMs: number,
  work: (app: DescribedApp) => Promise<Result>,
): Promise<Result> {
  const { entry, settings } = described;
  const mayBringDeadToken = entry.capabilities(settings).secretRefreshKillsTokens;
  let app = mayBringDeadToken ? await awaitCutOver(services, described, deadlineMs) : described;
  for (;;) {
    try {
      return await work(app);
    } catch (error) {
      if (!(await isOfMovedSecret(services, app, error))) throw error;
      services.log.info('secret.moved', { app: app.record.name });
      app = await awaitCutOver(services, await describeApp(services, app.record.name), deadlineMs);
    }
  }
}
