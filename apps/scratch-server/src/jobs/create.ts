import type { CreateJobInput, JobView } from '@immint/contracts';
import { describeApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { toJobView } from './job-view.ts';

/** Makes a bulk job that takes items and does nothing yet. */
export async function createJob(
  { services, caller, requestId }: Call,
  { app: name, cap }: CreateJobInput,
): Promise<JobView> {
  const app = await describeApp(services, name);
  const audit = { actor: caller.keyId, action: 'job.create', requestId };
  const job = await services.jobs.create({ appId: app.record.id, kind: 'bulk', cap }, audit);
  if (job === undefined) throw new DomainError('APP_UNKNOWN');
  await services.database.flush();
  return toJobView({ ...job, app: app.record.name }, app);
}
