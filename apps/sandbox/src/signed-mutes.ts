import type { Account } from './account.ts';
import type { SignedCall } from './signed-call.ts';
import { alterSocials } from './signed-socials.ts';

/** How many users one call may mute. */
export const MAX_USERS_TO_MUTE = 1_000;

/** Forbids these users to write in channels of these types, or lets them write again. */
export function setMuted(
  { account, world }: SignedCall,
  userIds: readonly string[],
  types: readonly string[],
  muted: boolean,
): void {
  alterSocials(account, userIds, world, ({ mutedChannelTypes }) => {
    const others = mutedChannelTypes.filter((type) => !types.includes(type));
    return { mutedChannelTypes: muted ? [...others, ...new Set(types)] : others };
  });
}

/** The users who may not write in channels of this type, in the order in which anything was first kept of them. */
export function listMuted({ socials }: Account, type: string): readonly string[] {
  const muted = [...socials.values()].filter(({ mutedChannelTypes }) => mutedChannelTypes.includes(type));
  return muted.map(({ userId }) => userId);
}
