import type { CutOverResult, SecretRotation } from '@immint/contracts';
import { renderInstant } from '../../instant.ts';

/** What became of a cut-over, in words that go behind its instant. Total. */
const RESULT_IN_WORDS = {
  done: 'done: the new secret is in force',
  'new-secret-refused': 'undone: the provider refused the new secret and took the old one',
  'no-secret-taken': 'undone: the provider took neither the new secret nor the old one',
  overruled: 'overruled: another account, place or secret was entered',
} as const satisfies Record<CutOverResult, string>;

/** How the change of a secret stands, a line for each thing that there is to say. */
export function renderRotation({
  stagedAtMs,
  cuttingOver,
  lastCutOver,
  tokensOfEarlierSecrets,
}: SecretRotation): (readonly [string, string])[] {
  const lines: (readonly [string, string])[] = [];
  if (cuttingOver !== null) {
    const { sinceMs, attempts, lastFailure } = cuttingOver;
    const trouble = lastFailure === null ? '' : `, ${lastFailure}`;
    lines.push(['cutting over', `since ${renderInstant(sinceMs)}, attempt ${attempts}${trouble}`]);
  } else if (stagedAtMs !== null) {
    lines.push(['next secret', `staged ${renderInstant(stagedAtMs)}`]);
  }
  if (lastCutOver !== null) {
    lines.push(['last cut-over', `${renderInstant(lastCutOver.endedAtMs)}, ${RESULT_IN_WORDS[lastCutOver.result]}`]);
  }
  if (tokensOfEarlierSecrets > 0) {
    lines.push(['ended tokens', `${tokensOfEarlierSecrets} of an earlier secret, issued anew as their users ask`]);
  }
  return lines;
}
