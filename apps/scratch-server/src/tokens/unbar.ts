import type { UnbarredUsers, UnbarUsersInput } from '@immint/contracts';
import { describeApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { nameUsers } from '../users/named-users.ts';

/**
 * Lets barred users have tokens again, or all users of a barred app: a bar of one kind leaves the other as it is. A revoked token
 * stays revoked: the next obtain issues a new one.
 */
export async function unbarUsers(
  { services, caller, requestId }: Call,
  input: UnbarUsersInput,
): Promise<UnbarredUsers> {
  const app = await describeApp(services, input.app);
  const { id, name } = app.record;
  const audit = { actor: caller.keyId, action: 'token.unbar', requestId };
  if (input.userIds === undefined) {
    const appWasBarred = await services.revocations.unbarAll(id, { ...audit, action: 'token.unbar-all' });
    await services.database.flush();
    return { app: name, appBarred: false, appWasBarred, users: [] };
  }
  const users = nameUsers(app, input.userIds);
  const unbarred = await services.revocations.unbar(id, users.canonicalUserIds, audit);
  await services.database.flush();
  return {
    app: name,
    appBarred: await services.revocations.isAppBarred(id),
    appWasBarred: null,
    users: users.all.map((user) => ({
      userId: user.userId,
      wasBarred: 'canonicalUserId' in user && unbarred.has(user.canonicalUserId),
    })),
  };
}
