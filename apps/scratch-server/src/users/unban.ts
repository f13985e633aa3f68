import type { NameUsersInput, UserOutcomes } from '@immint/contracts';
import type { Call } from '../context.ts';
import { nameUsers } from './named-users.ts';
import { noteUsers } from './note.ts';
import { doneAmong, toOutcomes } from './outcomes.ts';
import { connectForCall, contextOf, describeForCall, urgencyOf } from './user-call.ts';

/** Lets banned users connect again. */
export async function unbanUsers(call: Call, input: NameUsersInput): Promise<UserOutcomes> {
  const described = await describeForCall(call, input.app, 'unban');
  const users = nameUsers(described, input.userIds);
  const { app, ask } = await connectForCall(call, described, 'unban');
  const { canonicalUserIds } = users;
  const outcomes = await ask(canonicalUserIds, contextOf(call, urgencyOf(canonicalUserIds.length)));
  await noteUsers(call, app, 'unban', doneAmong(outcomes));
  return { app: app.record.name, users: toOutcomes(users, outcomes, () => ({})) };
}
