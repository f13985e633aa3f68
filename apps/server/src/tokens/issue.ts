import type { StoredToken } from '@immint/db';
import type { CallContext, IssuedToken, IssueTokenRequest, Profile } from '@immint/providers';
import { createCallContext, ProviderError } from '@immint/providers';
import { connectApp } from '../apps/app-connections.ts';
import type { ConnectedApp, DescribedApp } from '../apps/app-connections.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { refuseBarred, waitOutRevoke } from './after-revoke.ts';
import { refuseTooSoon } from './fresh-budget.ts';
import { isGood } from './good-token.ts';
import type { ObtainedToken } from './token-answer.ts';
import { refuseOtherSpelling } from './wanted-token.ts';
import type { WantedToken } from './wanted-token.ts';

/**
 * The work of one flight: look once more, ask the provider, save under the fence. Its time is its own: a caller who
 * stops waiting does not stop it, so a token that the provider gave is not lost. All who share it want the same.
 */
export async function issueToken(call: Call, described: DescribedApp, wanted: WantedToken): Promise<ObtainedToken> {
  const { tokens, freshBudget, monotonicMs } = call.services;
  const { id, secretEpoch } = described.record;
  const { stored, standing, nowMs } = await tokens.read(id, wanted.canonicalUserId);
  const readAtMs = monotonicMs();

  refuseBarred(standing);
  if (stored !== undefined) refuseOtherSpelling(stored, wanted);
  const isStoredGood = stored !== undefined && isGood(stored, { nowMs, secretEpoch, ttlSeconds: wanted.ttlSeconds });
  if (isStoredGood) {
    if (!wanted.fresh) return { token: stored, source: 'stored' };
    refuseTooSoon(stored.replacedAtMs, nowMs);
    freshBudget.take(id);
  }

  const app = await connectApp(call.services, described);
  const { urgency } = wanted;
  const newContext = () =>
    createCallContext(call.services.providerTimeoutMs, {
      ...call.services,
      ...(urgency === undefined ? {} : { urgency }),
    });
  await waitOutRevoke(call.services, app, { canonicalUserId: wanted.canonicalUserId, standing, nowMs }, newContext());
  const context = newContext();
  const profile = await profileToSend(app, wanted, stored, context);
  const sentAtMs = nowMs + Math.floor(monotonicMs() - readAtMs);
  const issued = await issueNoting(
    call,
    app,
    {
      userId: wanted.canonicalUserId,
      ...profile,
      ...(wanted.ttlSeconds === undefined ? {} : { ttlSeconds: wanted.ttlSeconds }),
      // A user whose token was ended may have been deleted.
      isFirst: stored === undefined || stored.isRevoked,
    },
    context,
  );
  const saved = await tokens.save(
    {
      appId: id,
      canonicalUserId: wanted.canonicalUserId,
      userId: wanted.userId,
      ...profile,
      expectedGeneration: stored?.generation ?? 0,
      secretEpoch,
      revocationEpoch: standing.revocationEpoch,
      token: issued.token,
      issuedAtMs: sentAtMs,
      lifetime: issued.lifetime.kind,
      expiresAtMs: issued.lifetime.kind === 'known' ? sentAtMs + issued.lifetime.ttlSeconds * 1000 : null,
      replaced: isStoredGood,
    },
    { actor: call.caller.keyId, action: 'token.issue', requestId: call.requestId },
  );
  if (saved !== undefined) return { token: saved, source: 'issued' };
  return afterLostRace(call, app, wanted, issued);
}

/** Asks the provider, and keeps why it refused for whoever checks the app. */
async function issueNoting(
  { services }: Call,
  { chat, record }: ConnectedApp,
  request: IssueTokenRequest,
  context: CallContext,
): Promise<IssuedToken> {
  try {
    const issued = await chat.issueToken(request, context);
    services.issueTroubles.succeeded(record.id);
    return issued;
  } catch (error) {
    if (error instanceof ProviderError) {
      services.issueTroubles.failed(record.id, { kind: error.kind, atMs: services.nowMs() });
    }
    throw error;
  }
}

/** Somebody else wrote first: another server issued too, or the app was changed, or the user revoked, meanwhile. What we hold is an orphan. */
async function afterLostRace(
  call: Call,
  app: ConnectedApp,
  wanted: WantedToken,
  orphan: IssuedToken,
): Promise<ObtainedToken> {
  const { tokens, keyRing, log } = call.services;
  log.warn('token.orphaned', {
    app: app.record.name,
    userId: wanted.userId,
    fingerprint: keyRing.fingerprint(orphan.token),
  });
  const { stored, nowMs } = await tokens.read(app.record.id, wanted.canonicalUserId);
  const { secretEpoch } = app.record;
  if (stored !== undefined && isGood(stored, { nowMs, secretEpoch, ttlSeconds: wanted.ttlSeconds })) {
    return { token: stored, source: 'stored' };
  }
  throw new DomainError('CHANGED_MEANWHILE', { retryAfterMs: 0 });
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
