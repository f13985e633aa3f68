import type { DomainName } from './domain-name.ts';

/** Who waits for a call: a person who logs in, or nobody in particular. Logins go first where calls are rationed. */
export type Urgency = 'login' | 'background';

/** Under what a call to a provider is made. */
export interface CallContext {
  /** Aborts at the deadline, or earlier when nobody waits any more. */
  readonly signal: AbortSignal;
  /** The instant by which the call is over, retries included; monotonic milliseconds. */
  readonly deadlineMs: number;
  /** How much time there was at the beginning, in milliseconds: one attempt takes at most a part of it. */
  readonly timeoutMs: number;
  readonly urgency: Urgency;
  /** Whether an attempt that failed may be followed by another; yes if left out. A check wants to see the first failure. */
  readonly mayRepeat?: boolean;
  /** Aborts when a login waits for a call of background work: from then on it has a login's place in line. */
  readonly hurried?: AbortSignal;
  /** The domain that the first attempt had better not go to. */
  readonly avoidedDomain?: DomainName | undefined;
  /** Called right before each attempt is sent; what it throws ends the call instead. */
  readonly beforeSend?: () => void;
  /** Called before a repeat where the attempt before may have been executed; what it throws ends the call instead. */
  readonly beforeRepeat?: () => Promise<void>;
}

/** By what a context ends: clocks that belong together. */
interface ContextClocks {
  readonly monotonicMs: () => number;
  /** Gives a signal that aborts after so many milliseconds; by default by the timers of Node. */
  readonly abortAfter?: (ms: number) => AbortSignal;
  readonly urgency?: Urgency;
}

/** A context that ends `timeoutMs` from now. */
export const createCallContext = (
  timeoutMs: number,
  { monotonicMs, abortAfter = (ms) => AbortSignal.timeout(ms), urgency = 'login' }: ContextClocks,
): CallContext => ({
  signal: abortAfter(timeoutMs),
  deadlineMs: monotonicMs() + timeoutMs,
  timeoutMs,
  urgency,
});
