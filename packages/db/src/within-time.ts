import { DatabaseError } from './database-error.ts';

/** A standstill of this process, however long, uses up one of so many parts of the time, and not all of it. */
const PARTS = 4;

/**
 * Waits for work on the database, but not longer than `timeoutMs`: `DATABASE_TIMEOUT` then. What was given up cannot be
 * stopped; `isGivenUp` lets it find out, and how it ends later is nobody's concern. A process that stood still has read no
 * answers meanwhile, so that time hardly counts: it finds its timers over before it has read what is there.
 */
export async function withinTime<Result>(
  timeoutMs: number,
  work: (isGivenUp: () => boolean) => Promise<Result>,
): Promise<Result> {
  let givenUp = false;
  let timer: NodeJS.Timeout | undefined;
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const wait = (parts: number): void => {
    if (parts > 0) {
      timer = setTimeout(wait, timeoutMs / PARTS, parts - 1);
      return;
    }
    givenUp = true;
    reject(new DatabaseError('DATABASE_TIMEOUT'));
  };
  wait(PARTS);
  try {
    return await Promise.race([work(() => givenUp), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
