import type { StoredToken } from '@immint/db';
import type { CallContext, IssuedToken, Profile } from '@immint/providers';
import { ProviderError } from '@immint/providers';
import type { ConnectedApp } from '../apps/app-connections.ts';
import type { Services } from '../services.ts';
import type { WantedToken } from './wanted-token.ts';

/** What the provider gave, and the profile that it was told. */
export interface AskedToken {
  readonly issued: IssuedToken;
  readonly profile: Profile;
}

/** Asks the provider for a token of a user, and notes what came of it for whoever looks at the app. @throws ProviderError */
export async function askProvider(
  services: Pick<Services, 'activity'>,
  app: ConnectedApp,
  wanted: WantedToken,
  stored: StoredToken | undefined,
  context: CallContext,
): Promise<AskedToken> {
  const { chat, record } = app;
  const profile = await profileToSend(app, wanted, stored, context);
  try {
    const issued = await chat.issueToken(
      {
        userId: wanted.canonicalUserId,
        ...profile,
        ...(wanted.ttlSeconds === undefined ? {} : { ttlSeconds: wanted.ttlSeconds }),
        // A user whose token was ended may have been deleted.
        isFirst: stored === undefined || stored.isRevoked,
      },
      context,
    );
    services.activity.issued(record.id);
    return { issued, profile };
  } catch (error) {
    if (error instanceof ProviderError) services.activity.failed(record.id, error);
    throw error;
  }
}

/** Without a name the stored one is used, otherwise the user id; the provider overwrites what it has with what we send. */
async function profileToSend(
  app: ConnectedApp,
  wanted: WantedToken,
  stored: StoredToken | undefined,
  context: CallContext,
): Promise<Profile> {
  const kept = (await profileElsewhere(app, wanted, stored, context)) ?? stored;
  const avatarUrl = wanted.avatarUrl ?? kept?.avatarUrl;
  return { name: wanted.name ?? kept?.name ?? wanted.userId, ...(avatarUrl === undefined ? {} : { avatarUrl }) };
}

/** Where another service changes profiles at the provider, issuing with our copy would undo its change. */
async function profileElsewhere(
  app: ConnectedApp,
  wanted: WantedToken,
  stored: StoredToken | undefined,
  context: CallContext,
): Promise<Profile | undefined> {
  const isElsewhere = 'profileOwner' in app.settings && app.settings.profileOwner === 'elsewhere';
  if (!isElsewhere || stored === undefined || app.chat.profiles === undefined) return undefined;
  try {
    return await app.chat.profiles.read(wanted.canonicalUserId, context);
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'user-unknown') return undefined;
    throw error;
  }
}
