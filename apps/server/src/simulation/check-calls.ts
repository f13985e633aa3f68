import type { Violation } from './check-history.ts';
import type { HistoryEvent } from './history.ts';
import type { LivedHistory } from './run-history.ts';

type Of<Kind extends HistoryEvent['kind']> = Extract<HistoryEvent, { kind: Kind }>;

/** A standstill of so long can cost a lease: what is left of it after a renewal that was a little late. */
const COSTS_LEASE_MS = 800;

/** A call, with what its server was doing. */
interface Sent {
  readonly event: Of<'call-sent'>;
  readonly at: number;
  /** Where its lease was taken. */
  readonly takenAt: number;
  /** The generation that was stored when it left. */
  readonly generation: number;
}

/**
 * One call to the provider for each token that is needed, whoever and however many wait for it. Another one has an excuse:
 * something happened to the one before.
 */
export function checkCalls(history: LivedHistory): Violation[] {
  return history.plan.userIds.flatMap((userId) => checkUser(history, userId));
}

function checkUser(history: LivedHistory, userId: string): Violation[] {
  const { events } = history;
  const violations: Violation[] = [];
  const takenAt = new Map<string, number>();
  const endedWith = new Map<number, Of<'call-ended'>['error']>();
  let generation = 0;
  let writtenAt = -1;
  let before: Sent | undefined;
  for (const [at, event] of events.entries()) {
    if (!('userId' in event) || event.userId !== userId) continue;
    if (event.kind === 'lease-taken') takenAt.set(event.server, at);
    if (event.kind === 'call-ended') endedWith.set(event.call, event.error);
    if (event.kind === 'token-written') {
      generation = event.generation;
      writtenAt = at;
    }
    if (event.kind !== 'call-sent') continue;
    const sent: Sent = { event, at, takenAt: takenAt.get(event.server) ?? -1, generation };
    const isFirst = before === undefined || before.generation !== generation || before.at < writtenAt;
    const hasFailed = before !== undefined && endedWith.get(before.event.call) !== undefined;
    const isExcused = isFirst
      ? generation === 0 || isNeeded(history, sent, writtenAt) || isUpset(history, sent, sent)
      : before !== undefined && (hasFailed || isUpset(history, before, sent) || isUpset(history, sent, sent));
    if (!isExcused) {
      const says = `${event.server} asks again for ${userId}, whose generation ${generation} is the latest`;
      violations.push({ rule: 'one call for one token', says, at });
    }
    before = sent;
  }
  return violations;
}

/** Whether something happened to a call, or to its lease, that lets another one be made at `until`. */
function isUpset({ events }: LivedHistory, { event, takenAt }: Sent, { at: until }: Sent): boolean {
  const { server, userId } = event;
  return events.slice(Math.max(0, takenAt), until).some((each) => {
    if ('server' in each && each.server === server) {
      const isStandstill = each.kind === 'server-stood-still' && each.forMs >= COSTS_LEASE_MS;
      return isStandstill || each.kind === 'server-died' || each.kind === 'statement-troubled';
    }
    if (each.kind === 'revoked') return each.userId === userId;
    return each.kind === 'database-clock-jumped' || each.kind === 'secret-cut-over';
  });
}

function isTooLate({ outcome }: Of<'answered'>): boolean {
  return outcome.kind === 'refused' && outcome.reason === 'DEADLINE_EXCEEDED';
}

/** Whether somebody has a reason to want a token after the one that was written at `writtenAt`. */
function isNeeded({ events }: LivedHistory, { event: { userId }, at: until }: Sent, writtenAt: number): boolean {
  const written = events[writtenAt];
  if (written?.kind !== 'token-written' || written.expiresAtMs !== null) return true;
  const begun = events.slice(0, until);
  // What a caller began goes on when the caller has stopped waiting.
  const answered = new Map(
    begun.flatMap((each, at) => (each.kind === 'answered' && !isTooLate(each) ? [[each.operation, at]] : [])),
  );
  return begun.some((each, at) => {
    const isSince = at > writtenAt;
    if (each.kind === 'asked') {
      const { request } = each.planned;
      // A renewal for somebody who bounds the life of tokens goes on behind the answer.
      const isOpen = (answered.get(each.operation) ?? Infinity) > writtenAt || 'ttlSeconds' in request;
      const wantsAnother = request.kind === 'fresh' || request.kind === 'report' || 'ttlSeconds' in request;
      return isOpen && wantsAnother && each.planned.userId === userId;
    }
    if (each.kind === 'revoked' || each.kind === 'discarded') return isSince && each.userId === userId;
    if (each.kind === 'app-discarded') return each.beforeMs > written.issuedAtMs;
    return isSince && (each.kind === 'secret-cut-over' || each.kind === 'database-clock-jumped');
  });
}
