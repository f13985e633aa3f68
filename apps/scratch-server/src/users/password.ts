import type { ChangedUser, ChangePasswordInput } from '@immint/contracts';
import { Secret } from '@immint/secrets';
import type { Call } from '../context.ts';
import { withEndedTokens } from './ending-call.ts';
import { nameUser } from './named-users.ts';
import { noteEndedTokens } from './note.ts';
import { connectForCall, contextOf, describeForCall } from './user-call.ts';

/** Changes a user's password at the provider; it is kept nowhere. The stored token is no longer handed out. */
export async function changePassword(call: Call, input: ChangePasswordInput): Promise<ChangedUser> {
  const described = await describeForCall(call, input.app, 'password');
  const { userId, canonicalUserId } = nameUser(described, input.userId);
  const { app, ask } = await connectForCall(call, described, 'password');
  await withEndedTokens(
    () => ask(canonicalUserId, Secret.of(input.password), contextOf(call, 'login')),
    () => noteEndedTokens(call, app, 'password', [canonicalUserId]),
  );
  return { app: app.record.name, userId, done: true };
}
