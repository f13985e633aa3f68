import type { AppRecord } from '@immint/db';
import { DomainError } from '../domain-error.ts';

const RETRY_AFTER_MS = 1_000;

/** The refusal of whatever must not happen while it is open which secret of the app is in force. */
export function cutOverInProgress(): DomainError {
  return new DomainError('CUT_OVER_IN_PROGRESS', { retryAfterMs: RETRY_AFTER_MS });
}

/** Refuses with `CUT_OVER_IN_PROGRESS` if the app’s secret is being changed over. */
export function refuseCuttingOver({ cuttingOverSinceMs }: Pick<AppRecord, 'cuttingOverSinceMs'>): void {
  if (cuttingOverSinceMs !== undefined) throw cutOverInProgress();
}
