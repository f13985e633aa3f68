import type { BanUsersInput, UserOutcomes } from '@immint/contracts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { nameUsers } from './named-users.ts';
import { noteUsers } from './note.ts';
import { doneAmong, toOutcomes } from './outcomes.ts';
import { connectForCall, contextOf, describeForCall, urgencyOf } from './user-call.ts';

/** Keeps users from connecting, for some minutes or until they are unbanned: the provider has one of the two. */
export async function banUsers(call: Call, input: BanUsersInput): Promise<UserOutcomes> {
  const described = await describeForCall(call, input.app, 'ban');
  refuseWrongMinutes(described, input.minutes);
  const users = nameUsers(described, input.userIds);
  const { app, ask } = await connectForCall(call, described, 'ban');
  const { canonicalUserIds } = users;
  const outcomes = await ask(canonicalUserIds, input.minutes, contextOf(call, urgencyOf(canonicalUserIds.length)));
  await noteUsers(call, app, 'ban', doneAmong(outcomes));
  return { app: app.record.name, users: toOutcomes(users, outcomes, () => ({})) };
}

function refuseWrongMinutes({ entry, settings }: DescribedApp, minutes: number | undefined): void {
  const { bansForMinutes } = entry.capabilities(settings);
  if (bansForMinutes === (minutes !== undefined)) return;
  throw new DomainError('INPUT_INVALID', {
    sentence: bansForMinutes
      ? `A ban at ${entry.displayName} ends by itself: say after how many minutes, from 1 to 43200 (30 days).`
      : `A ban at ${entry.displayName} lasts until it is lifted: leave the minutes out.`,
  });
}
