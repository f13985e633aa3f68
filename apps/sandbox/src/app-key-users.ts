import type { Account, TokenRecord, UserRecord } from './account.ts';
import type { Refusal, World } from './provider-call.ts';
import { randomUuid } from './random-text.ts';
import { toProviderDateTime } from './sandbox-clock.ts';

/** The codes with which RongCloud and Nexconn refuse a parameter: wrong, too long, one user too many. */
export type RefuseParameter = (code: 1002 | 1005 | 2007, text: string) => Refusal;

const MAX_USER_ID_BYTES = 64;
const MAX_NAME_CHARACTERS = 64;
const MAX_NAME_BYTES = 128;
const MAX_AVATAR_URL_BYTES = 1024;
const MAX_USERS_A_CALL = 20;
const MAX_BAN_MINUTES = 43_200;

/** What a token call says about a user. */
export interface Profile {
  readonly userId: string;
  readonly name: string | null;
  readonly avatarUrl: string | null;
}

/** Letters, digits and, as older pages and the Python SDK have it, `+ = - _`. */
export function checkUserId(userId: string, refuse: RefuseParameter): string {
  if (Buffer.byteLength(userId) > MAX_USER_ID_BYTES) {
    throw refuse(1005, `userId is longer than ${MAX_USER_ID_BYTES} bytes.`);
  }
  if (!/^[A-Za-z0-9+=_-]+$/.test(userId)) {
    const advice = userId.includes(' ') ? ' It has a space: in a form, a + must be sent as %2B.' : '';
    throw refuse(1002, `userId may hold only letters (A-Z, a-z) and digits.${advice}`);
  }
  return userId;
}

/** The pages disagree on the unit; a name passes under either: 64 characters, or 128 bytes. */
export function checkName(name: string, refuse: RefuseParameter): string {
  if (Array.from(name).length > MAX_NAME_CHARACTERS && Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw refuse(1005, `name is longer than ${MAX_NAME_CHARACTERS} characters.`);
  }
  return name;
}

export function checkAvatarUrl(avatarUrl: string, parameter: string, refuse: RefuseParameter): string {
  if (Buffer.byteLength(avatarUrl) > MAX_AVATAR_URL_BYTES) {
    throw refuse(1005, `${parameter} is longer than ${MAX_AVATAR_URL_BYTES} bytes.`);
  }
  return avatarUrl;
}

/** Registers the user or overwrites name and avatar, and remembers one more token; earlier ones stay good. */
export function registerAndIssue(
  account: Account,
  profile: Profile,
  token: string,
  { state, randomBytes }: World,
  refuse: RefuseParameter,
): void {
  const { provider, appKey, secretEpoch, settings } = account.record;
  const nowMs = state.nowMs();
  const known = account.users.get(profile.userId);
  if (known === undefined && settings.maxUsers !== null && account.users.size >= settings.maxUsers) {
    throw refuse(2007, `the limit of ${settings.maxUsers} registered users is reached.`);
  }
  const user: UserRecord = {
    passwordHash: null,
    activated: true,
    bannedUntilMs: null,
    revokedBeforeMs: null,
    createdAtMs: nowMs,
    ...(known ?? { uuid: randomUuid(randomBytes) }),
    userId: profile.userId,
    name: profile.name,
    avatarUrl: profile.avatarUrl ?? known?.avatarUrl ?? null,
    modifiedAtMs: nowMs,
  };
  const ttlSeconds = settings.tokenTtlSeconds;
  const expiresAtMs = ttlSeconds === null || ttlSeconds === 0 ? null : nowMs + ttlSeconds * 1_000;
  const issued: TokenRecord = { token, userId: profile.userId, issuedAtMs: nowMs, expiresAtMs, secretEpoch };
  state.commit(
    { event: 'user-saved', provider, appKey, user },
    { event: 'token-saved', provider, appKey, token: issued },
  );
}

/** Changes users that exist; `alter` sees each. */
export function alterUsers(
  account: Account,
  users: readonly UserRecord[],
  { state }: World,
  alter: (user: UserRecord) => Partial<UserRecord>,
): void {
  const { provider, appKey } = account.record;
  const modifiedAtMs = state.nowMs();
  const altered = users.map((user) => ({ ...user, ...alter(user), modifiedAtMs }));
  state.commit(...altered.map((user) => ({ event: 'user-saved', provider, appKey, user }) as const));
}

/** The users of a call on up to 20 of them, all known. `unknown` makes the refusal for one that is not. */
export function requireUsers(
  account: Account,
  userIds: readonly string[],
  parameter: string,
  refuse: RefuseParameter,
  unknown: (userId: string) => Refusal,
): readonly UserRecord[] {
  if (userIds.length === 0) throw refuse(1002, `${parameter} is required.`);
  if (userIds.length > MAX_USERS_A_CALL) throw refuse(1002, `${parameter}: at most ${MAX_USERS_A_CALL} in one call.`);
  return userIds.map((userId) => {
    const user = account.users.get(checkUserId(userId, refuse));
    if (user === undefined) throw unknown(userId);
    return user;
  });
}

/** The end of a ban of so many minutes; 30 days are the most. */
export function toBanEndMs(minutes: number, parameter: string, nowMs: number, refuse: RefuseParameter): number {
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MAX_BAN_MINUTES) {
    throw refuse(1002, `${parameter} must be a whole number from 1 to ${MAX_BAN_MINUTES}.`);
  }
  return nowMs + minutes * 60_000;
}

/** Whether a timed ban holds at `nowMs`. */
export function isBanned(user: UserRecord, nowMs: number): boolean {
  return user.bannedUntilMs !== null && user.bannedUntilMs > nowMs;
}

const ALL_AT_ONCE = 1_000;

/** The banned users, latest end first. Page 0 is the first 1,000 without paging. */
export function listBanned(
  account: Account,
  page: number,
  pageSize: number,
  nowMs: number,
): readonly { readonly userId: string; readonly until: string }[] {
  const banned = [...account.users.values()].filter((user) => isBanned(user, nowMs));
  banned.sort((one, other) => (other.bannedUntilMs ?? 0) - (one.bannedUntilMs ?? 0));
  const [start, size] = page === 0 ? [0, ALL_AT_ONCE] : [(page - 1) * pageSize, pageSize];
  return banned
    .slice(start, start + size)
    .map((user) => ({ userId: user.userId, until: toProviderDateTime(user.bannedUntilMs ?? 0) }));
}
