import type { JobItemPage, JobPage, JobView, ListJobItemsInput, ListJobsInput, NameJobInput } from '@immint/contracts';
import { describeApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { findJob } from './find-job.ts';
import { toJobItem, toJobView } from './job-view.ts';

/** A job, and how far it is. */
export async function showJob({ services }: Pick<Call, 'services'>, { job: id }: NameJobInput): Promise<JobView> {
  const { job, app } = await findJob(services, id);
  return toJobView(job, app);
}

/** Jobs, the latest first; those of removed apps are not shown. */
export async function listJobs({ services }: Call, { app: name, cursor, limit }: ListJobsInput): Promise<JobPage> {
  const only = name === undefined ? undefined : await describeApp(services, name);
  const jobs = await services.jobs.list({
    before: cursor,
    limit,
    ...(only === undefined ? {} : { appId: only.record.id }),
  });
  const names = new Set(jobs.flatMap(({ app }) => (app === null ? [] : [app])));
  const apps = new Map<string, DescribedApp>();
  for (const each of names) apps.set(each, await describeApp(services, each));
  const views = jobs.flatMap((job) => {
    const app = job.app === null ? undefined : apps.get(job.app);
    return app === undefined ? [] : [toJobView(job, app)];
  });
  return { jobs: views, nextCursor: jobs.length < limit ? null : (jobs.at(-1)?.id ?? null) };
}

/** What became of the users of a job. */
export async function listJobItems(
  { services }: Call,
  { job: id, state, cursor, limit }: ListJobItemsInput,
): Promise<JobItemPage> {
  await findJob(services, id);
  const items = await services.jobs.items(id, { state, after: cursor, limit });
  return {
    items: items.map((item) => toJobItem(item)),
    nextCursor: items.length < limit ? null : (items.at(-1)?.number ?? null),
  };
}
