import { ProviderError } from './provider-error.ts';

/**
 * Waits for a promise no longer than a caller's own deadline; what it stands for goes on.
 * @throws ProviderError timed-out, which was certainly not executed
 */
export const untilAborted = <Value>(shared: Promise<Value>, signal: AbortSignal): Promise<Value> =>
  new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new ProviderError('timed-out', { mayHaveExecuted: false }));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
