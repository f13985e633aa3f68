import type { Account, TokenRecord } from './account.ts';
import { alteredUsers, alterUsers, isDeactivated, requireUsers } from './app-key-users.ts';
import { randomOperationId } from './random-text.ts';
import type { SignedCall } from './signed-call.ts';
import { alteredSocials } from './signed-socials.ts';

/** How many users one call may deactivate or reactivate. */
export const MAX_USERS_TO_DEACTIVATE = 100;

/**
 * Deactivates (Nexconn: soft-deletes) 1 to 100 users: their tokens and connections end, and they get no new tokens. The
 * providers do it within 15 minutes, the sandbox before it answers. Gives the id of the operation. @throws Refusal
 */
export function deactivateUsers(signed: SignedCall, parameter: string, userIds: readonly string[]): string {
  const { account, world } = signed;
  const users = requireUsers(signed, userIds, parameter, MAX_USERS_TO_DEACTIVATE);
  const { provider, appKey } = account.record;
  const deactivatedAtMs = world.state.nowMs();
  const tokens = tokensOf(account, new Set(userIds)).map((token) => ({ ...token, revoked: true }));
  world.state.commit(
    ...alteredUsers(account, users, world, (user) => ({ deactivatedAtMs: user.deactivatedAtMs ?? deactivatedAtMs })),
    ...tokens.map((token) => ({ event: 'token-saved', provider, appKey, token }) as const),
    ...alteredSocials(account, userIds, () => ({ online: false })),
  );
  return randomOperationId(world.randomBytes);
}

function tokensOf(account: Account, userIds: ReadonlySet<string>): readonly TokenRecord[] {
  return [...account.tokens.values()].filter(({ userId }) => userId !== null && userIds.has(userId));
}

/**
 * Lets 1 to 100 users get tokens again; those who were never deactivated stay as they are. Their old tokens stay dead.
 * Gives the id of the operation. @throws Refusal
 */
export function reactivateUsers(signed: SignedCall, parameter: string, userIds: readonly string[]): string {
  const { account, world, rules, refuse } = signed;
  const users = requireUsers(signed, userIds, parameter, MAX_USERS_TO_DEACTIVATE);
  const nowMs = world.state.nowMs();
  const tooSoon = users.find(
    ({ deactivatedAtMs }) => (deactivatedAtMs ?? -Infinity) > nowMs - rules.reactivationDelayMs,
  );
  if (tooSoon !== undefined) {
    throw refuse('bad-parameter', `user ${tooSoon.userId} was deactivated less than an hour ago.`);
  }
  alterUsers(account, users, world, () => ({ deactivatedAtMs: null }));
  return randomOperationId(world.randomBytes);
}

/** One page of the deactivated users, counted from 1, earliest deactivation first. */
export function listDeactivated(account: Account, page: number, pageSize: number): readonly string[] {
  const users = [...account.users.values()].filter(isDeactivated);
  users.sort((one, other) => (one.deactivatedAtMs ?? 0) - (other.deactivatedAtMs ?? 0));
  return users.slice((page - 1) * pageSize, page * pageSize).map(({ userId }) => userId);
}
