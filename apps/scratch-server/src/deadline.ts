import { DomainError } from './domain-error.ts';
import { laterByTimer } from './later.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_TIMEOUT_MS = 60_000;

/** Reads `Immint-Timeout-Ms`: whole milliseconds from 1 to 60,000; 10,000 when the header is absent. */
export function parseTimeoutMs(header: string | undefined): number {
  if (header === undefined) return DEFAULT_TIMEOUT_MS;
  const timeoutMs = /^\d{1,5}$/.test(header) ? Number(header) : 0;
  if (timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS) return timeoutMs;
  throw new DomainError('INPUT_INVALID', {
    sentence: `The header Immint-Timeout-Ms must be a whole number from 1 to ${MAX_TIMEOUT_MS}.`,
  });
}

/** Answers with the work, or with `DEADLINE_EXCEEDED` when the time is over first; the work itself goes on. */
export async function withinDeadline<T>(timeoutMs: number, work: Promise<T>, later = laterByTimer): Promise<T> {
  const { promise: deadline, reject } = Promise.withResolvers<never>();
  const takeBack = later(timeoutMs, () => reject(new DomainError('DEADLINE_EXCEEDED')));
  try {
    return await Promise.race([work, deadline]);
  } finally {
    takeBack();
  }
}
