import type { RevokedTokens, RevokeTokensInput } from '@immint/contracts';
import { connectApp } from '../apps/app-connections.ts';
import type { DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { estimateMs } from '../jobs/estimate.ts';
import { contextOf } from '../users/user-call.ts';
import { effectOfRevoke, instantOfRevoke } from './revoke-effect.ts';

/**
 * Ends the tokens of all users of an app. One transaction stops serving for everybody, fixes the instant for all, bars the app
 * if that was asked for, and makes the job by which the provider is told of the users that have a stored token.
 */
export async function revokeAll(
  call: Call,
  described: DescribedApp,
  { bar = false }: Pick<RevokeTokensInput, 'bar'>,
): Promise<RevokedTokens> {
  const { services, caller, requestId, log } = call;
  const app = await connectApp(services, described);
  const { record, chat, entry } = app;
  const accepted = await services.revocations.acceptAll(
    {
      appId: record.id,
      secretEpoch: record.secretEpoch,
      bar,
      isTold: chat.revocation !== undefined,
      instant: await instantOfRevoke(services, chat, contextOf(call, 'login')),
    },
    { actor: caller.keyId, action: bar ? 'token.revoke-all-and-bar' : 'token.revoke-all', requestId },
  );
  if (accepted === undefined) throw new DomainError('CHANGED_MEANWHILE', { retryAfterMs: 0 });
  await services.database.flush();
  const { users, job, isBarred } = accepted;
  log.info('token.revoked-all', { app: record.name, users, bar, job: job?.id ?? null });
  return {
    app: record.name,
    provider: record.provider,
    effect: effectOfRevoke(chat, entry),
    verified: chat.revocation?.isVerified ?? false,
    users: [],
    all: {
      users,
      job: job?.id ?? null,
      estimatedMs: job === undefined ? null : estimateMs('revoke-all', users, app),
      barred: isBarred,
      revokedBeforeMs: job?.revokedBeforeMs ?? null,
    },
  };
}
