import { setTimeout } from 'node:timers/promises';

import type { CallContext } from './call-context.ts';
import { ProviderError } from './provider-error.ts';
import type { ObserveProvider } from './provider-event.ts';
import type { ProviderCall } from './provider-call.ts';
import type { RetryBudget } from './retry-budget.ts';
import { mayRepeat, moreMeaningful, repeatClassOf, waitBefore } from './retry-policy.ts';

/** A repeat that would have less time than this is not begun: it would only be one more call of which nobody knows. */
const LEAST_ATTEMPT_MS = 100;

/** The attempts of one call so far, and whether there is another. */
export interface CallCourse {
  /**
   * Waits until a call that failed may be sent again.
   * @throws ProviderError what the caller is told, if it may not, or not before the deadline; what `beforeRepeat` throws
   */
  waitToRepeat(error: ProviderError, failure: { readonly goesElsewhere: boolean }): Promise<void>;
  /** What the caller is told when no attempt was made any more: what the attempts before showed, or else the reason. */
  endBefore(reason: unknown): unknown;
}

interface CourseParts {
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly budget: RetryBudget;
  readonly observe: ObserveProvider;
}

export const createCallCourse = (
  { group, isIdempotent, isAskedSparingly = false }: Omit<ProviderCall<unknown>, 'read'>,
  context: CallContext,
  { monotonicMs, random, budget, observe }: CourseParts,
): CallCourse => {
  let told: ProviderError | undefined;
  let repeats = 0;
  let conflicts = 0;
  let possibleExecutions = 0;

  return {
    async waitToRepeat(error, { goesElsewhere }) {
      told = moreMeaningful(told, error);
      if (error.mayHaveExecuted) possibleExecutions += 1;
      if (error.kind === 'conflict') conflicts += 1;
      const repeatClass = repeatClassOf(error);
      const so = { isIdempotent, isAskedSparingly, repeats, conflicts, possibleExecutions };
      const isWanted = !context.signal.aborted && context.mayRepeat !== false;
      if (!isWanted || !mayRepeat(repeatClass, so)) throw told;

      const waitMs = waitBefore(error, { repeats, goesElsewhere, random });
      const fits = monotonicMs() + waitMs + LEAST_ATTEMPT_MS <= context.deadlineMs;
      if (!fits) throw told.with({ retryAfterMs: Math.ceil(waitMs) });

      // What was never sent was no load, and the other domain is not the one that ails.
      const isFree = repeatClass === 'never-sent' && goesElsewhere;
      if (!isFree && !budget.take()) {
        observe({ kind: 'repeats-used-up', group: group.name });
        throw told;
      }
      try {
        await setTimeout(waitMs, undefined, { signal: context.signal });
      } catch {
        throw told;
      }
      if (error.mayHaveExecuted) await context.beforeRepeat?.();
      repeats += 1;
      if (error.mayHaveExecuted && !isIdempotent) observe({ kind: 'repeated-after-unknown', group: group.name });
    },

    endBefore(reason) {
      if (told === undefined || !(reason instanceof ProviderError)) return told ?? reason;
      return reason.retryAfterMs === undefined ? told : told.with({ retryAfterMs: reason.retryAfterMs });
    },
  };
};
