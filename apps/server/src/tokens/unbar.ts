import type { UnbarredUsers, UnbarUsersInput } from '@immint/contracts';
import { describeApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { nameUsers } from '../users/named-users.ts';

/** Lets barred users have tokens again. A revoked token stays revoked: the next obtain issues a new one. */
export async function unbarUsers(
  { services, caller, requestId }: Call,
  input: UnbarUsersInput,
): Promise<UnbarredUsers> {
  const app = await describeApp(services, input.app);
  const users = nameUsers(app, input.userIds);
  const audit = { actor: caller.keyId, action: 'token.unbar', requestId };
  const unbarred = await services.revocations.unbar(app.record.id, users.canonicalUserIds, audit);
  await services.database.flush();
  return {
    app: app.record.name,
    users: users.all.map((user) => ({
      userId: user.userId,
      wasBarred: 'canonicalUserId' in user && unbarred.has(user.canonicalUserId),
    })),
  };
}
