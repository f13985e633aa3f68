import type { ProviderName } from '@immint/contracts';

import { EASEMOB_INFERRED } from './easemob-inferred.ts';

/** One behaviour of the sandbox that no page, SDK or recorded answer states. */
export interface InferredBehaviour {
  /** Lower case with dashes, unique. */
  readonly id: string;
  readonly provider: ProviderName;
  /** What the sandbox does. */
  readonly what: string;
  /** What it was concluded from. */
  readonly why: string;
}

/** Everything in the sandbox that is concluded and not documented: a test that depends on it depends on us. */
export const INFERRED: readonly InferredBehaviour[] = [
  {
    id: 'rongcloud-unknown-app-key-status',
    provider: 'rongcloud',
    what: 'An unknown App Key is answered with HTTP 400.',
    why: 'Its code 1002 and its text are recorded, the status is not; the code table pairs 1002 with 400.',
  },
  {
    id: 'nexconn-unknown-app-key',
    provider: 'nexconn',
    what: 'An unknown App Key is answered with code 1002, the text of RongCloud and HTTP 400.',
    why: 'Nexconn is the same service under new paths; its pages say nothing of it.',
  },
  ...EASEMOB_INFERRED,
];
