import type { NameUsersInput, UserOperations } from '@immint/contracts';
import type { Call } from '../context.ts';
import { nameUsers } from './named-users.ts';
import { noteUsers } from './note.ts';
import { outcomesOf, viewOperations } from './operations.ts';
import { doneAmong } from './outcomes.ts';
import { connectForCall, contextOf, describeForCall, urgencyOf } from './user-call.ts';

/** Begins to bring deactivated users back: the provider reports the end to its own webhook. */
export async function reactivateUsers(call: Call, input: NameUsersInput): Promise<UserOperations> {
  const described = await describeForCall(call, input.app, 'reactivate');
  const users = nameUsers(described, input.userIds);
  const { app, ask } = await connectForCall(call, described, 'reactivate');
  const { canonicalUserIds } = users;
  const outcomes = outcomesOf(await ask(canonicalUserIds, contextOf(call, urgencyOf(canonicalUserIds.length))));
  await noteUsers(call, app, 'reactivate', doneAmong(outcomes));
  return { app: app.record.name, users: viewOperations(users, outcomes) };
}
