import type { ProviderName } from '@immint/contracts';
import { z } from 'zod';

import type { AccountSettings } from './account.ts';

/**
 * How an account behaves: `live` as the providers answer, tolerant where their own SDKs break the documentation;
 * `strict` as documented, to the letter; `seed-legacy` as an older description of RongCloud's token call and Easemob's
 * pages of 2023 have it; `vip5` as Easemob's VIP 5 cluster. Where a profile says nothing of a provider, that provider is as in `live`.
 */
export const PROFILE_NAMES = ['live', 'strict', 'seed-legacy', 'vip5'] as const;
export const ProfileName = z.enum(PROFILE_NAMES, { error: `must be one of: ${PROFILE_NAMES.join(', ')}` });
export type ProfileName = z.infer<typeof ProfileName>;

/** The other settings that a profile brings along, by provider. */
const SETTINGS_OF_PROFILE: Readonly<
  Record<ProfileName, Partial<Record<ProviderName, Partial<Omit<AccountSettings, 'profile'>>>>>
> = {
  live: {},
  strict: {},
  'seed-legacy': {
    rongcloud: { tokenTtlSeconds: 2_592_000 },
    // Easemob's pages of 2023, the edition that the older description of its tokens is of.
    easemob: { existingUsersInBatch: 'refused', maxJsonBytes: 5_120 },
  },
  vip5: { easemob: { ttlUnit: 'milliseconds' } },
};

/** What the profile sets beside itself for an account of this provider. */
export function settingsOfProfile(profile: ProfileName, provider: ProviderName): Partial<AccountSettings> {
  return SETTINGS_OF_PROFILE[profile][provider] ?? {};
}
