import { keyOf } from '../leases/held-leases.ts';
import type { Violation } from './check-history.ts';
import type { LivedHistory } from './run-history.ts';

/** Nobody is given a token before it is stored, two callers never get two for one generation, and none that was given is lost. */
export function checkAcknowledged({ events, tables, plan }: LivedHistory): Violation[] {
  const violations: Violation[] = [];
  const written = new Map<string, string>();
  const userIds = new Map<number, string>();
  const given = new Map<string, { generation: number; token: string; at: number }>();
  for (const [at, event] of events.entries()) {
    if (event.kind === 'asked') userIds.set(event.operation, event.planned.userId);
    if (event.kind === 'token-written') written.set(`${event.userId} ${event.generation}`, event.token);
    if (event.kind !== 'answered') continue;
    const { outcome } = event;
    if (outcome.kind === 'broken') violations.push({ rule: 'errors have names', says: outcome.error, at });
    if (outcome.kind !== 'token') continue;
    const userId = userIds.get(event.operation) ?? '';
    const { generation, token } = outcome;
    const stored = written.get(`${userId} ${generation}`);
    if (stored === undefined) {
      violations.push({ rule: 'stored before it is given', says: `generation ${generation} is not stored`, at });
    } else if (stored !== token) {
      violations.push({ rule: 'one token a generation', says: `${token} and ${stored} are ${generation}`, at });
    }
    if (generation >= (given.get(userId)?.generation ?? 0)) given.set(userId, { generation, token, at });
  }
  for (const userId of plan.userIds) {
    const last = given.get(userId);
    const kept = tables.tokens.get(keyOf({ appId: 1, canonicalUserId: userId }));
    if (last !== undefined && (kept?.generation ?? 0) < last.generation) {
      violations.push({ rule: 'none is lost', says: `generation ${last.generation} was given`, at: last.at });
    }
  }
  return violations;
}
