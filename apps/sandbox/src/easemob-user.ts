import { createHash } from 'node:crypto';

import type { Account, UserRecord } from './account.ts';
import type { EasemobCall } from './easemob-call.ts';
import { easemobRefusal } from './easemob-error.ts';
import { applicationUuid } from './easemob-reply.ts';
import type { Refusal, World } from './provider-call.ts';
import { randomUuid } from './random-text.ts';
import type { StateEvent } from './state-event.ts';

/** Names are stored and compared in lower case. Source: doc.easemob.com/document/server-side/account_system.html */
export function findEasemobUser(account: Account, username: string): UserRecord | undefined {
  return account.users.get(username.toLowerCase());
}

/** The user that the path names. @throws Refusal with the error that the general page has for an unknown one */
export function requirePathUser({ account, names, world }: EasemobCall): UserRecord {
  const user = findEasemobUser(account, names['username'] ?? '');
  if (user === undefined) {
    throw easemobRefusal('404 service_resource_not_found', 'Service resource not found', world);
  }
  return user;
}

export interface NewEasemobUser {
  readonly username: string;
  readonly password: string | null;
  readonly nickname: string | null;
}

const MAX_USERNAME_BYTES = 64;
const MAX_PASSWORD_CHARACTERS = 64;
const MAX_NICKNAME_CHARACTERS = 100;

/** The wordings of "too many users", by edition of the pages. */
const PLAN_FULL = {
  current: 'You have exceeded the limit of the community edition,Please upgrade to the enterprise edition',
  '2023': 'You have exceeded the limit of the Free edition. Please upgrade to higher edition.',
} as const;

/** Where a name is refused: the pages word it otherwise for each. */
export type NamingCall = 'token' | 'single' | 'batch';

type Part = Pick<EasemobCall, 'account' | 'world' | 'rules'>;

/** Whether a name may be given to a new user. @throws Refusal */
export function checkNewUsername(username: string, naming: NamingCall, { world, rules }: Part): void {
  if (Buffer.byteLength(username) > MAX_USERNAME_BYTES) {
    throw easemobRefusal('400 illegal_argument', 'USERNAME_TOO_LONG', world);
  }
  const legal = rules.capitalsFolded ? /^[A-Za-z0-9_.-]+$/ : /^[a-z0-9_.-]+$/;
  if (legal.test(username)) return;
  const shown = naming === 'single' ? username : `[${username}]`;
  const text = rules.edition === '2023' ? 'username is not legal' : `username ${shown} is not legal`;
  throw easemobRefusal('400 illegal_argument', text, world);
}

/** Whether a nickname is short enough. @throws Refusal */
export function checkNickname(nickname: unknown, world: World): string {
  if (typeof nickname !== 'string') {
    throw easemobRefusal('400 illegal_argument', 'nickname must be a string', world);
  }
  if (Array.from(nickname).length <= MAX_NICKNAME_CHARACTERS) return nickname;
  throw easemobRefusal('400 illegal_argument', 'NICKNAME_TOO_LONG', world);
}

/** Whether a password is short enough. @throws Refusal */
export function checkPassword(password: string, world: World): string {
  if (Array.from(password).length <= MAX_PASSWORD_CHARACTERS) return password;
  const text = `password is longer than ${MAX_PASSWORD_CHARACTERS} characters`;
  throw easemobRefusal('400 illegal_argument', text, world);
}

/** Whether the plan has room for so many new users. @throws Refusal */
export function checkRoomForUsers(count: number, { account, world, rules }: Part): void {
  const { maxUsers } = account.record.settings;
  if (maxUsers !== null && account.users.size + count > maxUsers) {
    throw easemobRefusal('429 resource_limited', PLAN_FULL[rules.edition], world);
  }
}

/** Makes a user that is not there yet. @throws Refusal */
export function createEasemobUser(user: NewEasemobUser, naming: NamingCall, part: Part): UserRecord {
  const { world } = part;
  checkNewUsername(user.username, naming, part);
  checkRoomForUsers(1, part);
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
  saveUser(record, part);
  return record;
}

/** Remembers a changed user, now modified, together with what follows from the change, and gives it back. */
export function alterUser(
  user: UserRecord,
  change: Partial<UserRecord>,
  part: Pick<Part, 'account' | 'world'>,
  following: readonly StateEvent[] = [],
): UserRecord {
  const altered = { ...user, ...change, modifiedAtMs: part.world.state.nowMs() };
  saveUser(altered, part, following);
  return altered;
}

function saveUser(
  user: UserRecord,
  { account, world }: Pick<Part, 'account' | 'world'>,
  following: readonly StateEvent[] = [],
): void {
  const { provider, appKey } = account.record;
  world.state.commit({ event: 'user-saved', provider, appKey, user }, ...following);
}

/** The refusal of a name that is taken. */
export function nameIsTaken(account: Account, username: string, world: World): Refusal {
  const text = `Application ${applicationUuid(account)} Entity user requires that property named username be unique, value of ${username.toLowerCase()} exists`;
  return easemobRefusal('400 duplicate_unique_property_exists', text, world);
}

export function isPasswordOf(user: UserRecord, password: string): boolean {
  return user.passwordHash !== null && user.passwordHash === hashPassword(user.uuid, password);
}

// People try things out with passwords they use elsewhere: the state file need not show them.
export function hashPassword(uuid: string, password: string): string {
  return createHash('sha256').update(`${uuid} ${password}`).digest('hex');
}
