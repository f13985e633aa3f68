import type { CallContext } from './call-context.ts';
import type { CircuitBreaker, Permit } from './circuit-breaker.ts';
import type { ChosenDomain, DomainHealth } from './domain-health.ts';
import { ProviderError } from './provider-error.ts';
import type { ObserveProvider } from './provider-event.ts';
import type { ProviderCall } from './provider-call.ts';
import type { Transport } from './request.ts';

/** What became of one attempt. */
type AttemptOutcome<Result> =
  | { readonly ok: true; readonly result: Result }
  | {
      readonly ok: false;
      readonly error: ProviderError;
      /** The domain whose failure it is, which a repeat had better avoid. */
      readonly failedDomain: ChosenDomain | undefined;
    };

/** Makes single attempts, and tells domains and breaker what each of them showed. */
export interface Attempts {
  /**
   * Sends a call once, for at most 40 % of the time that its caller began with. The breaker must just have been asked.
   * @throws ProviderError circuit-open, when the breaker opened meanwhile
   */
  send<Result>(
    call: ProviderCall<Result>,
    context: CallContext,
    avoided: Pick<ChosenDomain, 'name'> | undefined,
  ): Promise<AttemptOutcome<Result>>;
}

interface AttemptParts {
  readonly transport: Transport;
  readonly domains: DomainHealth;
  readonly breaker: CircuitBreaker;
  readonly monotonicMs: () => number;
  readonly observe: ObserveProvider;
}

const ATTEMPT_SHARE = 0.4;

/** Who gives a provider less than this to answer learns nothing about it by its silence. */
const FAIR_ATTEMPT_MS = 1_000;

export const createAttempts = ({ transport, domains, breaker, monotonicMs, observe }: AttemptParts): Attempts => {
  const exchange = async <Result>(call: ProviderCall<Result>, origin: string, signal: AbortSignal): Promise<Result> => {
    const { method, path, maxReplyBytes, build, read } = call;
    const request = { origin, method, path, ...build(), ...(maxReplyBytes === undefined ? {} : { maxReplyBytes }) };
    const reply = await transport.send(request, signal);
    try {
      return read(reply);
    } catch (error) {
      const { serverDateMs } = reply;
      throw error instanceof ProviderError && serverDateMs !== undefined ? error.with({ serverDateMs }) : error;
    }
  };

  /** A refusal is the answer of a provider that works. Gives the domain if the failure is the domain's. */
  const learnFrom = (error: ProviderError, domain: ChosenDomain, permit: Permit): ChosenDomain | undefined => {
    const isSilence = error.kind === 'unreachable' || error.kind === 'timed-out';
    const isOfDomain = isSilence || (error.httpStatus ?? 0) >= 500;
    if (!isOfDomain) domains.worked(domain);
    const isNews = isOfDomain ? domains.failed(domain) : true;
    if (!isSilence && error.kind !== 'failed') permit.worked();
    else if (isNews) permit.failed();
    return isOfDomain ? domain : undefined;
  };

  return {
    async send(call, context, avoided) {
      const permit = breaker.admit();
      const domain = domains.choose(avoided);
      const startedAtMs = monotonicMs();
      const shareMs = Math.min(context.timeoutMs * ATTEMPT_SHARE, context.deadlineMs - startedAtMs);
      const limit = AbortSignal.timeout(Math.max(0, Math.ceil(shareMs)));
      try {
        const result = await exchange(call, domain.origin, AbortSignal.any([limit, context.signal]));
        domains.worked(domain);
        permit.worked();
        return { ok: true, result };
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        const elapsedMs = Math.round(monotonicMs() - startedAtMs);
        observe({ kind: 'attempt-failed', group: call.group.name, domain: domain.name, error, elapsedMs });
        const isCallersHaste =
          error.kind === 'timed-out' && (limit.aborted ? shareMs < FAIR_ATTEMPT_MS : context.signal.aborted);
        if (isCallersHaste) return { ok: false, error, failedDomain: domain };
        const failedDomain = learnFrom(error, domain, permit);
        if (failedDomain === undefined) return { ok: false, error, failedDomain };
        return { ok: false, error: error.with({ failedDomain: failedDomain.name }), failedDomain };
      } finally {
        permit.learntNothing();
      }
    },
  };
};
