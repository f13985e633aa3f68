import { z } from 'zod';
import { AppName } from './app-name.ts';
import { ProviderName } from './provider-name.ts';
import { limitedField } from './text-limits.ts';
import { UserId } from './token.ts';

/** Input of `token.timeline`: the latest `limit` events (default 100, at most 500), or those before `cursor`. */
export const TimelineInput = z.strictObject({
  app: AppName,
  userId: UserId,
  cursor: limitedField({ maxCharacters: 64 }).optional(),
  limit: z.int().min(1).max(500).default(100),
});
export type TimelineInput = z.infer<typeof TimelineInput>;

/** One thing that happened. */
export const TimelineEvent = z.object({
  atMs: z.int(),
  /** The id of the API key that did it, or a word for what acts by itself. */
  actor: z.string(),
  /** Noun and verb, as the API says them; `revocation.…` is what became of telling the provider. */
  action: z.string(),
  /** What happened, for people. */
  sentence: z.string(),
  /** The token that it was about, if it was about one; it names the token and does not show it. */
  fingerprint: z.string().nullable(),
  generation: z.int().nonnegative().nullable(),
  /** Of the call that did it: the same in the server's log. */
  requestId: z.string().nullable(),
});
export type TimelineEvent = z.infer<typeof TimelineEvent>;

/** Output of `token.timeline`: the story of one user, newest last, and how the user stands now, in sentences. */
export const Timeline = z.object({
  app: AppName,
  provider: ProviderName,
  userId: z.string(),
  events: z.array(TimelineEvent),
  now: z.array(z.string()),
  /** Leads to the events before these; null when there are none. */
  nextCursor: z.string().nullable(),
});
export type Timeline = z.infer<typeof Timeline>;
