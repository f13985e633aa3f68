import { ProviderError } from './provider-error.ts';
import type { ObserveProvider } from './provider-event.ts';

/** So many attempts in a row must fail before the provider is left alone. */
const FAILURES_TO_OPEN = 5;
const FIRST_OPEN_MS = 1_000;
const LONGEST_OPEN_MS = 30_000;

/** What one attempt is told by and tells the breaker. Only the first word counts. */
export interface Permit {
  /** The provider answered, be it with a refusal. */
  worked(): void;
  /** The provider was not reached, did not answer in time, or failed inside. */
  failed(): void;
  /** Nothing was learnt: the caller gave up, or the attempt was about something else. */
  learntNothing(): void;
}

/**
 * Leaves a provider alone that fails again and again: after 5 failures in a row for a second, then for longer and longer
 * up to 30 s, each time less a random part of up to a half, so that servers do not come back together. After that exactly
 * one attempt probes; the others are refused until it is known what became of it.
 */
export interface CircuitBreaker {
  /**
   * Refuses what could not go out now anyhow, before anything is spent on it.
   * @throws ProviderError circuit-open
   */
  refuseWhileOpen(): void;
  /**
   * The leave to make one attempt, which must say what became of it.
   * @throws ProviderError circuit-open
   */
  admit(): Permit;
}

interface BreakerParts {
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly observe: ObserveProvider;
}

type State =
  | { readonly kind: 'closed'; failures: number }
  | { readonly kind: 'open'; readonly untilMs: number }
  | { readonly kind: 'half-open' };

export const createCircuitBreaker = ({ monotonicMs, random, observe }: BreakerParts): CircuitBreaker => {
  let state: State = { kind: 'closed', failures: 0 };
  let openings = 0;

  const open = (): void => {
    const openMs = Math.min(LONGEST_OPEN_MS, FIRST_OPEN_MS * 2 ** openings) * (1 - random() / 2);
    openings += 1;
    state = { kind: 'open', untilMs: monotonicMs() + openMs };
    observe({ kind: 'breaker-opened', openMs: Math.round(openMs) });
  };

  const refuseWhileOpen = (): void => {
    if (state.kind === 'half-open') throw new ProviderError('circuit-open', { retryAfterMs: FIRST_OPEN_MS });
    if (state.kind === 'closed' || monotonicMs() >= state.untilMs) return;
    throw new ProviderError('circuit-open', { retryAfterMs: Math.max(1, Math.ceil(state.untilMs - monotonicMs())) });
  };

  /** An attempt of usual times says nothing any more once the breaker has opened. */
  const usualPermit = (closed: State): Permit => ({
    worked() {
      if (state === closed && state.kind === 'closed') state.failures = 0;
    },
    failed() {
      if (state !== closed || state.kind !== 'closed') return;
      state.failures += 1;
      if (state.failures >= FAILURES_TO_OPEN) open();
    },
    learntNothing() {},
  });

  const probePermit = (): Permit => {
    const probing: State = { kind: 'half-open' };
    state = probing;
    observe({ kind: 'breaker-half-opened' });
    return {
      worked() {
        if (state !== probing) return;
        state = { kind: 'closed', failures: 0 };
        openings = 0;
        observe({ kind: 'breaker-closed' });
      },
      failed() {
        if (state === probing) open();
      },
      learntNothing() {
        if (state === probing) state = { kind: 'open', untilMs: monotonicMs() };
      },
    };
  };

  return {
    refuseWhileOpen,
    admit() {
      refuseWhileOpen();
      return state.kind === 'closed' ? usualPermit(state) : probePermit();
    },
  };
};
