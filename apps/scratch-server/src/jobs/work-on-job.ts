import type { ClaimedItem, ItemResult, NamedJob } from '@immint/db';
import { describeApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Services } from '../services.ts';
import type { ItemFate } from './fate-of-item.ts';
import { fateOfFailure } from './fate-of-item.ts';
import { issueAhead } from './issue-ahead.ts';

/** How often items are taken and begun, where nothing else makes it happen sooner. */
const TURN_MS = 100;

/** How often results are written down: several hundred items a second cost four small transactions. */
const FLUSH_MS = 250;

/** Far below the time for which items are taken. */
const RENEW_MS = 2_000;

/** No back-off of the whole job is longer: logins may have left room again. */
const LONGEST_REST_MS = 5_000;

/** How one server works on a job. */
interface WorkOptions {
  /** Names this server among those that take items. */
  readonly worker: string;
  /** How many items may be under way at the moment. */
  readonly concurrency: () => number;
  /** Begin nothing more. */
  readonly stopping: AbortSignal;
}

/**
 * Works on a job until nothing of it can be taken any more, it is no longer running, or this server stops; then gives back
 * what it has not begun, and waits for what is under way. A server that dies instead leaves items whose time runs out.
 */
export async function workOnJob(services: Services, job: NamedJob, options: WorkOptions): Promise<void> {
  const { jobs, monotonicMs, log } = services;
  const { worker, stopping } = options;
  const ready: ClaimedItem[] = [];
  const underWay = new Set<number>();
  let results: ItemResult[] = [];
  let pause: string | undefined;
  let app: DescribedApp | undefined;
  let isOpen = true;
  let restUntilMs = -Infinity;
  let flushedAtMs = monotonicMs();
  let renewedAtMs = monotonicMs();

  const mayBegin = () => isOpen && !stopping.aborted && monotonicMs() >= restUntilMs;

  function begin(): void {
    const places = mayBegin() && app !== undefined ? options.concurrency() - underWay.size : 0;
    for (const item of ready.splice(0, Math.max(0, places))) {
      underWay.add(item.number);
      if (app !== undefined) void issueAhead(services, job, app, item).then(end);
    }
  }

  function end({ result, pause: because, restMs }: ItemFate): void {
    underWay.delete(result.number);
    results.push(result);
    if (because !== undefined) {
      pause ??= because;
      isOpen = false;
    }
    if (restMs !== undefined) {
      restUntilMs = Math.max(restUntilMs, monotonicMs() + Math.min(restMs, LONGEST_REST_MS));
    }
    begin();
  }

  /** Gives whether there was something to take. */
  async function take(): Promise<boolean> {
    const claimed = await jobs.claim(job.id, worker, options.concurrency());
    if (claimed.length === 0) return false;
    try {
      // As it is now: what was changed since the last items were taken holds for these.
      app = await describeApp(services, job.app ?? '');
    } catch (error) {
      for (const item of claimed) end(fateOfFailure(item, error, 1));
      return true;
    }
    ready.push(...claimed);
    return true;
  }

  /** What cannot be written down now is written down later; if somebody did the items over, it is no news then. */
  async function flush(): Promise<void> {
    const [batch, because] = [results, pause];
    results = [];
    flushedAtMs = monotonicMs();
    try {
      const settled = await jobs.settle(job.id, worker, batch, because);
      if (settled.state !== 'running') isOpen = false;
      if (because !== undefined) log.warn('job.paused', { job: job.id, reason: because });
      if (settled.state === 'done') log.info('job.done', { job: job.id, ...settled.counts });
    } catch (error) {
      results = [...batch, ...results];
      throw error;
    }
  }

  async function turn(): Promise<void> {
    if (!isOpen || stopping.aborted) {
      const unbegun = ready.splice(0).map(({ number }) => number);
      await jobs.release(job.id, worker, unbegun);
    }
    const nowMs = monotonicMs();
    if (nowMs - renewedAtMs >= RENEW_MS) {
      renewedAtMs = nowMs;
      await jobs.renew(job.id, worker, [...underWay, ...ready.map(({ number }) => number)]);
    }
    const isLast = underWay.size === 0 && ready.length === 0;
    const hasNews = results.length > 0 || pause !== undefined;
    if (hasNews && (isLast || !isOpen || nowMs - flushedAtMs >= FLUSH_MS)) await flush();
  }

  for (;;) {
    try {
      await turn();
      const hasTaken = mayBegin() && ready.length < options.concurrency() / 2 && (await take());
      begin();
      if (!hasTaken && ready.length === 0 && underWay.size === 0 && results.length === 0) return;
    } catch (error) {
      log.warn('job.turn-failed', { job: job.id }, error);
      if (stopping.aborted && underWay.size === 0) return;
    }
    await services.sleep(TURN_MS);
  }
}
