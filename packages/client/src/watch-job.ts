import type { JobView } from '@immint/contracts';
import { ApiError, ServerUnreachableError, toClientError } from './client-error.ts';
import type { ImmintClient } from './client.ts';

/** How long a server may be away before it is given up, and how often it is looked for; milliseconds. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 1_000;

/**
 * A job as it is, and again whenever it changes, until it is done, cancelled or paused. A connection that ends is made anew,
 * to whichever server answers; one that is away for 30 seconds ends it with the `ClientError` of the last try.
 */
export async function* watchJob(
  client: ImmintClient,
  job: number,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<JobView, void> {
  const { signal = new AbortController().signal } = options;
  const isStopped = () => signal.aborted;
  while (!isStopped()) {
    try {
      for await (const view of client.job.watch.subscribe({ job }, { signal })) {
        yield view;
        if (isAtRest(view)) return;
      }
    } catch (error) {
      if (!isPassing(error)) throw toClientError(error);
    }
    if (isStopped()) return;
    const view = await showPatiently(client, job);
    yield view;
    if (isAtRest(view)) return;
  }
}

function isAtRest({ state }: JobView): boolean {
  return state === 'done' || state === 'cancelled' || state === 'paused';
}

const PASSING: ReadonlySet<ApiError['reason']> = new Set(['SHUTTING_DOWN', 'DATABASE_UNAVAILABLE']);

function isPassing(thrown: unknown): boolean {
  const error = toClientError(thrown);
  return error instanceof ServerUnreachableError || (error instanceof ApiError && PASSING.has(error.reason));
}

async function showPatiently(client: ImmintClient, job: number): Promise<JobView> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await client.job.show.query({ job });
    } catch (error) {
      if (!isPassing(error) || performance.now() > untilMs) throw error;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_MS);
    });
  }
}
