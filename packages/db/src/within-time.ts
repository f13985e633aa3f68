import { DatabaseError } from './database-error.ts';

/**
 * Waits for work on the database, but not longer than `timeoutMs`: `DATABASE_TIMEOUT` then. What was given up cannot be
 * stopped; `isGivenUp` lets it find out, and how it ends later is nobody's concern.
 */
export async function withinTime<Result>(
  timeoutMs: number,
  work: (isGivenUp: () => boolean) => Promise<Result>,
): Promise<Result> {
  let givenUp = false;
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => {
    givenUp = true;
    reject(new DatabaseError('DATABASE_TIMEOUT'));
  };
  let last: NodeJS.Immediate | undefined;
  // A process that stood still finds its timers over before it has read the answers that are there: they are read first.
  const timer = setTimeout(() => {
    last = setImmediate(giveUp);
  }, timeoutMs);
  try {
    return await Promise.race([work(() => givenUp), timeout]);
  } finally {
    clearTimeout(timer);
    clearImmediate(last);
  }
}
