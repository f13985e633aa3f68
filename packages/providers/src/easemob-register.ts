import {
  EASEMOB_MAX_BODY_BYTES,
  EASEMOB_USERS_PER_CALL,
  EasemobNewUser,
  EasemobRegisterReply,
  EasemobRegisterRequest,
} from '@immint/contracts/easemob';

import type { CallContext } from './call-context.ts';
import type { AskEasemob } from './easemob-call.ts';
import { readEasemob } from './easemob-error.ts';
import { type EasemobAppNames, toEasemobPath } from './easemob-path.ts';
import { ProviderError } from './provider-error.ts';
import { unreadable } from './read-json.ts';
import { readRequest } from './strict-request.ts';
import { callInBatches, toOutcomes } from './user-batches.ts';
import type { NewUser, UserCalls, UserOutcome } from './user-calls.ts';

/** What an answer says of one of the users whom it was to make. */
type OutcomeOf = (userId: string) => UserOutcome;

/**
 * Makes users, each with the password that is to be theirs. Of a user who exists already, nothing changes: the outcome is
 * `user-exists`. Newer answers name such users; older ones fail the whole call, and then they are made one by one.
 * Source: doc.easemob.com/document/server-side/account_system.html
 */
export const createRegisterEasemobUsers = (
  ask: AskEasemob,
  app: EasemobAppNames,
): NonNullable<UserCalls['register']> => {
  const register = (users: readonly EasemobNewUser[], context: CallContext): Promise<OutcomeOf> =>
    ask(
      {
        name: 'users',
        kind: 'register',
        method: 'POST',
        path: toEasemobPath('users', app),
        body: readRequest(EasemobRegisterRequest, [...users]),
        isIdempotent: false,
        read: (reply, sent) => {
          const { entities, data } = readEasemob(reply, sent, EasemobRegisterReply);
          const made = new Set(entities?.map(({ username }) => username));
          const reasons = new Map(data?.map(({ username, registerUserFailReason: reason }) => [username, reason]));
          return (userId) => {
            const reason = reasons.get(userId);
            if (reason !== undefined) return { userId, error: failureOf(reason, reply.status) };
            if (made.has(userId)) return { userId };
            return { userId, error: unreadable(reply, 'It leaves out a user who was to be made.') };
          };
        },
      },
      context,
    );

  const registerIn = async (
    users: readonly EasemobNewUser[],
    maxItems: number,
    context: CallContext,
  ): Promise<ReadonlyMap<EasemobNewUser, UserOutcome>> => {
    const limits = { maxItems, bytes: BODY_BYTES };
    const batches = await callInBatches(users, limits, context, (part) => register(part, context));
    const outcomes = toOutcomes(batches, nameOf, ({ username }, outcomeOf) => outcomeOf(username));
    const failedTogether = batches.filter(({ items, error }) => error?.kind === 'user-exists' && items.length > 1);
    const again = failedTogether.flatMap(({ items }) => items);
    return new Map([
      ...users.flatMap((user, index) => (outcomes[index] === undefined ? [] : [[user, outcomes[index]] as const])),
      ...(again.length === 0 ? [] : await registerIn(again, 1, context)),
    ]);
  };

  return async (users, context) => {
    const checked = users.map(checkUser);
    const entities = checked.flatMap(({ entity }) => (entity === undefined ? [] : [entity]));
    const outcomes = await registerIn(entities, EASEMOB_USERS_PER_CALL.register, context);
    return checked.map((each) => {
      const outcome = each.entity === undefined ? each.refused : outcomes.get(each.entity);
      if (outcome === undefined) throw new Error('A user was left without an outcome.');
      return outcome;
    });
  };
};

const nameOf = ({ username }: EasemobNewUser): string => username;

/** A user as Easemob is told of them, or the rule that they break: the others are not kept from being made. */
const checkUser = ({
  userId,
  password,
  nickname,
}: NewUser): { readonly entity: EasemobNewUser } | { readonly entity?: never; readonly refused: UserOutcome } => {
  try {
    const entity = readRequest(EasemobNewUser, { username: userId, password: password.reveal(), nickname });
    return { entity };
  } catch (error) {
    if (error instanceof ProviderError) return { refused: { userId, error } };
    throw error;
  }
};

const BODY_BYTES = {
  max: EASEMOB_MAX_BODY_BYTES,
  base: Buffer.byteLength('[]'),
  of: (user: EasemobNewUser) => Buffer.byteLength(JSON.stringify(user)) + 1,
};

/** Only "the … already exists" is documented; any other reason is a provider's text, and is not repeated. */
const failureOf = (reason: string, httpStatus: number): ProviderError =>
  /already exists/i.test(reason)
    ? new ProviderError('user-exists', { httpStatus })
    : new ProviderError('unknown-code', { httpStatus, mayHaveExecuted: false });
