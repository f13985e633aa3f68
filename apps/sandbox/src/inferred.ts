import type { ProviderName } from '@immint/contracts';

import { EASEMOB_INFERRED } from './easemob-inferred.ts';
import { NEXCONN_INFERRED } from './nexconn-inferred.ts';
import { RONGCLOUD_INFERRED } from './rongcloud-inferred.ts';

/** One behaviour of the sandbox that no page, SDK or recorded answer states. */
export interface InferredBehaviour {
  /** Lower case with dashes, unique; begins with the provider. */
  readonly id: string;
  readonly provider: ProviderName;
  /** What the sandbox does. */
  readonly what: string;
  /** What it was concluded from. */
  readonly why: string;
}

/** Everything in the sandbox that is concluded and not documented: a test that depends on it depends on us. */
export const INFERRED: readonly InferredBehaviour[] = [...RONGCLOUD_INFERRED, ...NEXCONN_INFERRED, ...EASEMOB_INFERRED];
