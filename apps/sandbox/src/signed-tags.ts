import type { SignedCall } from './signed-call.ts';
import { checkUserIds } from './signed-parameters.ts';
import { alterSocials } from './signed-socials.ts';

const MAX_TAGS = 20;
const MAX_TAG_BYTES = 40;

/** How many users one call may tag. */
export const MAX_USERS_TO_TAG = 1_000;

/** Puts these tags in place of those that 1 to `most` users have; an empty list takes all away. @throws Refusal */
export function setTags(
  signed: SignedCall,
  names: { readonly users: string; readonly most: number },
  userIds: readonly string[],
  received: unknown,
): void {
  const checked = checkUserIds(userIds, names.users, names.most, signed);
  const tags = readTags(received, signed);
  alterSocials(signed.account, checked, signed.world, () => ({ tags }));
}

function readTags(received: unknown, { refuse }: SignedCall): string[] {
  if (!Array.isArray(received) || !received.every((tag) => typeof tag === 'string')) {
    throw refuse('bad-parameter', 'tags must be a list of strings.');
  }
  if (received.length > MAX_TAGS) throw refuse('too-many-items', `tags: at most ${MAX_TAGS} for one user.`);
  if (received.some((tag) => tag === '' || Buffer.byteLength(tag) > MAX_TAG_BYTES)) {
    throw refuse('long-parameter', `tags: a tag has 1 to ${MAX_TAG_BYTES} bytes.`);
  }
  return received;
}
