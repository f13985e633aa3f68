import type { ProviderError, ProviderErrorKind } from './provider-error.ts';

/**
 * What a failure means for the same call sent again.
 *
 * - `never-sent`: certainly not executed, so it may be sent again.
 * - `sent-unknown`: may have been executed; a call that is not idempotent is repeated once in all.
 * - `transient`: answered, not executed, and may succeed in a moment.
 * - `conflict`: answered, not executed; once more after a second. Source: easemob.md, 409 on concurrent creation.
 * - `final`: thrown at once.
 * - `not-begun`: thrown at once too, since it is ours and says itself when to come back; nothing was sent.
 */
export type RepeatClass = 'never-sent' | 'sent-unknown' | 'transient' | 'conflict' | 'final' | 'not-begun';

interface ClassByExecution {
  readonly certainlyNot: RepeatClass;
  readonly maybe: RepeatClass;
}

const always = (repeatClass: RepeatClass): ClassByExecution => ({ certainlyNot: repeatClass, maybe: repeatClass });
const final = always('final');
const notBegun = always('not-begun');

const CLASS_BY_KIND = {
  unreachable: { certainlyNot: 'never-sent', maybe: 'sent-unknown' },
  'timed-out': { certainlyNot: 'never-sent', maybe: 'sent-unknown' },
  failed: { certainlyNot: 'transient', maybe: 'sent-unknown' },
  'rate-limited': { certainlyNot: 'transient', maybe: 'sent-unknown' },
  conflict: { certainlyNot: 'conflict', maybe: 'sent-unknown' },
  // Refusals: the same call would get the same answer.
  'credentials-refused': final,
  'bad-request': final,
  'user-id-refused': final,
  'user-unknown': final,
  'user-exists': final,
  'user-banned': final,
  'password-refused': final,
  'user-limit-reached': final,
  'app-unavailable': final,
  'unknown-code': final,
  'broke-contract': final,
  'address-refused': final,
  'asked-too-often': notBegun,
  'held-back': notBegun,
  'circuit-open': notBegun,
  'app-paused': notBegun,
} as const satisfies Record<ProviderErrorKind, ClassByExecution>;

/** The class of a failure, out of one table by kind and by whether the call may have been executed. */
export const repeatClassOf = ({ kind, retryable, mayHaveExecuted }: ProviderError): RepeatClass => {
  if (!retryable) return 'final';
  return mayHaveExecuted ? CLASS_BY_KIND[kind].maybe : CLASS_BY_KIND[kind].certainlyNot;
};

/** Whether the provider certainly heard nothing of a call that failed. */
export const wasNeverSent = (error: ProviderError): boolean =>
  ['never-sent', 'not-begun'].includes(repeatClassOf(error));

/** Whether it was ours alone that nothing was sent: the pace, a rest, a floor, an address that may not be called. */
export const wasHeldBackHere = (error: ProviderError): boolean =>
  error.kind === 'address-refused' || repeatClassOf(error) === 'not-begun';

/** A call is repeated so often at most, whatever failed. */
const MOST_REPEATS = 2;

/** How many attempts may have been executed of a call for which that matters. */
const MOST_POSSIBLE_EXECUTIONS = 2;

/** What the right to a repeat depends on, besides the failure. */
export interface RepeatCase {
  readonly isIdempotent: boolean;
  /** Whether each arrival counts against a limit of its own, so that only what did not arrive is sent again. */
  readonly isAskedSparingly: boolean;
  readonly repeats: number;
  readonly conflicts: number;
  /** Attempts that may have been executed, the one that just failed included. */
  readonly possibleExecutions: number;
}

/** Whether a call that failed by this class may be sent once more. */
export const mayRepeat = (repeatClass: RepeatClass, so: RepeatCase): boolean => {
  if (repeatClass === 'final' || repeatClass === 'not-begun' || so.repeats >= MOST_REPEATS) return false;
  if (so.isAskedSparingly && repeatClass !== 'never-sent') return false;
  if (repeatClass === 'conflict' && so.conflicts > 1) return false;
  return so.isIdempotent || so.possibleExecutions < MOST_POSSIBLE_EXECUTIONS;
};

const BASE_MS = 100;
const CAP_MS = 2_000;
const CONFLICT_MS = 1_000;

/**
 * How long to wait before the next attempt, in milliseconds: a random part of a time that doubles ("full jitter"), after
 * what the provider asks for. A failure of one domain says nothing about the other, so its `Retry-After` holds only where
 * there is no other.
 */
export const waitBefore = (
  error: ProviderError,
  {
    repeats,
    goesElsewhere,
    random,
  }: { readonly repeats: number; readonly goesElsewhere: boolean; readonly random: () => number },
): number => {
  const jitterMs = random() * Math.min(CAP_MS, BASE_MS * 2 ** repeats);
  const usualMs = error.kind === 'conflict' ? CONFLICT_MS : 0;
  return jitterMs + (goesElsewhere ? 0 : (error.retryAfterMs ?? usualMs));
};

/**
 * The error that tells a caller more: the last, but an answer beats none. Whether any attempt may have been executed is
 * kept, whichever is told.
 */
export const moreMeaningful = (earlier: ProviderError | undefined, last: ProviderError): ProviderError => {
  if (earlier === undefined) return last;
  const told = earlier.httpStatus !== undefined && last.httpStatus === undefined ? earlier : last;
  const mayHaveExecuted = earlier.mayHaveExecuted || last.mayHaveExecuted;
  return told.mayHaveExecuted === mayHaveExecuted ? told : told.with({ mayHaveExecuted });
};
