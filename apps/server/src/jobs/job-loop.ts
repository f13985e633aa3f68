import type { NamedJob } from '@immint/db';
import { createRounds } from '../rounds.ts';
import type { Rounds } from '../rounds.ts';
import type { Services } from '../services.ts';
import { tellAll } from './tell-all.ts';
import { workOnJob } from './work-on-job.ts';

const INTERVAL_MS = 1_000;

/** As many calls under way fill the highest documented rate even where an answer takes a third of a second. */
const ITEMS_PER_JOB = 64;

/** All jobs of this server together. */
const ITEMS_PER_SERVER = 256;
const FEWEST_ITEMS_PER_JOB = 4;

/** Works on the jobs of all apps, beside other servers. Stopped, it begins nothing more and waits for what is under way. */
export function createJobLoop(services: Services, intervalMs = INTERVAL_MS): Rounds {
  const worker = Buffer.from(services.randomBytes(9)).toString('base64url');
  const runs = new Map<number, Promise<void>>();

  const concurrency = () =>
    Math.max(FEWEST_ITEMS_PER_JOB, Math.min(ITEMS_PER_JOB, Math.floor(ITEMS_PER_SERVER / Math.max(1, runs.size))));

  const work = (job: NamedJob, stopping: AbortSignal): Promise<void> =>
    job.kind === 'revoke-all'
      ? tellAll(services, job, stopping)
      : workOnJob(services, job, { worker, concurrency, stopping });

  function begin(job: NamedJob, stopping: AbortSignal): void {
    if (runs.has(job.id) || stopping.aborted) return;
    const run = work(job, stopping)
      .catch((error: unknown) => services.log.error('job.failed', { job: job.id }, error))
      .finally(() => runs.delete(job.id));
    runs.set(job.id, run);
  }

  const rounds = createRounds(
    intervalMs,
    async (stopping) => {
      for (const job of await services.jobs.running()) begin(job, stopping);
    },
    (error) => services.log.warn('jobs.not-looked-for', {}, error),
  );
  return {
    start: () => rounds.start(),
    async stop() {
      await rounds.stop();
      await Promise.all(runs.values());
    },
  };
}
