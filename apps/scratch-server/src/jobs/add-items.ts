import type { AddedJobItems, AddJobItemsInput, JobState } from '@immint/contracts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { findJob } from './find-job.ts';
import { toJobItem } from './job-view.ts';
import { judgeItems } from './judge-items.ts';

/** Adds users to a job that has not been started. What is sent again is not added again. */
export async function addJobItems({ services }: Call, { job: id, items }: AddJobItemsInput): Promise<AddedJobItems> {
  const { job, app } = await findJob(services, id);
  if (job.kind !== 'bulk') {
    throw new DomainError('JOB_STATE_REFUSED', { sentence: 'The items of this job are made by itself.' });
  }
  const added = await services.jobs.addItems(id, judgeItems(app, items));
  if (added.outcome === 'unknown-job') throw new DomainError('JOB_UNKNOWN');
  if (added.outcome === 'differing') throw new DomainError('JOB_ITEMS_DIFFER');
  if (added.outcome === 'wrong-state') throw refusalIn(added.state);
  return { job: id, items: added.items, refused: added.refused.map((item) => toJobItem(item)) };
}

function refusalIn(state: JobState): DomainError {
  return new DomainError('JOB_STATE_REFUSED', {
    sentence: `The job is ${state}, so it takes no more users: make another job for them.`,
  });
}
