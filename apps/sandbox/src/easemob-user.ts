import { createHash } from 'node:crypto';

import type { Account, UserRecord } from './account.ts';
import { easemobRefusal } from './easemob-error.ts';
import type { World } from './provider-call.ts';
import { randomUuid } from './random-text.ts';

/** Names are stored and compared in lower case. Source: doc.easemob.com/document/server-side/account_system.html */
export function findEasemobUser(account: Account, username: string): UserRecord | undefined {
  return account.users.get(username.toLowerCase());
}

export interface NewEasemobUser {
  readonly username: string;
  readonly password: string | null;
  readonly nickname: string | null;
}

const MAX_USERNAME_BYTES = 64;
const COMMUNITY_EDITION_FULL =
  'You have exceeded the limit of the community edition,Please upgrade to the enterprise edition';

/** Whether a name may be given to a new user. @throws Refusal */
export function checkNewUsername(username: string, world: World): void {
  if (Buffer.byteLength(username) > MAX_USERNAME_BYTES) {
    throw easemobRefusal('400 illegal_argument', 'USERNAME_TOO_LONG', world);
  }
  if (!/^[A-Za-z0-9_.-]+$/.test(username)) {
    throw easemobRefusal('400 illegal_argument', `username [${username}] is not legal`, world);
  }
}

/** Whether the plan has room for so many new users. @throws Refusal */
export function checkRoomForUsers(account: Account, count: number, world: World): void {
  const { maxUsers } = account.record.settings;
  if (maxUsers !== null && account.users.size + count > maxUsers) {
    throw easemobRefusal('429 resource_limited', COMMUNITY_EDITION_FULL, world);
  }
}

/** Makes a user that is not there yet. @throws Refusal */
export function createEasemobUser(account: Account, user: NewEasemobUser, world: World): UserRecord {
  checkNewUsername(user.username, world);
  checkRoomForUsers(account, 1, world);
  const { provider, appKey } = account.record;
  const nowMs = world.state.nowMs();
  const uuid = randomUuid(world.randomBytes);
  const record: UserRecord = {
    userId: user.username.toLowerCase(),
    uuid,
    name: user.nickname,
    avatarUrl: null,
    passwordHash: user.password === null ? null : hashPassword(uuid, user.password),
    activated: true,
    bannedUntilMs: null,
    revokedBeforeMs: null,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
  };
  world.state.commit({ event: 'user-saved', provider, appKey, user: record });
  return record;
}

export function isPasswordOf(user: UserRecord, password: string): boolean {
  return user.passwordHash !== null && user.passwordHash === hashPassword(user.uuid, password);
}

// People try things out with passwords they use elsewhere: the state file need not show them.
function hashPassword(uuid: string, password: string): string {
  return createHash('sha256').update(`${uuid} ${password}`).digest('hex');
}
