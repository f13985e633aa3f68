import type { ReachedPoint } from '../reached-point.ts';

/** What a caller asks of a server. */
export type PlannedRequest =
  | { readonly kind: 'obtain'; readonly ttlSeconds?: number }
  | { readonly kind: 'obtain-behind' }
  | { readonly kind: 'fresh' }
  /** The latest token that somebody was given of this user, or one of so many handed out before it. */
  | { readonly kind: 'report'; readonly age: number; readonly expiresSoon: boolean }
  | { readonly kind: 'revoke'; readonly bar: boolean }
  | { readonly kind: 'unbar' }
  | { readonly kind: 'discard'; readonly wholeApp: boolean }
  | { readonly kind: 'cut-over' };

/** A request that is made at an instant, of a server, about a user, by somebody who waits for so long. */
export interface PlannedOperation {
  readonly atMs: number;
  readonly serverIndex: number;
  readonly userId: string;
  readonly timeoutMs: number;
  readonly request: PlannedRequest;
}

/** What may be wrong for a while, with one server's connections or with all. */
export const WINDOW_FAULTS = [
  'database-slow',
  'database-fails-before',
  'database-fails-after',
  'database-cut',
  'provider-slow',
  'provider-answer-lost',
  'provider-fails',
  'provider-refuses',
  'provider-unreachable',
  'provider-delivers-twice',
  'provider-paced',
] as const;
export type WindowFault = (typeof WINDOW_FAULTS)[number];

/** What may happen to a server in one moment: at an instant, at a named point, or after so many steps from an instant on. */
export type Trigger =
  | { readonly on: 'instant' }
  | { readonly on: 'point'; readonly point: ReachedPoint }
  | { readonly on: 'step'; readonly steps: number };

export type PlannedFault =
  | {
      readonly kind: WindowFault;
      readonly fromMs: number;
      readonly untilMs: number;
      /** All servers if null. */
      readonly serverIndex: number | null;
      /** How many of the calls it hits. */
      readonly share: number;
    }
  | {
      readonly kind: 'death';
      readonly fromMs: number;
      readonly serverIndex: number;
      readonly trigger: Trigger;
      readonly restartAfterMs: number;
    }
  | {
      readonly kind: 'standstill' | 'suspension';
      readonly fromMs: number;
      readonly serverIndex: number;
      readonly trigger: Exclude<Trigger, { on: 'step' }>;
      readonly forMs: number;
    }
  | { readonly kind: 'database-clock'; readonly fromMs: number; readonly byMs: number }
  | { readonly kind: 'wall-clock'; readonly fromMs: number; readonly serverIndex: number; readonly byMs: number };

export type FaultKind = PlannedFault['kind'];

/** Everything that a history is made from; the rest follows from it and the seed. */
export interface Plan {
  readonly seed: number;
  readonly servers: number;
  readonly provider: 'rongcloud' | 'easemob';
  /** How long the provider says that its tokens live; null if it does not say. */
  readonly lifetimeSeconds: number | null;
  readonly userIds: readonly string[];
  readonly operations: readonly PlannedOperation[];
  readonly faults: readonly PlannedFault[];
  /** When the last request was made and the last fault is over. */
  readonly calmFromMs: number;
}
