import { ProviderName } from '@immint/contracts';
import { z } from 'zod';

import { AccountRecord, TokenRecord, UserRecord } from './account.ts';
import { ProfileName } from './profile.ts';
import { SocialRecord } from './social-record.ts';

/** One change of the sandbox's state: the line format of `state.jsonl`. Saved records replace what was there. */
export const StateEvent = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('account-saved'), account: AccountRecord }),
  z.strictObject({ event: z.literal('user-saved'), provider: ProviderName, appKey: z.string(), user: UserRecord }),
  /** With their tokens. */
  z.strictObject({
    event: z.literal('users-removed'),
    provider: ProviderName,
    appKey: z.string(),
    userIds: z.array(z.string()),
  }),
  z.strictObject({ event: z.literal('token-saved'), provider: ProviderName, appKey: z.string(), token: TokenRecord }),
  z.strictObject({
    event: z.literal('social-saved'),
    provider: ProviderName,
    appKey: z.string(),
    social: SocialRecord,
  }),
  z.strictObject({ event: z.literal('clock-moved'), offsetMs: z.int() }),
  /** Without `appKey` the accounts added since are gone; with it, that account is as it was when it was made. */
  z.strictObject({
    event: z.literal('reset'),
    provider: ProviderName.optional(),
    appKey: z.string().optional(),
    /** Of the default accounts from here on; missing where an older version wrote: `live`. */
    profile: ProfileName.optional(),
  }),
]);
export type StateEvent = z.infer<typeof StateEvent>;
