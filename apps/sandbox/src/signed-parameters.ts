import type { ProviderCall } from './provider-call.ts';
import type { SignedCall } from './signed-call.ts';

const MAX_USER_ID_BYTES = 64;
const MAX_AVATAR_URL_BYTES = 1024;

type Checks = Pick<SignedCall, 'rules' | 'refuse'>;

/** A user id that the profile lets pass. @throws Refusal */
export function checkUserId(userId: string, { rules, refuse }: Checks): string {
  if (Buffer.byteLength(userId) > MAX_USER_ID_BYTES) {
    throw refuse('long-user-id', `userId is longer than ${MAX_USER_ID_BYTES} bytes.`);
  }
  if (userId === '') throw refuse('bad-user-id', 'userId is empty.');
  if (!rules.userId.test(userId)) {
    const advice = userId.includes(' ') ? ' It has a space: in a form, a + must be sent as %2B.' : '';
    throw refuse('bad-user-id', `userId may hold only letters (A-Z, a-z) and digits.${advice}`);
  }
  return userId;
}

/** A name that the profile lets pass. @throws Refusal */
export function checkName(name: string, { rules, refuse }: Checks): string {
  if (!rules.nameFits({ characters: Array.from(name).length, bytes: Buffer.byteLength(name) })) {
    throw refuse('long-name', `name is longer than ${rules.nameLimit}.`);
  }
  return name;
}

/** An avatar's address of at most 1,024 bytes. @throws Refusal */
export function checkAvatarUrl(avatarUrl: string, parameter: string, { refuse }: Checks): string {
  if (Buffer.byteLength(avatarUrl) > MAX_AVATAR_URL_BYTES) {
    throw refuse('long-avatar-url', `${parameter} is longer than ${MAX_AVATAR_URL_BYTES} bytes.`);
  }
  return avatarUrl;
}

/** 1 to `most` user ids, each one that the profile lets pass. @throws Refusal */
export function checkUserIds(
  userIds: readonly string[],
  parameter: string,
  most: number,
  checks: Checks,
): readonly string[] {
  if (userIds.length === 0) throw checks.refuse('bad-parameter', `${parameter} is required.`);
  if (userIds.length > most) throw checks.refuse('too-many-items', `${parameter}: at most ${most} in one call.`);
  return userIds.map((userId) => checkUserId(userId, checks));
}

/** The size of a page, 1 to `most`. @throws Refusal where the profile does not cut a larger one */
export function checkPageSize(size: number, most: number, parameter: string, { rules, refuse }: Checks): number {
  if (rules.pageSizeChecked && (size < 1 || size > most)) {
    throw refuse('bad-parameter', `${parameter} must be a whole number from 1 to ${most}.`);
  }
  return Math.min(Math.max(size, 1), most);
}

/** Whether a body came under the type that its page names. @throws Refusal where the profile asks for it */
export function checkContentType({ headers, body }: ProviderCall, wanted: string, { rules, refuse }: Checks): void {
  if (!rules.contentTypeChecked || body === '') return;
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (type.trim().toLowerCase() !== wanted) throw refuse('wrong-content-type', `Content-Type must be ${wanted}.`);
}
