import type { JobView, NameJobInput } from '@immint/contracts';
import type { WatchCall } from '../context.ts';
import { authenticate } from '../keys/authenticate.ts';
import { showJob } from './show.ts';

/** How often there can be news. */
const INTERVAL_MS = 250;

/** How often it is looked whether the key may still be used. */
const TRUST_MS = 1_000;

/**
 * A job as it is, and again whenever it has changed, at most four times a second; until it is over, nobody listens any
 * more, the server stops, or the time of the call is over. Whoever wants more asks again.
 */
export async function* watchJob(
  call: WatchCall,
  input: NameJobInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<JobView> {
  const { services, deadlineMs, stopping } = call;
  const ended = signal === undefined ? stopping : AbortSignal.any([signal, stopping]);
  let seen = '';
  let trustedAtMs = services.monotonicMs();
  while (!ended.aborted && services.monotonicMs() < deadlineMs) {
    const view = await showJob(call, input);
    const text = JSON.stringify(view);
    if (text !== seen) yield view;
    seen = text;
    if (view.state === 'done' || view.state === 'cancelled') return;
    await services.sleep(INTERVAL_MS);
    if (services.monotonicMs() - trustedAtMs < TRUST_MS) continue;
    await authenticate(services, call.authorization);
    trustedAtMs = services.monotonicMs();
  }
}
