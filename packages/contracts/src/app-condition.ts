import { z } from 'zod';
import { Reason } from './api-error.ts';
import { AppView } from './app.ts';

/** What happened within one minute, at all servers together. */
const ActivityMinute = z.object({
  /** When it began. */
  atMs: z.int(),
  /** Callers who were answered with a token, stored or new. */
  handedOut: z.int().nonnegative(),
  /** Calls to the provider that brought a token. */
  issued: z.int().nonnegative(),
  /** Calls to the provider that brought none. */
  failed: z.int().nonnegative(),
  /** Reports of devices. */
  reported: z.int().nonnegative(),
});

/** The pace of one group of calls, as all servers share it. */
const AppPace = z.object({
  group: z.string(),
  /** What the provider takes in a second, and the part of it that this app may use. */
  ratePerSecond: z.number().positive(),
  share: z.number(),
  /** How far ahead of the clock calls are lined up: 0 while none waits. */
  aheadMs: z.int().nonnegative(),
  /** Until when the provider wants no call; null while it takes them. */
  pausedUntilMs: z.int().nullable(),
  /** The part of the pace that is used now: 1, or less for a minute after the provider said that it was too much. */
  slowedTo: z.number(),
});

/** What an operator needs when tokens are being refused: how an app is doing now, over all servers unless it says so. */
export const AppCondition = z.object({
  /** When the provider last gave a token; null if it never did since this is counted. */
  lastSuccessAtMs: z.int().nullable(),
  /**
   * Why it last gave none, in the words that callers read; `isOver`: it gave one since. `reason` is null where a newer
   * version of the server wrote one that this version does not know.
   */
  lastError: z
    .object({ atMs: z.int(), reason: Reason.nullable(), message: z.string(), isOver: z.boolean() })
    .nullable(),
  /** The minute that is under way, and those before it, newest first. */
  minutes: z.array(ActivityMinute),
  /** Of the server that answered: whether it calls the provider, and on which of its domains. */
  breaker: z.object({
    state: z.enum(['closed', 'open', 'half-open']),
    /** When an open one lets a call through; null otherwise. */
    retryAtMs: z.int().nullable(),
    domain: z.enum(['primary', 'backup']),
  }),
  /** The groups of calls that were ever made. */
  paces: z.array(AppPace),
  secret: z.object({
    /** How often the provider refused it since it last took it; three times pause the app. */
    refusals: z.int().nonnegative(),
    paused: z.boolean(),
    /** From when on a paused app tries again; null while it is not paused. */
    probeAtMs: z.int().nullable(),
    /** When the provider last took it, noted once an hour; null if it never did. */
    acceptedAtMs: z.int().nullable(),
  }),
  /**
   * Stored tokens, each in the first state that fits. `good` and `reported` ones are handed out. Null where there are too many
   * to be counted in time.
   */
  tokensByState: z
    .object({
      good: z.int().nonnegative(),
      reported: z.int().nonnegative(),
      expired: z.int().nonnegative(),
      ofEarlierSecrets: z.int().nonnegative(),
      discarded: z.int().nonnegative(),
      revoked: z.int().nonnegative(),
    })
    .nullable(),
  /** At most so many tokens exist at the provider that were never stored. */
  possibleOrphans: z.int().nonnegative(),
});
export type AppCondition = z.infer<typeof AppCondition>;

/** Output of `app.show`. */
export const ShownApp = AppView.extend({ condition: AppCondition });
export type ShownApp = z.infer<typeof ShownApp>;
