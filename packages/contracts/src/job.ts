import { z } from 'zod';
import { Reason } from './api-error.ts';
import { AppName } from './app-name.ts';
import { ProviderName } from './provider-name.ts';
import { UserId } from './token.ts';

/**
 * What a job does for each user of its list: `bulk` issues ahead for those that a caller brought; `reissue` issues anew for
 * those whose token a refreshed secret ended; `revoke-all` tells the provider to end the tokens of all users of an app.
 */
export const JOB_KINDS = ['bulk', 'reissue', 'revoke-all'] as const;
export const JobKind = z.enum(JOB_KINDS);
export type JobKind = z.infer<typeof JobKind>;

/** `filling` takes items; `running` is worked on by every server; `paused` says why; `done` and `cancelled` are for good. */
export const JOB_STATES = ['filling', 'running', 'paused', 'done', 'cancelled'] as const;
export const JobState = z.enum(JOB_STATES);
export type JobState = z.infer<typeof JobState>;

/** What became of one item: a token was issued; a good one was stored already; it failed for good; another item has its user. */
export const JOB_ITEM_STATES = ['waiting', 'issued', 'stored', 'failed', 'duplicate'] as const;
export const JobItemState = z.enum(JOB_ITEM_STATES);
export type JobItemState = z.infer<typeof JobItemState>;

/** How many items one call may bring; a body has at most 64 KB besides. */
export const MAX_JOB_ITEMS_PER_CALL = 500;

/** How many items a job may have. */
export const MAX_JOB_ITEMS = 1_000_000;

/** A cap on what a job may spend, in calls for tokens. */
const Cap = z.int().min(1).max(MAX_JOB_ITEMS);

/** Input of `job.create`: an empty bulk job. With a `cap` it makes at most so many calls for tokens, then it pauses. */
export const CreateJobInput = z.strictObject({ app: AppName, cap: Cap.optional() });
export type CreateJobInput = z.infer<typeof CreateJobInput>;

/** A job by its number, as `job.create` gave it. */
const JobId = z.int().positive();

/** Input of the calls about one job: `job.show`, `job.watch`, `job.start`, `job.pause`, `job.cancel`. */
export const NameJobInput = z.strictObject({ job: JobId });
export type NameJobInput = z.infer<typeof NameJobInput>;

/** Input of `job.resume`; with a `cap` that one holds from now on, of all calls of the job. */
export const ResumeJobInput = z.strictObject({ job: JobId, cap: Cap.optional() });
export type ResumeJobInput = z.infer<typeof ResumeJobInput>;

/** A user to issue for. `number` counts the items of a job from 1, in any order, each once. */
const NewJobItem = z.strictObject({
  number: z.int().min(1).max(MAX_JOB_ITEMS),
  userId: UserId,
  name: z.string().min(1, 'must not be empty').max(4096).optional(),
  avatarUrl: z.string().min(1, 'must not be empty').max(16_384).optional(),
});

const NewJobItems = z
  .array(NewJobItem)
  .min(1, 'must name a user')
  .max(MAX_JOB_ITEMS_PER_CALL)
  .refine((items) => new Set(items.map(({ number }) => number)).size === items.length, 'has a number twice');

/**
 * Input of `job.addItems`. The same items may be sent again, after a call whose answer was lost: an item that is there
 * stays as it is, and `JOB_ITEMS_DIFFER` refuses another user under its number.
 */
export const AddJobItemsInput = z.strictObject({ job: JobId, items: NewJobItems });
export type AddJobItemsInput = z.infer<typeof AddJobItemsInput>;

/** Input of `job.preview`: what would become of these users, without writing or calling anything. */
export const PreviewJobItemsInput = z.strictObject({ app: AppName, items: NewJobItems });
export type PreviewJobItemsInput = z.infer<typeof PreviewJobItemsInput>;

/** Input of `job.list`: the latest first, `limit` at a time (default 20), from behind `cursor`; of one app, or of all. */
export const ListJobsInput = z.strictObject({
  app: AppName.optional(),
  cursor: JobId.optional(),
  limit: z.int().min(1).max(100).default(20),
});
export type ListJobsInput = z.infer<typeof ListJobsInput>;

/** Input of `job.items`: by number, `limit` at a time (default 100, at most 500), from behind `cursor`; of one state, or of all. */
export const ListJobItemsInput = z.strictObject({
  job: JobId,
  state: JobItemState.optional(),
  cursor: z.int().min(1).max(MAX_JOB_ITEMS).optional(),
  limit: z.int().min(1).max(500).default(100),
});
export type ListJobItemsInput = z.infer<typeof ListJobItemsInput>;

/** Why a job is paused: somebody asked, its cap is reached, or a reason of the provider's that would refuse every other item too. */
export const PauseCause = z.union([z.enum(['ASKED', 'CAP_REACHED']), Reason]);
export type PauseCause = z.infer<typeof PauseCause>;

/**
 * A job and how far it is. `counts` add up to `items`; `told` counts users of whom the provider was told, of a `revoke-all`.
 * `calls` is an upper bound of the calls for tokens that were made for it. `estimatedMs` is how long what is waiting takes at
 * the app's share of the provider's rate if nobody else calls; null where nothing is waiting.
 */
export const JobView = z.object({
  job: JobId,
  app: AppName,
  provider: ProviderName,
  kind: JobKind,
  state: JobState,
  pausedBecause: PauseCause.nullable(),
  /** The sentence of that. */
  message: z.string().nullable(),
  cap: z.int().nullable(),
  calls: z.int(),
  items: z.int(),
  counts: z.object({
    waiting: z.int(),
    issued: z.int(),
    stored: z.int(),
    failed: z.int(),
    duplicates: z.int(),
    told: z.int(),
  }),
  estimatedMs: z.int().nullable(),
  createdBy: z.string(),
  createdAtMs: z.int(),
  startedAtMs: z.int().nullable(),
  finishedAtMs: z.int().nullable(),
});
export type JobView = z.infer<typeof JobView>;

/** Output of `job.list`; `nextCursor` is null on the last page. */
export const JobPage = z.object({ jobs: z.array(JobView), nextCursor: z.int().nullable() });
export type JobPage = z.infer<typeof JobPage>;

/** One item. `reason` says why it failed, or why its last attempt did; `sameAs` is the number of the item that has the user of a duplicate. */
export const JobItem = z.object({
  number: z.int(),
  userId: z.string(),
  state: JobItemState,
  reason: Reason.nullable(),
  message: z.string().nullable(),
  sameAs: z.int().nullable(),
  attempts: z.int(),
});
export type JobItem = z.infer<typeof JobItem>;

/** Output of `job.items`. */
export const JobItemPage = z.object({ items: z.array(JobItem), nextCursor: z.int().nullable() });
export type JobItemPage = z.infer<typeof JobItemPage>;

/** Output of `job.addItems`: how many items the job has now, and those of this call that nothing will be issued for. */
export const AddedJobItems = z.object({ job: JobId, items: z.int(), refused: z.array(JobItem) });
export type AddedJobItems = z.infer<typeof AddedJobItems>;

/** Output of `job.preview`; `canonicalUserId` tells which users are one to the provider, and is null where it refuses the id. */
export const PreviewedJobItems = z.object({
  app: AppName,
  items: z.array(
    z.object({
      number: z.int(),
      userId: z.string(),
      canonicalUserId: z.string().nullable(),
      would: z.enum(['issue', 'keep', 'refuse']),
      reason: Reason.nullable(),
      message: z.string().nullable(),
    }),
  ),
});
export type PreviewedJobItems = z.infer<typeof PreviewedJobItems>;
