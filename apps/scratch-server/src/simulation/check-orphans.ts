import type { Violation } from './check-history.ts';
import type { LivedHistory } from './run-history.ts';

/** What the provider gave and nobody stored is never more than what the servers say that it may be. */
export function checkOrphans({ events, possibleOrphans }: LivedHistory): Violation[] {
  const given = new Map<number, string>();
  const stored = new Set<string>();
  let deliveredTwice = 0;
  for (const event of events) {
    if (event.kind === 'token-written') stored.add(event.token);
    if (event.kind !== 'call-executed') continue;
    if (given.has(event.call)) deliveredTwice += 1;
    else given.set(event.call, event.token);
  }
  // Of a call that the network delivers twice nobody can know.
  const orphans = [...given.values()].filter((token) => !stored.has(token)).length - deliveredTwice;
  if (orphans <= possibleOrphans) return [];
  const says = `${orphans} tokens were never stored, and the servers know of ${possibleOrphans}`;
  return [{ rule: 'orphans are counted', says, at: events.length - 1 }];
}
