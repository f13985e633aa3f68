import type { Violation } from './check-history.ts';
import type { HistoryEvent } from './history.ts';
import type { LivedHistory } from './run-history.ts';

/** A history that broke a rule, for people: what was planned to go wrong, and what happened until it showed. */
export function traceOf({ plan, events }: LivedHistory, violations: readonly Violation[]): string {
  const { seed, servers, provider, lifetimeSeconds, faults } = plan;
  const last = Math.max(...violations.map(({ at }) => at));
  const found = violations.map(({ rule, says, at }) => `! ${rule}: ${says} (line ${at})`);
  return [
    `seed ${seed}: ${servers} servers, ${provider}, tokens of ${lifetimeSeconds ?? 'unknown'} seconds`,
    ...faults.map((fault) => `fault ${JSON.stringify(fault)}`),
    ...events.slice(0, last + 1).map((event, at) => lineOf(event, at)),
    ...found,
    '',
  ].join('\n');
}

function lineOf({ atMs, kind, ...rest }: HistoryEvent, at: number): string {
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${String(at).padStart(5)} ${atMs.toFixed(1).padStart(9)} ms  ${kind} ${fields.join(' ')}`;
}
