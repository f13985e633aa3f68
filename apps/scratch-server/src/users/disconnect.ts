import type { ChangedUser, DisconnectUserInput } from '@immint/contracts';
import type { Call } from '../context.ts';
import { nameUser } from './named-users.ts';
import { noteUsers } from './note.ts';
import { connectForCall, contextOf, describeForCall } from './user-call.ts';

/** Logs out all devices of a user, or one. It ends no token: a device that has one may log in again. */
export async function disconnectUser(call: Call, input: DisconnectUserInput): Promise<ChangedUser> {
  const described = await describeForCall(call, input.app, 'disconnect');
  const { userId, canonicalUserId } = nameUser(described, input.userId);
  const { app, ask } = await connectForCall(call, described, 'disconnect');
  await ask(canonicalUserId, input.resource, contextOf(call, 'login'));
  await noteUsers(call, app, 'disconnect', [canonicalUserId]);
  return { app: app.record.name, userId, done: true };
}
