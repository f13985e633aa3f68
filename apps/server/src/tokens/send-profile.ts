import type { StoredToken } from '@immint/db';
import type { ConnectedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import type { WantedToken } from './wanted-token.ts';

/** A login does not wait longer than this for its profile to reach the provider. */
const PROFILE_TIMEOUT_MS = 3_000;

/**
 * Sends a name or avatar that differs from the stored one to the provider, and stores it once it has arrived. It never
 * forces a new token and never fails a login: what did not arrive is not stored, so the next login sends it again.
 */
export async function sendChangedProfile(
  call: Call,
  app: ConnectedApp,
  wanted: WantedToken,
  token: StoredToken,
): Promise<void> {
  const name = wanted.name ?? token.name;
  const avatarUrl = wanted.avatarUrl ?? token.avatarUrl;
  if (name === token.name && avatarUrl === token.avatarUrl) return;
  const profile = { name, ...(avatarUrl === undefined ? {} : { avatarUrl }) };
  const where = { app: app.record.name, userId: wanted.userId };
  try {
    await app.chat.profiles?.update(wanted.canonicalUserId, profile, AbortSignal.timeout(PROFILE_TIMEOUT_MS));
    await call.services.tokens.saveProfile(app.record.id, wanted.canonicalUserId, profile);
    call.log.info('profile.sent', where);
  } catch (error) {
    call.log.warn('profile.not-sent', where, error);
  }
}
