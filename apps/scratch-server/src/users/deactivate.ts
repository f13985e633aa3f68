import type { NameUsersInput, UserOperations } from '@immint/contracts';
import type { Call } from '../context.ts';
import { nameUsers } from './named-users.ts';
import { noteEndedTokens } from './note.ts';
import { outcomesOf, viewOperations } from './operations.ts';
import { touchedAmong } from './outcomes.ts';
import { connectForCall, contextOf, describeForCall, urgencyOf } from './user-call.ts';

/** Begins to deactivate users, which ends their tokens: the provider reports the end to its own webhook. */
export async function deactivateUsers(call: Call, input: NameUsersInput): Promise<UserOperations> {
  const described = await describeForCall(call, input.app, 'deactivate');
  const users = nameUsers(described, input.userIds);
  const { app, ask } = await connectForCall(call, described, 'deactivate');
  const { canonicalUserIds } = users;
  const outcomes = outcomesOf(await ask(canonicalUserIds, contextOf(call, urgencyOf(canonicalUserIds.length))));
  await noteEndedTokens(call, app, 'deactivate', touchedAmong(outcomes));
  return { app: app.record.name, users: viewOperations(users, outcomes) };
}
