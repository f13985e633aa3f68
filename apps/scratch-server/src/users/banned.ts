import type { BannedUsers, UserPageInput } from '@immint/contracts';
import type { Call } from '../context.ts';
import { connectForCall, contextOf, describeForCall } from './user-call.ts';

/** Who is banned now, a page at a time, in the provider's order. */
export async function listBanned(call: Call, input: UserPageInput): Promise<BannedUsers> {
  const described = await describeForCall(call, input.app, 'banned');
  const { app, ask } = await connectForCall(call, described, 'banned');
  const { page, pageSize } = input;
  const users = await ask({ page, pageSize }, contextOf(call, 'background'));
  return {
    app: app.record.name,
    users: users.map(({ userId, until }) => ({ userId, until: until ?? null })),
    // A full page may be the last one: providers tell no total.
    nextPage: users.length < pageSize ? null : page + 1,
  };
}
