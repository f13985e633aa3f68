import { z } from 'zod';
import { AppName } from './app-name.ts';
import { Reason } from './api-error.ts';

/**
 * What a cut-over came to: `done`: the staged secret is in force. `new-secret-refused`: the provider refused it and still
 * takes the old one, so the app goes on with that. `no-secret-taken`: it refused both. `overruled`: another account, place
 * or secret was entered with `app.update` and `dropTokens` before the provider answered.
 */
export const CUT_OVER_RESULTS = ['done', 'new-secret-refused', 'no-secret-taken', 'overruled'] as const;
const CutOverResult = z.enum(CUT_OVER_RESULTS);
export type CutOverResult = z.infer<typeof CutOverResult>;

/** How the change of an app's secret stands. */
export const SecretRotation = z.object({
  /** Since when the next secret waits; null when none does. */
  stagedAtMs: z.int().nullable(),
  /** The cut-over that is in progress; null when none is. */
  cuttingOver: z
    .object({
      sinceMs: z.int(),
      /** How often it was begun or taken up, by whatever server. */
      attempts: z.int().positive(),
      /** Why the last attempt that ended did not settle it. */
      lastFailure: Reason.nullable(),
    })
    .nullable(),
  lastCutOver: z.object({ result: CutOverResult, endedAtMs: z.int() }).nullable(),
  /** Stored tokens that an earlier secret had given and a refresh ended: they are no longer handed out. */
  tokensOfEarlierSecrets: z.int().nonnegative(),
});
export type SecretRotation = z.infer<typeof SecretRotation>;

/** Output of `app.cutOverSecret`: the staged secret is in force. */
export const CutOver = z.object({
  app: AppName,
  secretEpoch: z.int().positive(),
  /** Whether the provider ended the tokens that the old secret had given. */
  endsTokens: z.boolean(),
  /** How many stored tokens that were; each is issued anew when its user asks. */
  tokensOfEarlierSecrets: z.int().nonnegative(),
  /** The job that issues anew for those of these users who were seen in the last 30 days; null if there is none, or another server began it. */
  reissueJob: z.int().positive().nullable(),
  endedAtMs: z.int(),
});
export type CutOver = z.infer<typeof CutOver>;
