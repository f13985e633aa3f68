import type { NameJobInput, JobView, ResumeJobInput } from '@immint/contracts';
import type { JobChange } from '@immint/db';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { findJob } from './find-job.ts';
import { toJobView } from './job-view.ts';

/** Lets a job begin with the users that it has. */
export const startJob = (call: Call, { job }: NameJobInput): Promise<JobView> =>
  changeJob(call, job, 'job.start', { to: 'running', from: 'filling' });

/** Holds a job up; what is under way is brought to its end. */
export const pauseJob = (call: Call, { job }: NameJobInput): Promise<JobView> =>
  changeJob(call, job, 'job.pause', { to: 'paused', because: 'ASKED' });

/** Lets a paused job go on where it was. */
export const resumeJob = (call: Call, { job, cap }: ResumeJobInput): Promise<JobView> =>
  changeJob(call, job, 'job.resume', { to: 'running', from: 'paused', cap });

/** Ends a job for good; what is under way is brought to its end, and what was issued stays. */
export const cancelJob = (call: Call, { job }: NameJobInput): Promise<JobView> =>
  changeJob(call, job, 'job.cancel', { to: 'cancelled' });

async function changeJob(
  { services, caller, requestId }: Call,
  id: number,
  action: string,
  change: JobChange,
): Promise<JobView> {
  const { job, app } = await findJob(services, id);
  if (change.to === 'running' && job.items === 0) {
    throw new DomainError('JOB_STATE_REFUSED', { sentence: 'The job has no users yet: add them first.' });
  }
  const changed = await services.jobs.change(id, change, { actor: caller.keyId, action, requestId });
  if (changed === undefined) {
    throw new DomainError('JOB_STATE_REFUSED', {
      sentence: `The job is ${job.state}, and cannot be ${WORDS[change.to]} from there.`,
    });
  }
  await services.database.flush();
  return toJobView({ ...changed, app: app.record.name }, app);
}

const WORDS = { running: 'set going', paused: 'paused', cancelled: 'cancelled' } as const satisfies Record<
  JobChange['to'],
  string
>;
