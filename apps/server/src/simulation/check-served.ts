import type { Violation } from './check-history.ts';
import type { HistoryEvent, Outcome } from './history.ts';
import type { LivedHistory } from './run-history.ts';

type Answered = Extract<HistoryEvent, { kind: 'answered' }>;
type Asked = Extract<HistoryEvent, { kind: 'asked' }>;
type Written = Extract<HistoryEvent, { kind: 'token-written' }>;
type Given = Extract<Outcome, { kind: 'token' }>;

/** Clocks tell whole milliseconds. */
const ROUNDING_MS = 2;

/** What holds for one user from some place in the history on. */
interface Bounds {
  /** The place of the latest revoke. */
  revokedAt: number;
  /** The latest generation that was discarded. */
  discarded: number;
  isBarred: boolean;
}

/**
 * What was revoked, discarded, barred or retired before a request began is never handed out to it, and what was asked for as
 * fresh was asked for after that.
 */
export function checkServed({ events }: LivedHistory): Violation[] {
  const violations: Violation[] = [];
  const asked = new Map<number, { readonly event: Asked; readonly at: number; readonly bounds: Bounds & Shared }>();
  const written = new Map<string, Written>();
  const sentAt = new Map<string, number>();
  const executedAt = new Map<string, number>();
  const callsSentAt = new Map<number, number>();
  const killed = new Map<string, number>();
  const bounds = new Map<string, Bounds>();
  const shared: Shared = { secretEpoch: 1, discardedBeforeMs: null, appDiscardedAt: -1 };
  const clockJumps: number[] = [];
  const boundsOf = (userId: string): Bounds => {
    const known = bounds.get(userId) ?? { revokedAt: -1, discarded: 0, isBarred: false };
    bounds.set(userId, known);
    return known;
  };

  function checkGiven(answered: Answered, given: Given, at: number): void {
    const request = asked.get(answered.operation);
    if (request === undefined) return;
    const { userId, request: wanted } = request.event.planned;
    const token = written.get(`${userId} ${given.generation}`);
    const wrong = (rule: string) => violations.push({ rule, says: `${given.token} was handed out`, at });
    if (token === undefined) return;
    const { revokedAt, discarded, isBarred, secretEpoch, discardedBeforeMs, appDiscardedAt } = request.bounds;
    if ((executedAt.get(given.token) ?? -1) < revokedAt) wrong('nothing older than a revoke is served');
    if (given.generation <= discarded) wrong('nothing discarded is served');
    if (token.secretEpoch < secretEpoch) wrong('nothing of an earlier secret is served');
    const isOfDiscardedApp = discardedBeforeMs !== null && token.issuedAtMs < discardedBeforeMs;
    if (isOfDiscardedApp && (executedAt.get(given.token) ?? -1) < appDiscardedAt) {
      wrong('nothing of a discarded app is served');
    }
    if (isBarred && boundsOf(userId).isBarred) wrong('nobody who is barred is served');
    if (wanted.kind === 'fresh' && (sentAt.get(given.token) ?? -1) < request.at) wrong('fresh means asked for since');
    const hasJumped = clockJumps.some((jump) => jump > request.at);
    const { expiresAtMs, databaseNowMs } = given;
    if (
      !hasJumped &&
      expiresAtMs !== null &&
      expiresAtMs < databaseNowMs - ROUNDING_MS &&
      !isOverdue(request, answered)
    ) {
      wrong('nothing expired is served');
    }
    const killedAt = killed.get(given.token) ?? Infinity;
    const isKnownDead = killedAt < request.at && clockJumps.length === 0 && wanted.kind !== 'report';
    if (isKnownDead) wrong('nothing that our own revoke killed is served');
  }

  for (const [at, event] of events.entries()) {
    if (event.kind === 'asked') {
      asked.set(event.operation, { event, at, bounds: { ...boundsOf(event.planned.userId), ...shared } });
    }
    if (event.kind === 'revoked') {
      const user = boundsOf(event.userId);
      user.revokedAt = at;
      user.isBarred ||= event.isBarred;
    }
    if (event.kind === 'unbarred') boundsOf(event.userId).isBarred = false;
    if (event.kind === 'discarded') boundsOf(event.userId).discarded = event.generation;
    if (event.kind === 'app-discarded')
      Object.assign(shared, { discardedBeforeMs: event.beforeMs, appDiscardedAt: at });
    if (event.kind === 'secret-cut-over') shared.secretEpoch = event.secretEpoch;
    if (event.kind === 'database-clock-jumped') clockJumps.push(at);
    if (event.kind === 'call-sent') callsSentAt.set(event.call, at);
    if (event.kind === 'call-executed') {
      executedAt.set(event.token, at);
      sentAt.set(event.token, callsSentAt.get(event.call) ?? -1);
    }
    if (event.kind === 'token-written') written.set(`${event.userId} ${event.generation}`, event);
    if (event.kind === 'killed-by-provider') for (const token of event.tokens) killed.set(token, at);
    if (event.kind === 'answered' && event.outcome.kind === 'token') checkGiven(event, event.outcome, at);
  }
  return violations;
}

interface Shared {
  secretEpoch: number;
  discardedBeforeMs: number | null;
  /** The place of the latest discard of the whole app. */
  appDiscardedAt: number;
}

/** A server that stands still with an answer in its hands cannot take it back. */
function isOverdue({ event }: { readonly event: Asked }, answered: Answered): boolean {
  return answered.atMs - event.atMs > 1_000;
}
