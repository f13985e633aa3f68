import type { NamedJob } from '@immint/db';
import { createCallContext } from '@immint/providers';
import { connectApp, describeApp } from '../apps/app-connections.ts';
import type { Services } from '../services.ts';
import { fixInstant } from '../tokens/provider-clock.ts';

/** How often the next users are written down, and it is counted of whom the provider was told. */
const TURN_MS = 500;

const CLOCK_TIMEOUT_MS = 10_000;

/**
 * Works on the job of a revoke of all users: writes down of whom the provider is to be told, while others tell it (the loop of
 * revokes), until all are told, the job is not running any more, or this server stops. Where the provider's clock was not known
 * when the revoke was accepted, its instant is fixed first.
 */
export async function tellAll(services: Services, { id, app: name }: NamedJob, stopping: AbortSignal): Promise<void> {
  const { jobs, log } = services;
  while (!stopping.aborted) {
    const job = (await hasInstant(services, id, name ?? '')) ? await jobs.advanceRevocationOfAll(id) : undefined;
    if (job?.state === 'done') log.info('job.done', { job: id, told: job.counts.told, failed: job.counts.failed });
    if (job?.state !== 'running') return;
    await services.sleep(TURN_MS);
  }
}

/** Whether the instant of the job is known, or there is none to be known. */
async function hasInstant(services: Services, id: number, name: string): Promise<boolean> {
  const job = await services.jobs.find(id);
  if (job === undefined || job.state !== 'running') return false;
  if (job.revokedBeforeMs !== null) return true;
  const app = await connectApp(services, await describeApp(services, name));
  if (app.chat.revocation?.takesInstant !== true) return true;
  try {
    const context = createCallContext(CLOCK_TIMEOUT_MS, { ...services, urgency: 'background' });
    await services.revocations.fixInstant(app.record.id, [], await fixInstant(services, app.chat, context));
    return true;
  } catch (error) {
    services.log.warn('job.without-instant', { job: id }, error);
    return false;
  }
}
