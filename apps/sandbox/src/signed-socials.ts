import type { Account } from './account.ts';
import type { World } from './provider-call.ts';
import { blankSocialRecord, type SocialRecord } from './social-record.ts';
import type { StateEvent } from './state-event.ts';

/** What is kept of this user; a blank record for one of whom nothing was said yet. */
export function socialOf(account: Account, userId: string): SocialRecord {
  return account.socials.get(userId) ?? blankSocialRecord(userId);
}

/** Changes what is kept of these users; `alter` sees each. */
export function alterSocials(
  account: Account,
  userIds: readonly string[],
  { state }: World,
  alter: (social: SocialRecord) => Partial<SocialRecord>,
): void {
  state.commit(...alteredSocials(account, userIds, alter));
}

/** The events of {@link alterSocials}, for a change that must come true together with others. */
export function alteredSocials(
  account: Account,
  userIds: readonly string[],
  alter: (social: SocialRecord) => Partial<SocialRecord>,
): readonly StateEvent[] {
  const { provider, appKey } = account.record;
  return [...new Set(userIds)].map((userId) => {
    const social = socialOf(account, userId);
    return { event: 'social-saved', provider, appKey, social: { ...social, ...alter(social) } };
  });
}
