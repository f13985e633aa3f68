import type { ListedUsers, ListUsersInput } from '@immint/contracts';
import type { Call } from '../context.ts';
import { viewUser } from './show.ts';
import { connectForCall, contextOf, describeForCall } from './user-call.ts';

/** The provider's users, a page at a time, in the provider's order. */
export async function listUsers(call: Call, input: ListUsersInput): Promise<ListedUsers> {
  const described = await describeForCall(call, input.app, 'list');
  const { app, ask } = await connectForCall(call, described, 'list');
  const { cursor, limit } = input;
  const page = await ask({ limit, ...(cursor === undefined ? {} : { cursor }) }, contextOf(call, 'background'));
  return { app: app.record.name, users: page.users.map(viewUser), nextCursor: page.nextCursor ?? null };
}
