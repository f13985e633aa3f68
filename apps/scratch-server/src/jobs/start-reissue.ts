import type { JobRecord } from '@immint/db';
import type { DescribedApp } from '../apps/app-connections.ts';
import { DomainError } from '../domain-error.ts';
import type { Services } from '../services.ts';

/** Whoever has not been here for longer is served when they come. */
const SEEN_WITHIN_DAYS = 30;

/**
 * Issues anew, inside the pace and behind logins, for the users whose stored token a refreshed secret ended and who were
 * seen of late: a job that every server works on from now on.
 */
export async function startReissue(
  { jobs, database, log }: Pick<Services, 'jobs' | 'database' | 'log'>,
  { record }: DescribedApp,
  by: { readonly actor: string; readonly requestId?: string },
  { seenWithinDays = SEEN_WITHIN_DAYS }: { readonly seenWithinDays?: number } = {},
): Promise<JobRecord> {
  const job = await jobs.createReissue({ appId: record.id, seenWithinDays }, { ...by, action: 'job.reissue' });
  if (job === undefined) throw new DomainError('APP_UNKNOWN');
  await database.flush();
  log.info('job.started', { job: job.id, kind: job.kind, app: record.name, seenWithinDays });
  return job;
}
