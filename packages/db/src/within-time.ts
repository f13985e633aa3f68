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
  const timer = setTimeout(() => {
    givenUp = true;
    reject(new DatabaseError('DATABASE_TIMEOUT'));
  }, timeoutMs);
  try {
    return await Promise.race([work(() => givenUp), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
