import type { RevokedTokens, RevokedUser, RevokeTokensInput } from '@immint/contracts';
import { REASONS } from '@immint/contracts';
import { connectApp, describeApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { nameUsers } from '../users/named-users.ts';
import { contextOf } from '../users/user-call.ts';
import { effectOfRevoke, instantOfRevoke } from './revoke-effect.ts';
import { revokeAll } from './revoke-all.ts';
import { tellRevocations } from './tell-revocations.ts';
import type { ToldRevocation } from './tell-revocations.ts';

/**
 * Ends the tokens of users. In one transaction serving stops, the users are barred if that was asked for, and the instant
 * before which the provider is to end tokens is fixed; then the provider is told, and told again in the background with
 * the same instant until it has taken it. A provider that cannot be reached does not keep serving from being stopped: then
 * the instant is fixed when it first answers, and nothing is issued for these users before.
 */
export async function revokeTokens(call: Call, input: RevokeTokensInput): Promise<RevokedTokens> {
  const { services, caller, requestId, log } = call;
  const described = await describeApp(services, input.app);
  if (input.userIds === undefined) return revokeAll(call, described, input);
  const users = nameUsers(described, input.userIds);
  const app = await connectApp(services, described);
  const { record, chat, entry } = app;
  const context = contextOf(call, 'login');
  const bar = input.bar === true;

  const accepted = await services.revocations.accept(
    {
      appId: record.id,
      secretEpoch: record.secretEpoch,
      canonicalUserIds: users.canonicalUserIds,
      bar,
      isTold: chat.revocation !== undefined,
      instant: await instantOfRevoke(services, app.chat, context),
    },
    { actor: caller.keyId, action: bar ? 'token.revoke-and-bar' : 'token.revoke', requestId },
  );
  if (accepted === undefined) throw new DomainError('CHANGED_MEANWHILE', { retryAfterMs: 0 });
  await services.database.flush();
  log.info('token.revoked', { app: record.name, users: accepted.length, bar });

  const told = chat.revocation === undefined ? [] : await tellRevocations(services, app, accepted, context);
  const barred = new Set(accepted.flatMap((each) => (each.isBarred ? [each.canonicalUserId] : [])));
  const toldByUserId = new Map(told.map((each) => [each.record.canonicalUserId, each]));
  return {
    app: record.name,
    provider: record.provider,
    effect: effectOfRevoke(chat, entry),
    verified: chat.revocation?.isVerified ?? false,
    users: users.all.map((user): RevokedUser => {
      const { userId } = user;
      if ('rule' in user) return refusedUser(userId, user.rule);
      return { userId, barred: barred.has(user.canonicalUserId), ...viewTold(toldByUserId.get(user.canonicalUserId)) };
    }),
    all: null,
  };
}

function refusedUser(userId: string, rule: string): RevokedUser {
  return { userId, state: null, barred: false, revokedBeforeMs: null, reason: 'USER_ID_REFUSED', message: rule };
}

function viewTold(told: ToldRevocation | undefined): Omit<RevokedUser, 'userId' | 'barred'> {
  if (told === undefined) return { state: 'unsupported', revokedBeforeMs: null, reason: null, message: null };
  const { record, settlement } = told;
  const reason = settlement.state === 'delivered' ? null : settlement.reason;
  return {
    state: settlement.state,
    revokedBeforeMs: record.revokedBeforeMs,
    reason,
    message: reason === null ? null : REASONS[reason].sentence,
  };
}
