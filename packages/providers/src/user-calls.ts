import type { UserCallName } from '@immint/contracts';
import type { Secret } from '@immint/secrets';

import type { CallContext } from './call-context.ts';
import type { ProviderError } from './provider-error.ts';

/** What became of one user in a call about many. */
export interface UserOutcome {
  readonly userId: string;
  /** Why it was not done. */
  readonly error?: ProviderError;
}

/** The provider's own record of a user; what it does not tell is undefined. */
export interface ProviderUser {
  readonly userId: string;
  readonly name: string | undefined;
  readonly avatarUrl: string | undefined;
  /** As the provider writes it: some give a date and time without a zone, such as "2016-05-24 10:38:19". */
  readonly createdAt: string | undefined;
  readonly isBanned: boolean | undefined;
}

/** A banned user, and until when in the provider's own words (no zone). */
export interface BannedUser {
  readonly userId: string;
  readonly until: string | undefined;
}

/** Part of a list, from 1. */
export interface UserPage {
  readonly page: number;
  readonly pageSize: number;
}

/** Part of a list that goes on behind `cursor`. */
export interface UserCursor {
  readonly cursor?: string;
  readonly limit: number;
}

/** An operation that the provider carries out later and reports to its own webhook; one for each call that was made. */
export interface UserOperation {
  readonly userIds: readonly string[];
  /** Undefined where the call failed. */
  readonly operationId: string | undefined;
  /** Why it was not begun. */
  readonly error?: ProviderError;
}

/** A user to be made at the provider, with the password that is to be theirs. */
export interface NewUser {
  readonly userId: string;
  readonly password: Secret;
  readonly nickname?: string;
}

/**
 * The calls about a provider's users. A call that the provider does not have is undefined, and
 * `ProviderCapabilities.userCalls` says so. Ids are canonical. Calls on many are split at the provider's own limit, are
 * repeated by nobody, and give one outcome a user (or one operation a call), in their order; the others throw
 * ProviderError, and so does a call on many that is wrong as a whole.
 */
export interface UserCalls {
  readonly show: ((userId: string, context: CallContext) => Promise<ProviderUser>) | undefined;
  /** `minutes` only where the provider's bans end (1 to 43,200); there it must be given. */
  readonly ban:
    | ((
        userIds: readonly string[],
        minutes: number | undefined,
        context: CallContext,
      ) => Promise<readonly UserOutcome[]>)
    | undefined;
  readonly unban: ((userIds: readonly string[], context: CallContext) => Promise<readonly UserOutcome[]>) | undefined;
  readonly banned: ((page: UserPage, context: CallContext) => Promise<readonly BannedUser[]>) | undefined;
  readonly online:
    | ((
        userIds: readonly string[],
        context: CallContext,
      ) => Promise<readonly (UserOutcome & { readonly isOnline?: boolean })[]>)
    | undefined;
  readonly deactivate:
    | ((userIds: readonly string[], context: CallContext) => Promise<readonly UserOperation[]>)
    | undefined;
  readonly reactivate:
    | ((userIds: readonly string[], context: CallContext) => Promise<readonly UserOperation[]>)
    | undefined;
  readonly deactivated: ((page: UserPage, context: CallContext) => Promise<readonly string[]>) | undefined;
  readonly register: ((users: readonly NewUser[], context: CallContext) => Promise<readonly UserOutcome[]>) | undefined;
  readonly list:
    | ((
        page: UserCursor,
        context: CallContext,
      ) => Promise<{ readonly users: readonly ProviderUser[]; readonly nextCursor: string | undefined }>)
    | undefined;
  readonly delete: ((userId: string, context: CallContext) => Promise<void>) | undefined;
  readonly password: ((userId: string, password: Secret, context: CallContext) => Promise<void>) | undefined;
  /** Logs out all devices of a user, or one. */
  readonly disconnect:
    | ((userId: string, resource: string | undefined, context: CallContext) => Promise<void>)
    | undefined;
}

/** No call about users at all. */
export const NO_USER_CALLS: UserCalls = {
  show: undefined,
  ban: undefined,
  unban: undefined,
  banned: undefined,
  online: undefined,
  deactivate: undefined,
  reactivate: undefined,
  deactivated: undefined,
  register: undefined,
  list: undefined,
  delete: undefined,
  password: undefined,
  disconnect: undefined,
};

/** The members of {@link UserCalls} by these names, all of them defined. */
export type DefinedUserCalls<Name extends UserCallName> = {
  readonly [Each in Name & keyof UserCalls]: NonNullable<UserCalls[Each]>;
};

/**
 * The calls of one provider: exactly those that its capabilities name, which the compiler holds it to. `update` is the
 * profile's and stands beside them.
 */
export const toUserCalls = <Name extends UserCallName>(
  _names: readonly Name[],
  calls: DefinedUserCalls<Name>,
): UserCalls & DefinedUserCalls<Name> => ({ ...NO_USER_CALLS, ...calls });
