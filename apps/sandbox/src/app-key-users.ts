import type { Account, TokenRecord, UserRecord } from './account.ts';
import type { Refusal, World } from './provider-call.ts';
import { randomUuid } from './random-text.ts';
import type { SignedCall } from './signed-call.ts';
import { checkUserId, checkUserIds } from './signed-parameters.ts';
import type { StateEvent } from './state-event.ts';
import { endOfToken } from './token-life.ts';

/** What a token call says about a user. */
export interface TokenCallUser {
  readonly userId: string;
  readonly name: string;
  readonly avatarUrl: string | null;
}

/**
 * Registers the user or overwrites name and avatar, and remembers one more token; earlier ones stay good.
 * @throws Refusal
 */
export function registerAndIssue(signed: SignedCall, named: TokenCallUser, token: string): void {
  const { account, world } = signed;
  const { provider, appKey, secretEpoch, settings } = account.record;
  const nowMs = world.state.nowMs();
  const known = account.users.get(named.userId);
  checkMayGetToken(signed, named.userId, known, nowMs);
  const user: UserRecord = {
    passwordHash: null,
    activated: true,
    bannedUntilMs: null,
    revokedBeforeMs: null,
    createdAtMs: nowMs,
    ...(known ?? { uuid: randomUuid(world.randomBytes) }),
    userId: named.userId,
    name: named.name,
    avatarUrl: named.avatarUrl ?? known?.avatarUrl ?? null,
    modifiedAtMs: nowMs,
  };
  const ttlSeconds = settings.tokenTtlSeconds;
  const expiresAtMs = ttlSeconds === null || ttlSeconds === 0 ? null : nowMs + ttlSeconds * 1_000;
  const issued: TokenRecord = { token, userId: named.userId, issuedAtMs: nowMs, expiresAtMs, secretEpoch };
  world.state.commit(
    { event: 'user-saved', provider, appKey, user },
    { event: 'token-saved', provider, appKey, token: issued },
  );
}

function checkMayGetToken(
  { call, account, world, rules, refuse }: SignedCall,
  userId: string,
  known: UserRecord | undefined,
  nowMs: number,
): void {
  if (rules.oneRegistrationAtATime && world.callsUnderWay.overlapped(call)) {
    throw refuse('already-registered', `another call that registers ${userId} is under way.`);
  }
  if (known === undefined) {
    const { maxUsers } = account.record.settings;
    if (maxUsers === null || account.users.size < maxUsers) return;
    throw refuse('user-limit', `the limit of ${maxUsers} registered users is reached.`);
  }
  if (isDeactivated(known)) throw refuse('deactivated-user', `user ${userId} is deactivated and gets no token.`);
  if (rules.registersOnce && holdsGoodToken(account, userId, nowMs)) {
    throw refuse('already-registered', `user ${userId} is registered already, and the token is still good.`);
  }
}

function holdsGoodToken(account: Account, userId: string, nowMs: number): boolean {
  for (const token of account.tokens.values()) {
    if (token.userId === userId && endOfToken(account, token, nowMs) === null) return true;
  }
  return false;
}

/** Ends the tokens that these users got before the instant; a later instant of an earlier call stands. */
export function revokeTokens({ account, world }: SignedCall, users: readonly UserRecord[], beforeMs: number): void {
  alterUsers(account, users, world, (user) => ({ revokedBeforeMs: Math.max(beforeMs, user.revokedBeforeMs ?? 0) }));
}

/** Changes users that exist; `alter` sees each. */
export function alterUsers(
  account: Account,
  users: readonly UserRecord[],
  world: World,
  alter: (user: UserRecord) => Partial<UserRecord>,
): void {
  world.state.commit(...alteredUsers(account, users, world, alter));
}

/** The events of {@link alterUsers}, for a change that must come true together with others. */
export function alteredUsers(
  { record: { provider, appKey } }: Account,
  users: readonly UserRecord[],
  { state }: World,
  alter: (user: UserRecord) => Partial<UserRecord>,
): readonly StateEvent[] {
  const modifiedAtMs = state.nowMs();
  return users.map((user) => ({
    event: 'user-saved',
    provider,
    appKey,
    user: { ...user, ...alter(user), modifiedAtMs },
  }));
}

/** The users of a call on 1 to `most` of them, all known. @throws Refusal */
export function requireUsers(
  signed: SignedCall,
  userIds: readonly string[],
  parameter: string,
  most: number,
): readonly UserRecord[] {
  return checkUserIds(userIds, parameter, most, signed).map((userId) => {
    const user = signed.account.users.get(userId);
    if (user === undefined) throw unknownUser(signed, userId);
    return user;
  });
}

/** The user of a call on one user, known. @throws Refusal */
export function requireUser(signed: SignedCall, userId: string): UserRecord {
  if (userId === '') throw signed.refuse('bad-parameter', 'userId is required.');
  const user = signed.account.users.get(checkUserId(userId, signed));
  if (user === undefined) throw unknownUser(signed, userId);
  return user;
}

/** Deletes 1 to `most` users with all that is kept of them; those who do not exist are passed over. @throws Refusal */
export function deleteUsers(signed: SignedCall, named: readonly string[], parameter: string, most: number): void {
  const userIds = checkUserIds(named, parameter, most, signed).filter((userId) => signed.account.users.has(userId));
  const { provider, appKey } = signed.account.record;
  signed.world.state.commit({ event: 'users-removed', provider, appKey, userIds: [...userIds] });
}

/** One page of all users, counted from 1, by the time of their registration: order 0 earliest first, 1 latest first. */
export function listUsers(account: Account, page: number, pageSize: number, order: number): readonly UserRecord[] {
  const users = [...account.users.values()].toSorted((one, other) => one.createdAtMs - other.createdAtMs);
  const ordered = order === 1 ? users.toReversed() : users;
  return ordered.slice((page - 1) * pageSize, page * pageSize);
}

function unknownUser({ refuse }: SignedCall, userId: string): Refusal {
  return refuse('unknown-user', `user ID does not exist: ${userId} must have got a token first.`);
}

/** Whether a timed ban holds at `nowMs`. */
export function isBanned(user: UserRecord, nowMs: number): boolean {
  return user.bannedUntilMs !== null && user.bannedUntilMs > nowMs;
}

/** Whether a user is deactivated (Nexconn: soft-deleted). */
export function isDeactivated(user: UserRecord): boolean {
  return typeof user.deactivatedAtMs === 'number';
}
