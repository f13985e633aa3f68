import type { FindingSeverity } from '@immint/contracts';
import type { ExitCode } from '../../exit-code.ts';

/** One thing that was looked at; `message` says how it is, and what to do if it should be otherwise. */
export interface Diagnosis {
  /** What was looked at: `server`, `key`, `app easemob-demo`. */
  readonly subject: string;
  readonly severity: 'ok' | FindingSeverity;
  readonly code: string;
  readonly message: string;
  /** What the program ends with if this is the first error. */
  readonly exitCode?: ExitCode;
}
