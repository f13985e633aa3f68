import type { UserCallName } from '@immint/contracts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';

/** Writes down who had the provider do what to these users. */
export async function noteUsers(
  call: Call,
  { record }: DescribedApp,
  name: UserCallName,
  canonicalUserIds: readonly string[],
): Promise<void> {
  call.log.info(`user.${name}`, { app: record.name, users: canonicalUserIds.length });
  await call.services.audit.append(
    auditOf(call, name),
    canonicalUserIds.map((subject) => ({ appId: record.id, subject })),
  );
}

/**
 * The same, after a call with which the provider ends the user's tokens itself: they are no longer handed out. That is so
 * after a user was deleted or deactivated, and after a changed password (Easemob's newest page says so; if it is wrong, a
 * new token costs one call). A ban says who may connect and not which token is good, so it leaves the stored token alone:
 * after `user unban` it is handed out as before. Being disconnected ends no token either.
 */
export async function noteEndedTokens(
  call: Call,
  { record }: DescribedApp,
  name: UserCallName,
  canonicalUserIds: readonly string[],
): Promise<void> {
  if (canonicalUserIds.length === 0) return;
  call.log.info(`user.${name}`, { app: record.name, users: canonicalUserIds.length });
  await call.services.revocations.stopServing(record.id, canonicalUserIds, auditOf(call, name));
  await call.services.database.flush();
}

function auditOf({ caller, requestId }: Call, name: UserCallName) {
  return { actor: caller.keyId, action: `user.${name}`, requestId };
}
