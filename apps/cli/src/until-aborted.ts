import { once } from 'node:events';

/** Waits until a signal is aborted, also if it already is. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
