import type { Reason, UserOutcome } from '@immint/contracts';
import { EXIT, EXIT_CODE_BY_REASON } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Paint } from '../../paint.ts';
import { renderTable } from '../../table.ts';

/** A row for each user: what became of it, in one word, with what `more` adds, and why it was not done. */
export function renderOutcomes<Outcome extends UserOutcome>(
  paint: Paint,
  outcomes: readonly Outcome[],
  more: { readonly heading: string; readonly cell: (outcome: Outcome) => string },
): string {
  return renderTable(
    paint,
    ['USER', more.heading, 'WHY NOT'],
    outcomes.map((outcome) => [
      outcome.userId,
      outcome.done ? more.cell(outcome) : (outcome.reason ?? 'not done'),
      outcome.message ?? '',
    ]),
  );
}

/**
 * 0 if it was done for all, 1 if not; but where one thing kept it from all of them, the exit code of that: a provider that
 * cannot be reached is not an answer that is no.
 */
export function exitCodeOf(outcomes: readonly { readonly done: boolean; readonly reason: Reason | null }[]): ExitCode {
  if (outcomes.every(({ done }) => done)) return EXIT.done;
  const reasons = new Set(outcomes.map(({ reason }) => reason));
  const [only] = reasons;
  return reasons.size === 1 && only !== null && only !== undefined ? EXIT_CODE_BY_REASON[only] : EXIT.no;
}
