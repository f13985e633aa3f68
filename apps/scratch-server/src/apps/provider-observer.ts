import type { ObserveProvider, ProviderEvent } from '@immint/providers';
import type { Log } from '../log.ts';

type LogFields = Parameters<Log['info']>[1];

/** How each event is called in the log, how loud it is, and what of it is written. Total. */
const LINES: {
  readonly [Kind in ProviderEvent['kind']]: {
    readonly event: string;
    readonly level: 'info' | 'warn';
    readonly fields: (event: Extract<ProviderEvent, { kind: Kind }>) => LogFields;
  };
} = {
  'attempt-failed': {
    event: 'provider.attempt-failed',
    level: 'info',
    fields: ({ group, domain, error, elapsedMs }) => ({
      group,
      domain,
      elapsedMs,
      error: error.kind,
      mayHaveExecuted: error.mayHaveExecuted,
      httpStatus: error.httpStatus,
      code: error.providerCode ?? error.systemCode,
    }),
  },
  'domain-switched': { event: 'provider.domain-switched', level: 'warn', fields: ({ to }) => ({ to }) },
  'repeated-after-unknown': {
    event: 'provider.repeated-after-unknown',
    level: 'warn',
    fields: ({ group }) => ({ group }),
  },
  'repeats-used-up': { event: 'provider.repeats-used-up', level: 'warn', fields: ({ group }) => ({ group }) },
  'rate-shrunk': {
    event: 'provider.rate-shrunk',
    level: 'warn',
    fields: ({ group, retryAfterMs }) => ({ group, retryAfterMs }),
  },
  'breaker-opened': { event: 'provider.breaker-opened', level: 'warn', fields: ({ openMs }) => ({ openMs }) },
  'breaker-half-opened': { event: 'provider.breaker-half-opened', level: 'info', fields: () => ({}) },
  'app-token-asked': { event: 'app-token.asked', level: 'info', fields: ({ outOfTurn }) => ({ outOfTurn }) },
  'app-token-late': { event: 'app-token.late', level: 'warn', fields: () => ({}) },
  'app-token-unsaved': { event: 'app-token.unsaved', level: 'warn', fields: () => ({}) },
  'breaker-closed': { event: 'provider.breaker-closed', level: 'info', fields: () => ({}) },
};

/** Counts what happens on the way to one app's provider, and logs each event with its number since the connection began; each is told on. */
export function createProviderObserver(log: Log, app: string, andTell: ObserveProvider = () => {}): ObserveProvider {
  const counts = new Map<ProviderEvent['kind'], number>();
  return (event) => {
    const count = (counts.get(event.kind) ?? 0) + 1;
    counts.set(event.kind, count);
    write(log, event, { app, count });
    andTell(event);
  };
}

function write<Kind extends ProviderEvent['kind']>(
  log: Log,
  event: Extract<ProviderEvent, { kind: Kind }>,
  fields: LogFields,
): void {
  const line = LINES[event.kind];
  log[line.level](line.event, { ...fields, ...line.fields(event) });
}
