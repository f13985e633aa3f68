import type { StoredToken } from '@immint/db';
import { createCallContext } from '@immint/providers';
import { connectApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import type { WantedToken } from './wanted-token.ts';

/** A login does not wait longer than this for its profile to reach the provider. */
const PROFILE_TIMEOUT_MS = 3_000;

/** The name and avatar that push notifications show. */
interface SentProfile {
  readonly name: string;
  readonly avatarUrl?: string;
}

/**
 * Sends a name or avatar that differs from the stored one to the provider, and stores it once it has arrived: one call,
 * however many logins bring the same. It never forces a new token and never fails a login: what did not arrive is not
 * stored, so the next login sends it again.
 */
export async function sendChangedProfile(
  call: Call,
  app: DescribedApp,
  wanted: WantedToken,
  token: StoredToken,
): Promise<void> {
  const name = wanted.name ?? token.name;
  const avatarUrl = wanted.avatarUrl ?? token.avatarUrl;
  const profile = { name, ...(avatarUrl === undefined ? {} : { avatarUrl }) };
  if (isSame(profile, token)) return;
  const key = `${app.record.id}:${wanted.canonicalUserId}`;
  const kind = JSON.stringify([name, avatarUrl ?? null]);
  try {
    await call.services.profileFlights.join(key, kind, () => sendProfile(call, app, wanted, profile));
  } catch (error) {
    call.log.warn('profile.not-sent', { app: app.record.name, userId: wanted.userId }, error);
  }
}

async function sendProfile(call: Call, app: DescribedApp, wanted: WantedToken, profile: SentProfile): Promise<void> {
  const { tokens } = call.services;
  const { token: stored } = await tokens.inspect(app.record.id, wanted.canonicalUserId);
  if (stored === undefined || isSame(profile, stored)) return;
  const { profiles } = (await connectApp(call.services, app)).chat;
  await profiles?.update(
    wanted.canonicalUserId,
    profile,
    createCallContext(PROFILE_TIMEOUT_MS, { ...call.services, urgency: 'background' }),
  );
  await tokens.saveProfile(app.record.id, wanted.canonicalUserId, profile);
  const event = profiles === undefined ? 'profile.stored' : 'profile.sent';
  call.log.info(event, { app: app.record.name, userId: wanted.userId });
}

function isSame(one: SentProfile, other: SentProfile): boolean {
  return one.name === other.name && one.avatarUrl === other.avatarUrl;
}
