import type { Violation } from './check-history.ts';
import type { HistoryEvent } from './history.ts';
import type { LivedHistory } from './run-history.ts';

type Of<Kind extends HistoryEvent['kind']> = Extract<HistoryEvent, { kind: Kind }>;

/** A request this much older than a failure was waiting for it. */
const ON_ITS_WAY_MS = 20;

/** What a request may be about that its server does not share with those who just want a token. */
const WANTS_ITS_OWN: ReadonlySet<string> = new Set(['fresh', 'report']);

const UPSETS_ALL: ReadonlySet<HistoryEvent['kind']> = new Set([
  'statement-troubled',
  'server-stood-still',
  'database-clock-jumped',
  'secret-cut-over',
  'app-discarded',
]);
const UPSETS_ITS_USER: ReadonlySet<HistoryEvent['kind']> = new Set([
  'revoked',
  'unbarred',
  'discarded',
  'reported',
  'token-written',
]);

/**
 * A thousand who wait get one failure, and not a thousand tries: a server that waited while another one failed asks again
 * only for somebody who came later.
 */
export function checkFailures(history: LivedHistory): Violation[] {
  const { events, plan } = history;
  // Renewals go on behind answers, so it cannot be seen who began them.
  const hasRenewals = plan.lifetimeSeconds !== null || plan.operations.some(({ request }) => 'ttlSeconds' in request);
  if (hasRenewals) return [];
  return plan.userIds.flatMap((userId) => {
    const violations: Violation[] = [];
    const refused = new Map<string, number>();
    let failed: { readonly event: Of<'lease-ended'>; readonly at: number; readonly takenAt: number } | undefined;
    let taken: { readonly event: Of<'lease-taken'>; readonly at: number } | undefined;
    for (const [at, event] of events.entries()) {
      if (!('userId' in event) || event.userId !== userId) continue;
      if (event.kind === 'lease-taken') taken = { event, at };
      if (event.kind === 'lease-refused') refused.set(event.server, at);
      if (event.kind === 'lease-ended' && taken?.event.fence === event.fence) {
        failed = event.isFailure ? { event, at, takenAt: taken.at } : undefined;
      }
      if (event.kind !== 'call-sent' || failed === undefined || taken?.event.server !== event.server) continue;
      const hasWaited = (refused.get(event.server) ?? -1) > failed.takenAt && event.server !== failed.event.server;
      const isNext = taken.event.fence === failed.event.fence + 1;
      if (hasWaited && isNext && isAboutNobodyNew(history, event, { failed, at })) {
        violations.push({ rule: 'a failure is shared', says: `${event.server} waited for it and asks again`, at });
      }
    }
    return violations;
  });
}

function isAboutNobodyNew(
  { events }: LivedHistory,
  { server, userId }: Of<'call-sent'>,
  {
    failed,
    at,
  }: { readonly failed: { readonly event: Of<'lease-ended'>; readonly takenAt: number }; readonly at: number },
): boolean {
  const begun = events.slice(0, at);
  const hasReason = begun.some(
    (event) =>
      event.kind === 'asked' &&
      event.server === server &&
      event.planned.userId === userId &&
      (event.atMs > failed.event.atMs - ON_ITS_WAY_MS || WANTS_ITS_OWN.has(event.planned.request.kind)),
  );
  // Callers who saw different things before and after a change do not share a flight: they wait for each other in line.
  const answeredAt = new Map(
    begun.flatMap((event, place) => (event.kind === 'answered' ? [[event.operation, place]] : [])),
  );
  const firstInLine = begun.findIndex(
    (event) =>
      event.kind === 'asked' &&
      event.server === server &&
      event.planned.userId === userId &&
      (answeredAt.get(event.operation) ?? Infinity) > failed.takenAt,
  );
  const from = firstInLine === -1 ? failed.takenAt : Math.min(firstInLine, failed.takenAt);
  return !hasReason && !begun.slice(from).some((event) => isUpsetting(event, userId));
}

/** Whatever changes what a server wants, or keeps it from seeing how the lease ended. */
function isUpsetting(event: HistoryEvent, userId: string): boolean {
  return (
    UPSETS_ALL.has(event.kind) || (UPSETS_ITS_USER.has(event.kind) && 'userId' in event && event.userId === userId)
  );
}
