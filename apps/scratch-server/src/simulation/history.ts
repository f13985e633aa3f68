import type { ProviderErrorKind } from '@immint/providers';
import type { PlannedOperation } from './plan.ts';

/** How a request ended, as its caller saw it. */
export type Outcome =
  | {
      readonly kind: 'token';
      readonly token: string;
      readonly generation: number;
      readonly source: 'stored' | 'issued';
      readonly expiresAtMs: number | null;
      /** By the database's clock when its caller had it. */
      readonly databaseNowMs: number;
    }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly by: 'immint' | 'provider' | 'database'; readonly reason: string }
  /** Something that no caller may ever see. */
  | { readonly kind: 'broken'; readonly error: string };

/** What happened, seen by somebody who sees everything: callers, servers, the database and the provider. */
export type HistoryEvent = { readonly atMs: number } & (
  | { readonly kind: 'asked'; readonly operation: number; readonly planned: PlannedOperation; readonly server: string }
  | { readonly kind: 'answered'; readonly operation: number; readonly outcome: Outcome }
  | { readonly kind: 'server-began'; readonly server: string }
  | { readonly kind: 'server-died'; readonly server: string }
  | {
      readonly kind: 'server-stood-still';
      readonly server: string;
      readonly forMs: number;
      readonly isSuspended: boolean;
    }
  | { readonly kind: 'database-clock-jumped'; readonly byMs: number }
  | { readonly kind: 'wall-clock-jumped'; readonly server: string; readonly byMs: number }
  /** A statement that did not go through, or took long: its caller may not know whether it was carried out. */
  | {
      readonly kind: 'statement-troubled';
      readonly server: string;
      readonly statement: string;
      readonly trouble: 'slow' | 'fails-before' | 'fails-after' | 'timed-out';
    }
  | {
      readonly kind: 'lease-taken';
      readonly server: string;
      readonly userId: string;
      readonly fence: number;
      readonly isOvertaken: boolean;
    }
  | { readonly kind: 'lease-refused'; readonly server: string; readonly userId: string }
  | {
      readonly kind: 'lease-ended';
      readonly server: string;
      readonly userId: string;
      readonly fence: number;
      readonly isFailure: boolean;
      readonly possibleOrphans: number;
    }
  | {
      readonly kind: 'token-written';
      readonly server: string;
      readonly userId: string;
      readonly generation: number;
      readonly token: string;
      readonly fence: number;
      readonly secretEpoch: number;
      readonly revocationEpoch: number;
      readonly issuedAtMs: number;
      readonly expiresAtMs: number | null;
    }
  | { readonly kind: 'token-not-written'; readonly server: string; readonly userId: string; readonly fence: number }
  | { readonly kind: 'reported'; readonly userId: string; readonly generation: number }
  | { readonly kind: 'discarded'; readonly userId: string; readonly generation: number }
  | { readonly kind: 'app-discarded'; readonly beforeMs: number }
  | { readonly kind: 'revoked'; readonly userId: string; readonly isBarred: boolean }
  | { readonly kind: 'unbarred'; readonly userId: string }
  | { readonly kind: 'secret-cut-over'; readonly secretEpoch: number }
  /** A call to the provider leaves a server. */
  | { readonly kind: 'call-sent'; readonly call: number; readonly server: string; readonly userId: string }
  /** The provider gives a token; of one call maybe twice. */
  | { readonly kind: 'call-executed'; readonly call: number; readonly userId: string; readonly token: string }
  | {
      readonly kind: 'call-ended';
      readonly call: number;
      readonly server: string;
      readonly userId: string;
      readonly error: ProviderErrorKind | undefined;
    }
  | { readonly kind: 'killed-by-provider'; readonly userId: string; readonly tokens: readonly string[] }
  | { readonly kind: 'logged'; readonly server: string; readonly event: string }
);

/** Where events are written down, in the order in which they happened. */
export interface History {
  readonly events: readonly HistoryEvent[];
  add(event: DistributiveOmit<HistoryEvent, 'atMs'>): void;
}

type DistributiveOmit<T, Key extends keyof T> = T extends unknown ? Omit<T, Key> : never;

export function createHistory(nowMs: () => number): History {
  const events: HistoryEvent[] = [];
  return { events, add: (event) => void events.push({ ...event, atMs: nowMs() }) };
}
