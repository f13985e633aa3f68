import type { UpdatedUser, UpdateUserInput } from '@immint/contracts';
import { connectApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { nameUser } from './named-users.ts';
import { noteUsers } from './note.ts';
import { contextOf, describeForCall } from './user-call.ts';

/**
 * Changes a user's name or avatar at the provider, and beside the stored token, so that the next login does not change it
 * back. A stored token stays as good as it was.
 */
export async function updateUser(call: Call, input: UpdateUserInput): Promise<UpdatedUser> {
  const described = await describeForCall(call, input.app, 'update');
  const { userId, canonicalUserId } = nameUser(described, input.userId);
  refuseBrokenLimits(described, input);
  const { name, avatarUrl } = input;
  const { record, chat } = await connectApp(call.services, described);
  if (chat.profiles === undefined) throw new TypeError('the adapter lacks the call update that its capabilities name');
  const changes = { ...(name === undefined ? {} : { name }), ...(avatarUrl === undefined ? {} : { avatarUrl }) };
  await chat.profiles.update(canonicalUserId, changes, contextOf(call, 'login'));

  const { token } = await call.services.tokens.inspect(record.id, canonicalUserId);
  if (token !== undefined) {
    const keptAvatarUrl = avatarUrl ?? token.avatarUrl;
    await call.services.tokens.saveProfile(record.id, canonicalUserId, {
      name: name ?? token.name,
      ...(keptAvatarUrl === undefined ? {} : { avatarUrl: keptAvatarUrl }),
    });
  }
  await noteUsers(call, described, 'update', [canonicalUserId]);
  return { app: record.name, userId, done: true, stored: token !== undefined };
}

function refuseBrokenLimits({ entry }: DescribedApp, { name, avatarUrl }: UpdateUserInput): void {
  const brokenName = name === undefined ? undefined : entry.checkName(name);
  if (brokenName !== undefined) throw new DomainError('NAME_REFUSED', { sentence: brokenName });
  const brokenAvatar = avatarUrl === undefined ? undefined : entry.checkAvatarUrl(avatarUrl);
  if (brokenAvatar !== undefined) throw new DomainError('AVATAR_URL_REFUSED', { sentence: brokenAvatar });
}
