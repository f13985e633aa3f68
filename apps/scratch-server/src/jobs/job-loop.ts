import type { NamedJob } from '@immint/db';
import type { Services } from '../services.ts';
import { tellAll } from './tell-all.ts';
import { workOnJob } from './work-on-job.ts';

const INTERVAL_MS = 1_000;

/** As many calls under way fill the highest documented rate even where an answer takes a third of a second. */
const ITEMS_PER_JOB = 64;

/** All jobs of this server together. */
const ITEMS_PER_SERVER = 256;
const FEWEST_ITEMS_PER_JOB = 4;

/** Works on the jobs of all apps, beside other servers, until it is stopped. */
export interface JobLoop {
  start(): void;
  /** Begins nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

export function createJobLoop(services: Services, intervalMs = INTERVAL_MS): JobLoop {
  const worker = Buffer.from(services.randomBytes(9)).toString('base64url');
  const runs = new Map<number, Promise<void>>();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let look: Promise<void> = Promise.resolve();

  const concurrency = () =>
    Math.max(FEWEST_ITEMS_PER_JOB, Math.min(ITEMS_PER_JOB, Math.floor(ITEMS_PER_SERVER / Math.max(1, runs.size))));

  const work = (job: NamedJob): Promise<void> =>
    job.kind === 'revoke-all'
      ? tellAll(services, job, stopping.signal)
      : workOnJob(services, job, { worker, concurrency, stopping: stopping.signal });

  function begin(job: NamedJob): void {
    if (runs.has(job.id) || stopping.signal.aborted) return;
    const run = work(job)
      .catch((error: unknown) => services.log.error('job.failed', { job: job.id }, error))
      .finally(() => runs.delete(job.id));
    runs.set(job.id, run);
  }

  async function lookForJobs(): Promise<void> {
    for (const job of await services.jobs.running()) begin(job);
  }

  function schedule(): void {
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      look = lookForJobs()
        .catch((error: unknown) => services.log.warn('jobs.not-looked-for', {}, error))
        .then(schedule);
    }, intervalMs);
    timer.unref();
  }

  return {
    start: schedule,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await look;
      await Promise.all(runs.values());
    },
  };
}
