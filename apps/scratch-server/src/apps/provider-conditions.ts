import type { ProviderEvent } from '@immint/providers';

/** How this process stands with one app's provider. */
interface ProviderCondition {
  /** `closed`: calls go out. `open`: they are refused until `retryAtMs`. `half-open`: one call finds out whether the provider is back. */
  readonly breaker: 'closed' | 'open' | 'half-open';
  /** By this machine's wall clock; null unless the breaker is open. */
  readonly retryAtMs: number | null;
  readonly domain: 'primary' | 'backup';
}

/** What the events on the way to each provider say of how this process stands with it. */
export interface ProviderConditions {
  /** A connection begins, with a breaker and domains of its own: told its events, in their order. */
  begin(appId: number): (event: ProviderEvent) => void;
  of(appId: number): ProviderCondition;
}

const BEGINNING: ProviderCondition = { breaker: 'closed', retryAtMs: null, domain: 'primary' };

/** `nowMs` is the wall clock: what is shown to people. */
export function createProviderConditions(nowMs: () => number): ProviderConditions {
  const known = new Map<number, { condition: ProviderCondition }>();
  return {
    begin(appId) {
      const connection = { condition: BEGINNING };
      known.set(appId, connection);
      // A connection that was replaced goes on for its last calls, and is no longer asked about.
      return (event) => {
        connection.condition = after(connection.condition, event, nowMs());
      };
    },
    of: (appId) => known.get(appId)?.condition ?? BEGINNING,
  };
}

type Changes = {
  readonly [Kind in ProviderEvent['kind']]:
    | ((event: Extract<ProviderEvent, { kind: Kind }>, nowMs: number) => Partial<ProviderCondition>)
    | undefined;
};

/** What each event changes. Total. */
const CHANGES: Changes = {
  'breaker-opened': ({ openMs }, nowMs) => ({ breaker: 'open', retryAtMs: nowMs + openMs }),
  'breaker-half-opened': () => ({ breaker: 'half-open', retryAtMs: null }),
  'breaker-closed': () => ({ breaker: 'closed', retryAtMs: null }),
  'domain-switched': ({ to }) => ({ domain: to }),
  'attempt-failed': undefined,
  'repeated-after-unknown': undefined,
  'repeats-used-up': undefined,
  'rate-shrunk': undefined,
  'app-token-asked': undefined,
  'app-token-late': undefined,
  'app-token-unsaved': undefined,
};

function after<Kind extends ProviderEvent['kind']>(
  condition: ProviderCondition,
  event: Extract<ProviderEvent, { kind: Kind }>,
  nowMs: number,
): ProviderCondition {
  return { ...condition, ...CHANGES[event.kind]?.(event, nowMs) };
}
