import type { RegisterUsersInput, UserOutcomes } from '@immint/contracts';
import { Secret } from '@immint/secrets';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { nameUsers } from './named-users.ts';
import { noteUsers } from './note.ts';
import { doneAmong, toOutcomes } from './outcomes.ts';
import { connectForCall, contextOf, describeForCall, urgencyOf } from './user-call.ts';

/** 24 bytes are 32 letters, digits, `-` and `_`: within every limit that a page or an SDK has for passwords. */
const RANDOM_PASSWORD_BYTES = 24;

/**
 * Makes users at the provider. A user without a password gets one made at random that nobody keeps: whoever logs in by
 * tokens needs none, and `user password` sets another.
 */
export async function registerUsers(call: Call, input: RegisterUsersInput): Promise<UserOutcomes> {
  const described = await describeForCall(call, input.app, 'register');
  const users = nameUsers(
    described,
    input.users.map(({ userId }) => userId),
  );
  if (users.canonicalUserIds.length < users.all.filter((user) => !('rule' in user)).length) {
    throw new DomainError('INPUT_INVALID', { sentence: 'A user is named twice: which password counts is not clear.' });
  }
  const { app, ask } = await connectForCall(call, described, 'register');
  const newUsers = users.all.flatMap((user, index) => {
    const { password, nickname } = input.users[index] ?? {};
    if ('rule' in user) return [];
    return [
      {
        userId: user.canonicalUserId,
        password: Secret.of(password ?? randomPassword(call)),
        ...(nickname === undefined ? {} : { nickname }),
      },
    ];
  });
  const outcomes = await ask(newUsers, contextOf(call, urgencyOf(newUsers.length)));
  await noteUsers(call, app, 'register', doneAmong(outcomes));
  return { app: app.record.name, users: toOutcomes(users, outcomes, () => ({})) };
}

function randomPassword({ services }: Call): string {
  return Buffer.from(services.randomBytes(RANDOM_PASSWORD_BYTES)).toString('base64url');
}
