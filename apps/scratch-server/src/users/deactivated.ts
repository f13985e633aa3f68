import type { DeactivatedUsers, UserPageInput } from '@immint/contracts';
import type { Call } from '../context.ts';
import { connectForCall, contextOf, describeForCall } from './user-call.ts';

/** Who is deactivated now, a page at a time, in the provider's order. */
export async function listDeactivated(call: Call, input: UserPageInput): Promise<DeactivatedUsers> {
  const described = await describeForCall(call, input.app, 'deactivated');
  const { app, ask } = await connectForCall(call, described, 'deactivated');
  const { page, pageSize } = input;
  const userIds = await ask({ page, pageSize }, contextOf(call, 'background'));
  // A full page may be the last one: providers tell no total.
  return { app: app.record.name, userIds: [...userIds], nextPage: userIds.length < pageSize ? null : page + 1 };
}
