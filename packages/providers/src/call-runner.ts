import { createAttempts } from './call-attempt.ts';
import type { CallContext } from './call-context.ts';
import { createCallCourse } from './call-course.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { admitInTime, type CredentialGate, openGate } from './credential-gate.ts';
import { type ChosenDomain, createDomainHealth } from './domain-health.ts';
import type { Pace } from './pace.ts';
import { ProviderError } from './provider-error.ts';
import type { ObserveProvider } from './provider-event.ts';
import type { ProviderCall } from './provider-call.ts';
import type { Transport } from './request.ts';
import { createRetryBudget } from './retry-budget.ts';

/** Sends calls: paced, to the domain that works, again where that is right, within the deadline. */
export interface CallRunner {
  /**
   * What it throws is the most meaningful failure of all attempts, and `mayHaveExecuted` if any of them may have been.
   * @throws ProviderError; what the storage behind the credential gate throws
   */
  run<Result>(call: ProviderCall<Result>, context: CallContext): Promise<Result>;
}

/** What a runner is made of. Health, budget and breaker live as long as it does: one connection has one runner. */
export interface CallRunnerParts {
  /** The primary origin first. */
  readonly origins: readonly [string, ...string[]];
  readonly transport: Transport;
  readonly pace: Pace;
  readonly monotonicMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly credentialGate?: CredentialGate;
  readonly observe?: ObserveProvider;
}

export const createCallRunner = ({
  origins,
  transport,
  pace,
  monotonicMs,
  randomBytes,
  credentialGate = openGate,
  observe = () => {},
}: CallRunnerParts): CallRunner => {
  const random = (): number => new DataView(Uint8Array.from(randomBytes(4)).buffer).getUint32(0) / 2 ** 32;
  const domains = createDomainHealth({ origins, monotonicMs, observe });
  const breaker = createCircuitBreaker({ monotonicMs, random, observe });
  const attempts = createAttempts({ transport, domains, breaker, monotonicMs, observe });
  const budget = createRetryBudget(monotonicMs);

  return {
    async run(call, context) {
      const { group, slots = 1, proof } = call;
      budget.called();
      breaker.refuseWhileOpen();
      const admission = await admitInTime(credentialGate, proof, context);
      const course = createCallCourse(call, context, { monotonicMs, random, budget, observe });

      const sendPaced = async (avoided: Pick<ChosenDomain, 'name'> | undefined) => {
        try {
          breaker.refuseWhileOpen();
          await pace.take(group, slots, context);
          context.beforeSend?.();
          return await attempts.send(call, context, avoided);
        } catch (error) {
          throw course.endBefore(error);
        }
      };

      let avoided = context.avoidedDomain && { name: context.avoidedDomain };
      for (;;) {
        const outcome = await sendPaced(avoided);
        if (outcome.ok) {
          await admission.accepted();
          return outcome.result;
        }
        const { error, failedDomain } = outcome;
        if (error.kind === 'rate-limited') {
          pace.tooOften(group, error.retryAfterMs);
          observe({ kind: 'rate-shrunk', group: group.name, retryAfterMs: error.retryAfterMs });
        }
        try {
          await course.waitToRepeat(error, { goesElsewhere: failedDomain !== undefined && domains.hasBackup });
        } catch (told) {
          const isRefusal = told instanceof ProviderError && told.kind === 'credentials-refused';
          throw isRefusal ? await admission.refused(told) : told;
        }
        avoided = failedDomain;
      }
    },
  };
};
