import type { NameUsersInput, OnlineUsers } from '@immint/contracts';
import type { Call } from '../context.ts';
import { nameUsers } from './named-users.ts';
import { toOutcomes } from './outcomes.ts';
import { connectForCall, contextOf, describeForCall, urgencyOf } from './user-call.ts';

/** Which of these users are connected now. */
export async function readOnline(call: Call, input: NameUsersInput): Promise<OnlineUsers> {
  const described = await describeForCall(call, input.app, 'online');
  const users = nameUsers(described, input.userIds);
  const { app, ask } = await connectForCall(call, described, 'online');
  const { canonicalUserIds } = users;
  const outcomes = await ask(canonicalUserIds, contextOf(call, urgencyOf(canonicalUserIds.length)));
  return {
    app: app.record.name,
    users: toOutcomes(users, outcomes, (outcome) => ({ online: outcome?.isOnline ?? null })),
  };
}
