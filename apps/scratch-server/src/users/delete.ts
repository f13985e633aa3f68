import type { ChangedUser, NameUserInput } from '@immint/contracts';
import type { Call } from '../context.ts';
import { withEndedTokens } from './ending-call.ts';
import { nameUser } from './named-users.ts';
import { noteEndedTokens } from './note.ts';
import { connectForCall, contextOf, describeForCall } from './user-call.ts';

/** Deletes a user at the provider, for good. The stored token is no longer handed out. */
export async function deleteUser(call: Call, input: NameUserInput): Promise<ChangedUser> {
  const described = await describeForCall(call, input.app, 'delete');
  const { userId, canonicalUserId } = nameUser(described, input.userId);
  const { app, ask } = await connectForCall(call, described, 'delete');
  await withEndedTokens(
    () => ask(canonicalUserId, contextOf(call, 'login')),
    () => noteEndedTokens(call, app, 'delete', [canonicalUserId]),
  );
  return { app: app.record.name, userId, done: true };
}
