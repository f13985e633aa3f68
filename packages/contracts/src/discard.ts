import { z } from 'zod';
import { AppName } from './app-name.ts';
import { UserIds } from './user.ts';

/**
 * Input of `token.discard`: distrusts stored copies of these users, of all users, or of what was issued before an instant;
 * exactly one of the three. The next obtain issues anew; nobody is told, and no call is made. `dryRun` only counts.
 */
export const DiscardTokensInput = z
  .strictObject({
    app: AppName,
    userIds: UserIds.optional(),
    all: z.literal(true).optional(),
    /** By the database's clock: copies that were issued before it. */
    issuedBeforeMs: z.int().min(0).max(8_640_000_000_000_000).optional(),
    dryRun: z.boolean().optional(),
  })
  .refine(
    ({ userIds, all, issuedBeforeMs }) =>
      [userIds, all, issuedBeforeMs].filter((each) => each !== undefined).length === 1,
    'needs userIds, all: true, or issuedBeforeMs, and only one of them',
  );
export type DiscardTokensInput = z.infer<typeof DiscardTokensInput>;

/** Output of `token.discard`: how many good copies were discarded, or would be in a dry run. */
export const DiscardedTokens = z.object({ app: AppName, discarded: z.int().nonnegative(), dryRun: z.boolean() });
export type DiscardedTokens = z.infer<typeof DiscardedTokens>;
