import { z } from 'zod';

/** The profile that the provider hosts for a user. */
const HostedProfile = z.strictObject({
  /** Counts the changes. */
  version: z.int(),
  userProfile: z.record(z.string(), z.unknown()),
  userExtProfile: z.record(z.string(), z.string()),
});
export type HostedProfile = z.infer<typeof HostedProfile>;

/** The hours of a day in which a user gets no pushes. */
const PushPause = z.strictObject({
  /** `HH:mm:ss`. */
  startTime: z.string(),
  periodMinutes: z.int(),
  level: z.int(),
});

/**
 * RongCloud, Nexconn: what is kept of a user beside account and tokens. No page asks that the user has registered. What
 * has a default is missing in older state.
 */
export const SocialRecord = z.strictObject({
  userId: z.string(),
  online: z.boolean(),
  /** Whom the user blocks, in the order in which they were added. */
  blacklist: z.array(z.string()),
  whitelist: z.array(z.string()),
  tags: z.array(z.string()),
  profile: HostedProfile.nullable(),
  /** The types of channels in which the user may not write. */
  mutedChannelTypes: z.array(z.string()),
  /** The names that pushes show for others in place of their own, by user id. */
  remarks: z.record(z.string(), z.string()).default({}),
  pushPause: PushPause.nullable().default(null),
});
export type SocialRecord = z.infer<typeof SocialRecord>;

/** What is kept of a user of whom nothing was said yet. */
export function blankSocialRecord(userId: string): SocialRecord {
  return {
    userId,
    online: false,
    blacklist: [],
    whitelist: [],
    tags: [],
    profile: null,
    mutedChannelTypes: [],
    remarks: {},
    pushPause: null,
  };
}
