import type { Account } from './account.ts';
import type { SignedCall } from './signed-call.ts';
import { alterSocials, socialOf } from './signed-socials.ts';
import type { HostedProfile } from './social-record.ts';

/** A hosted profile and whose it is. */
export interface NamedProfile extends HostedProfile {
  readonly userId: string;
}

/** Changes the fields that are given; the others stay. @throws Refusal when neither of the two is given */
export function setProfile(
  { account, world, refuse }: SignedCall,
  userId: string,
  userProfile: Record<string, unknown> | null,
  userExtProfile: Record<string, unknown> | null,
): void {
  if (userProfile === null && userExtProfile === null) {
    throw refuse('bad-parameter', 'userProfile or userExtProfile is required.');
  }
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(userExtProfile ?? {})) {
    if (typeof value !== 'string') throw refuse('bad-parameter', `userExtProfile: ${name} must be a string.`);
    texts[name] = value;
  }
  alterSocials(account, [userId], world, ({ profile }) => ({
    profile: {
      version: (profile?.version ?? 0) + 1,
      userProfile: { ...profile?.userProfile, ...userProfile },
      userExtProfile: { ...profile?.userExtProfile, ...texts },
    },
  }));
}

/** Takes the profiles of these users away. */
export function clearProfiles({ account, world }: SignedCall, userIds: readonly string[]): void {
  alterSocials(account, userIds, world, () => ({ profile: null }));
}

/** The profiles of those of these users who have one. */
export function profilesOf(account: Account, userIds: readonly string[]): readonly NamedProfile[] {
  return userIds.flatMap((userId) => {
    const { profile } = socialOf(account, userId);
    return profile === null ? [] : [{ userId, ...profile }];
  });
}

/** One page of all profiles, counted from 1: order 0 as they were made, 1 the last first. */
export function listProfiles(account: Account, page: number, pageSize: number, order: number): readonly NamedProfile[] {
  const all = profilesOf(account, [...account.socials.keys()]);
  const ordered = order === 1 ? all.toReversed() : all;
  return ordered.slice((page - 1) * pageSize, page * pageSize);
}
