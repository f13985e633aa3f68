import type { Account } from './account.ts';
import { alteredUsers, alterUsers, isBanned, requireUsers } from './app-key-users.ts';
import { toProviderDateTime } from './sandbox-clock.ts';
import type { SignedCall } from './signed-call.ts';
import { alteredSocials } from './signed-socials.ts';

const MAX_USERS = 20;
const MAX_MINUTES = 43_200;

/** Bans 1 to 20 users for so many minutes, 30 days at most, which also ends their connections. @throws Refusal */
export function banUsers(
  signed: SignedCall,
  names: { readonly users: string; readonly minutes: string },
  userIds: readonly string[],
  minutes: number,
): void {
  const users = requireUsers(signed, userIds, names.users, MAX_USERS);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MAX_MINUTES) {
    throw signed.refuse('bad-parameter', `${names.minutes} must be a whole number from 1 to ${MAX_MINUTES}.`);
  }
  const bannedUntilMs = signed.world.state.nowMs() + minutes * 60_000;
  signed.world.state.commit(
    ...alteredUsers(signed.account, users, signed.world, () => ({ bannedUntilMs })),
    ...alteredSocials(signed.account, userIds, () => ({ online: false })),
  );
}

/** Ends the bans of 1 to 20 users. @throws Refusal */
export function unbanUsers(signed: SignedCall, parameter: string, userIds: readonly string[]): void {
  const users = requireUsers(signed, userIds, parameter, MAX_USERS);
  alterUsers(signed.account, users, signed.world, () => ({ bannedUntilMs: null }));
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
