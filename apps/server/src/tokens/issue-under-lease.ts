import type { LeaseFailure, StoredToken, UserStanding } from '@immint/db';
import { createCallContext, ProviderError } from '@immint/providers';
import type { CallContext } from '@immint/providers';
import { connectApp } from '../apps/app-connections.ts';
import type { ConnectedApp, DescribedApp } from '../apps/app-connections.ts';
import { isOfMovedSecret } from '../apps/secret-moved.ts';
import type { Call } from '../context.ts';
import { DomainError } from '../domain-error.ts';
import { fromProviderError } from '../from-provider-error.ts';
import type { HeldLease } from '../leases/held-leases.ts';
import { refuseBarred, waitOutRevoke } from './after-revoke.ts';
import { askProvider } from './ask-provider.ts';
import type { AskedToken } from './ask-provider.ts';
import { mayFallBack } from './fall-back.ts';
import { issueReasonOf } from './issue-reason.ts';
import { takeReplacement } from './replacement-allowance.ts';
import { saveSurely } from './save-surely.ts';
import type { ObtainedToken } from './token-answer.ts';
import { tokenState } from './token-state.ts';
import type { TokenState } from './token-state.ts';
import { refuseOtherSpelling } from './wanted-token.ts';
import type { WantedToken } from './wanted-token.ts';

/** A user's token as it is stored, read under the lease: nobody else writes the next one meanwhile. */
interface Found {
  readonly stored: StoredToken | undefined;
  readonly state: TokenState;
  readonly standing: UserStanding;
  /** The database's clock, and ours when it was read. */
  readonly nowMs: number;
  readonly readAtMs: number;
}

/** A call to the provider that is under way. */
interface SentCall {
  /** Whether it went out and nobody has counted yet that it may bring a token that is never stored. */
  mayHaveExecuted: boolean;
}

/**
 * What the holder of a user's lease does: looks once more, asks the provider, saves under the fence. `freshAfter` is the
 * fence after which a token is fresh for whoever asked for a fresh one. The lease is ended, however it goes.
 */
export async function issueUnderLease(
  call: Call,
  described: DescribedApp,
  wanted: WantedToken,
  held: HeldLease,
  freshAfter: number,
): Promise<ObtainedToken> {
  const { services } = call;
  let found: Found | undefined;
  let asked: AskedToken | undefined;
  const sent: SentCall = { mayHaveExecuted: false };
  try {
    found = await look(call, described, wanted);
    services.reached('lease-taken');
    const replaces = isEnough(found, wanted, freshAfter) ? 'nothing' : await replaced(call, described, wanted, found);
    if (replaces === 'nothing' && found.stored !== undefined) {
      await held.end({ possibleOrphans: 0 });
      return { token: found.stored, source: 'stored' };
    }
    const why = issueReasonOf(found.stored, replaces === 'nothing' ? 'ended' : replaces, {
      ...described,
      ...found,
      ...wanted,
    });
    const app = await connectApp(services, described);
    const user = { canonicalUserId: wanted.canonicalUserId, ...found };
    await waitOutRevoke(services, app, user, contextOf(call, wanted, held, sent));
    const sentAtMs = found.nowMs + Math.floor(services.monotonicMs() - found.readAtMs);
    asked = await askProvider(services, app, wanted, found.stored, contextOf(call, wanted, held, sent));
    services.reached('answered');
    const saved = await saveSurely(
      services,
      {
        ...tokenOf(asked, sentAtMs),
        appId: app.record.id,
        canonicalUserId: wanted.canonicalUserId,
        userId: wanted.userId,
        expectedGeneration: found.stored?.generation ?? 0,
        secretEpoch: app.record.secretEpoch,
        revocationEpoch: found.standing.revocationEpoch,
        fence: held.fence,
        replaced: replaces === 'on-demand',
      },
      { actor: call.caller.keyId, action: 'token.issue', requestId: call.requestId, detail: { why } },
    );
    if (saved === undefined) {
      await noteOrphan(call, app, wanted, asked);
      throw new DomainError('CHANGED_MEANWHILE', { retryAfterMs: 0 });
    }
    held.saved();
    services.reached('saved');
    return { token: saved, source: 'issued' };
  } catch (error) {
    const isProviders = error instanceof ProviderError;
    // What the old secret is refused with is no answer for those who wait: they ask with the new one.
    const isMoved = await isOfMovedSecret(services, described, error);
    await held.end({
      failure: isProviders && !isMoved && !isHeldBackBehind(held, error) ? toFailure(error) : undefined,
      possibleOrphans: asked !== undefined || (isProviders ? error.mayHaveExecuted : sent.mayHaveExecuted) ? 1 : 0,
    });
    // Who asks for a fresh token has no use for the one that is stored.
    const mayBeStored = !isMoved && wanted.demand !== 'fresh';
    if (mayBeStored && found?.stored !== undefined && mayFallBack(found.state, error)) {
      call.log.warn('token.not-replaced', { app: described.record.name, userId: wanted.userId }, error);
      return { token: found.stored, source: 'stored' };
    }
    throw error;
  }
}

async function look({ services }: Call, { record }: DescribedApp, wanted: WantedToken): Promise<Found> {
  const { stored, standing, nowMs } = await services.tokens.read(record.id, wanted.canonicalUserId);
  const readAtMs = services.monotonicMs();
  refuseBarred(standing);
  if (stored !== undefined) refuseOtherSpelling(stored, wanted);
  // Others were faster than the news of a cut-over: the secret that this call knows is the old one.
  if (stored !== undefined && stored.secretEpoch > record.secretEpoch) {
    throw new DomainError('CHANGED_MEANWHILE', { retryAfterMs: 0 });
  }
  const state = stored === undefined ? 'ended' : tokenState(stored, { nowMs, record, ttlSeconds: wanted.ttlSeconds });
  return { stored, state, standing, nowMs, readAtMs };
}

/** Whether the stored token is what is wanted: somebody else may have asked for it while this one waited for the lease. */
function isEnough({ stored, state }: Found, { demand }: WantedToken, freshAfter: number): boolean {
  if (demand === 'renewal') return state === 'good';
  const isAlive = state === 'good' || state === 'due';
  return isAlive && (demand !== 'fresh' || (stored !== undefined && stored.fence > freshAfter));
}

/**
 * What the new token replaces: `ended` one that nobody would be given, `due` one that is renewed before its end, or one
 * that is given up `on-demand`, which is rationed. `nothing` leaves a reported token in use: it may not be replaced yet.
 */
async function replaced(
  { services }: Call,
  { record }: DescribedApp,
  { demand }: WantedToken,
  { stored, state, nowMs }: Found,
): Promise<'ended' | 'due' | 'on-demand' | 'nothing'> {
  if (stored === undefined || state === 'ended') return 'ended';
  if (demand === 'renewal' && state === 'due') return 'due';
  try {
    await takeReplacement(services.leaseStore, record.id, stored, nowMs);
    return 'on-demand';
  } catch (error) {
    const mayKeep = state === 'reported' && (demand === 'good' || demand === 'renewal');
    if (mayKeep && error instanceof DomainError) return 'nothing';
    throw error;
  }
}

function contextOf(
  { services }: Call,
  { urgency, canonicalUserId, mayRepeat = true }: WantedToken,
  held: HeldLease,
  sent: SentCall,
): CallContext {
  return {
    ...createCallContext(services.providerTimeoutMs, { ...services, urgency }),
    mayRepeat,
    hurried: held.hurried,
    beforeSend: () => {
      held.refuseLost();
      services.reached('before-call');
      sent.mayHaveExecuted = true;
    },
    beforeRepeat: async () => {
      await services.leaseStore.countPossibleOrphan({ appId: held.appId, canonicalUserId });
      sent.mayHaveExecuted = false;
    },
  };
}

function tokenOf({ issued, profile }: AskedToken, sentAtMs: number) {
  const { token, lifetime } = issued;
  return {
    ...profile,
    token,
    issuedAtMs: sentAtMs,
    lifetime: lifetime.kind,
    expiresAtMs: lifetime.kind === 'known' ? sentAtMs + lifetime.ttlSeconds * 1000 : null,
  };
}

/** Somebody else took over, or the app was changed, or the user revoked, meanwhile: what we hold will never be handed out. */
async function noteOrphan(
  { services, caller, requestId, log }: Call,
  { record }: ConnectedApp,
  { userId, canonicalUserId }: WantedToken,
  { issued }: AskedToken,
): Promise<void> {
  const fingerprint = services.keyRing.fingerprint(issued.token);
  log.warn('token.orphaned', { app: record.name, userId, fingerprint });
  const audit = { actor: caller.keyId, action: 'token.orphaned', requestId, detail: { fingerprint } };
  await services.audit.append(audit, [{ appId: record.id, subject: canonicalUserId }]);
}

/** Whether background work found no slot behind the logins in time, which is no answer for a login. */
export function isHeldBackBehind({ urgency }: HeldLease, error: unknown): boolean {
  return urgency === 'background' && error instanceof ProviderError && error.kind === 'held-back';
}

/** For those who wait for this lease: the same refusal in the same words. */
function toFailure(error: ProviderError): LeaseFailure {
  const { reason, message, retryAfterMs } = fromProviderError(error);
  return { reason, sentence: message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
