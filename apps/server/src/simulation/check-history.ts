import { checkAcknowledged } from './check-acknowledged.ts';
import { checkCalls } from './check-calls.ts';
import { checkFailures } from './check-failures.ts';
import { checkOrphans } from './check-orphans.ts';
import { checkServed } from './check-served.ts';
import { checkWaiting } from './check-waiting.ts';
import { checkWrites } from './check-writes.ts';
import type { LivedHistory } from './run-history.ts';

/** A rule that a history broke, and where. */
export interface Violation {
  readonly rule: string;
  readonly says: string;
  /** The place in the history at which it shows. */
  readonly at: number;
}

/**
 * Holds a history against what is promised. The rules know what happened and not how it came about: nothing here calls the
 * protocol, nor trusts what it says of itself.
 */
export function checkHistory(history: LivedHistory): Violation[] {
  return [checkWrites, checkAcknowledged, checkServed, checkCalls, checkFailures, checkOrphans, checkWaiting].flatMap(
    (check) => check(history),
  );
}
