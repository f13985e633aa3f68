import type { NamedJob } from '@immint/db';
import { describeApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import { DomainError } from '../domain-error.ts';
import type { Services } from '../services.ts';

/** A job and its app. `JOB_UNKNOWN` if there is none, `APP_UNKNOWN` if its app was removed. */
export async function findJob(
  services: Services,
  id: number,
): Promise<{ readonly job: NamedJob; readonly app: DescribedApp }> {
  const job = await services.jobs.find(id);
  if (job === undefined) throw new DomainError('JOB_UNKNOWN');
  if (job.app === null) throw new DomainError('APP_UNKNOWN');
  return { job, app: await describeApp(services, job.app) };
}
