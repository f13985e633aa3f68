import type { UserOutcome as UserOutcomeView } from '@immint/contracts';
import type { ProviderError, UserOutcome } from '@immint/providers';
import { fromProviderError } from '../from-provider-error.ts';
import type { NamedUsers } from './named-users.ts';

/** What became of each user that was named, in that order, with what `more` knows of it. */
export function toOutcomes<Outcome extends UserOutcome, More extends object>(
  users: NamedUsers,
  outcomes: readonly Outcome[],
  more: (outcome: Outcome | undefined) => More,
): (UserOutcomeView & More)[] {
  const byUserId = new Map(outcomes.map((outcome) => [outcome.userId, outcome]));
  return users.all.map((user) => {
    const { userId } = user;
    if ('rule' in user) {
      return { userId, done: false, reason: 'USER_ID_REFUSED', message: user.rule, ...more(undefined) };
    }
    const outcome = byUserId.get(user.canonicalUserId);
    return { userId, ...judge(outcome), ...more(outcome) };
  });
}

/** The canonical ids of those for which it was done, or may have been. */
export function touchedAmong(outcomes: readonly UserOutcome[]): string[] {
  return outcomes.filter(({ error }) => error === undefined || error.mayHaveExecuted).map(({ userId }) => userId);
}

/** The canonical ids of those for which it was done. */
export function doneAmong(outcomes: readonly UserOutcome[]): string[] {
  return outcomes.filter(({ error }) => error === undefined).map(({ userId }) => userId);
}

function judge(outcome: UserOutcome | undefined): Omit<UserOutcomeView, 'userId'> {
  if (outcome === undefined) throw new TypeError('the adapter said nothing about a user that it was asked about');
  return outcome.error === undefined ? { done: true, reason: null, message: null } : notDone(outcome.error);
}

function notDone(error: ProviderError): Omit<UserOutcomeView, 'userId'> {
  const { reason, message } = fromProviderError(error);
  return { done: false, reason, message };
}
