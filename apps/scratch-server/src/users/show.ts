import type { NameUserInput, ShownUser, UserView } from '@immint/contracts';
import type { ProviderUser } from '@immint/providers';
import type { Call } from '../context.ts';
import { nameUser } from './named-users.ts';
import { connectForCall, contextOf, describeForCall } from './user-call.ts';

/** The provider's own record of a user. */
export async function showUser(call: Call, input: NameUserInput): Promise<ShownUser> {
  const described = await describeForCall(call, input.app, 'show');
  const { userId, canonicalUserId } = nameUser(described, input.userId);
  const { app, ask } = await connectForCall(call, described, 'show');
  const user = await ask(canonicalUserId, contextOf(call, 'login'));
  return { app: app.record.name, provider: app.record.provider, ...viewUser(user), userId };
}

/** A record of the provider's as the API shows it. */
export function viewUser(user: ProviderUser): UserView {
  return {
    userId: user.userId,
    name: user.name ?? null,
    avatarUrl: user.avatarUrl ?? null,
    createdAt: user.createdAt ?? null,
    banned: user.isBanned ?? null,
  };
}
