import type { Violation } from './check-history.ts';
import type { LivedHistory } from './run-history.ts';

/** What the answer itself may take after the time is over. */
const ANSWER_MS = 5;

/** Once nothing is wrong any more, nobody waits longer than this. */
const CALM_ANSWER_MS = 7_000;

/** Refusals that are right even when nothing is wrong. */
const RIGHT: ReadonlySet<string> = new Set(['USER_BARRED', 'REVOKED_JUST_NOW']);

/** Every deadline is kept; after the last fault everybody is served; and in the end nothing goes on by itself. */
export function checkWaiting({ plan, events, firstLastOperation, stepsLeft }: LivedHistory): Violation[] {
  const violations: Violation[] = [];
  const asked = new Map<
    number,
    { readonly atMs: number; readonly timeoutMs: number; readonly server: string; readonly at: number }
  >();
  const stoodStillMs = new Map<string, number>();
  const dead = new Set<string>();
  const hasClockJumped = plan.faults.some(({ kind }) => kind === 'database-clock');
  for (const [at, event] of events.entries()) {
    if (event.kind === 'server-stood-still') {
      stoodStillMs.set(event.server, (stoodStillMs.get(event.server) ?? 0) + event.forMs);
    }
    if (event.kind === 'server-died') dead.add(event.server);
    if (event.kind === 'asked') {
      const { atMs, planned, server } = event;
      asked.set(event.operation, { atMs, timeoutMs: planned.timeoutMs, server, at });
    }
    if (event.kind !== 'answered') continue;
    const request = asked.get(event.operation);
    if (request === undefined) continue;
    asked.delete(event.operation);
    const tookMs = event.atMs - request.atMs;
    if (tookMs > request.timeoutMs + ANSWER_MS + (stoodStillMs.get(request.server) ?? 0)) {
      violations.push({ rule: 'deadlines are kept', says: `${tookMs} ms of ${request.timeoutMs}`, at });
    }
    if (event.operation < firstLastOperation || hasClockJumped) continue;
    const { outcome } = event;
    const isRight = outcome.kind === 'token' || ('reason' in outcome && RIGHT.has(outcome.reason));
    if (!isRight || tookMs > CALM_ANSWER_MS) {
      violations.push({
        rule: 'in the calm everybody is served',
        says: `${JSON.stringify(outcome)}, ${tookMs} ms`,
        at,
      });
    }
  }
  for (const [operation, { server, at }] of asked) {
    if (!dead.has(server)) violations.push({ rule: 'everybody is answered', says: `not ${operation}`, at });
  }
  if (stepsLeft > 0) {
    violations.push({ rule: 'nothing goes on for ever', says: `${stepsLeft} steps are left`, at: events.length - 1 });
  }
  return violations;
}
