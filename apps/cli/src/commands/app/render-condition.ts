import type { AppCondition } from '@immint/contracts';
import { renderInstant } from '../../instant.ts';
import type { Paint } from '../../paint.ts';
import { renderRecord } from '../../table.ts';

/** How an app is doing now, a line for each thing that there is to say: what is wrong stands first. */
export function renderCondition(paint: Paint, condition: AppCondition): string {
  const { lastSuccessAtMs, possibleOrphans } = condition;
  return renderRecord(paint, [
    ['last success', lastSuccessAtMs === null ? 'none yet' : renderInstant(lastSuccessAtMs)],
    ['last error', renderError(condition.lastError)],
    ['secret', renderSecret(condition.secret)],
    ['calls', renderBreaker(condition.breaker)],
    ...condition.paces.map((pace) => [`pace of ${pace.group}`, renderPace(pace)] as const),
    ['tokens', renderTokens(condition.tokensByState)],
    ['possible orphans', possibleOrphans === 0 ? 'none' : `at most ${possibleOrphans} at the provider, stored nowhere`],
  ]);
}

function renderError(error: AppCondition['lastError']): string {
  if (error === null) return 'none';
  const { atMs, reason, message, isOver } = error;
  const name = reason === null ? '' : `${reason}: `;
  return `${renderInstant(atMs)}, ${isOver ? 'over since' : 'not over'}: ${name}${message}`;
}

function renderSecret({ refusals, paused, probeAtMs, acceptedAtMs }: AppCondition['secret']): string {
  const taken = acceptedAtMs === null ? 'never taken yet' : `last taken ${renderInstant(acceptedAtMs)}`;
  if (refusals === 0) return taken;
  const times = refusals === 1 ? 'once' : `${refusals} times`;
  const pause = paused
    ? `; paused, tried again ${probeAtMs === null ? 'soon' : `from ${renderInstant(probeAtMs)}`}`
    : '';
  return `refused ${times} since${pause}; ${taken}`;
}

/** What each state means for calls. Total. */
const BREAKER_WORDS = {
  closed: 'go out',
  open: 'are held back after failures',
  'half-open': 'are held back while one finds out whether the provider is back',
} as const satisfies Record<AppCondition['breaker']['state'], string>;

function renderBreaker({ state, retryAtMs, domain }: AppCondition['breaker']): string {
  const until = retryAtMs === null ? '' : ` until ${renderInstant(retryAtMs)}`;
  return `${BREAKER_WORDS[state]}${until}, to the ${domain} domain (the server that was asked)`;
}

function renderPace({ ratePerSecond, share, slowedTo, aheadMs, pausedUntilMs }: AppCondition['paces'][number]): string {
  const perSecond = Math.round(ratePerSecond * share * slowedTo * 10) / 10;
  return [
    `${perSecond} a second (${Math.round(share * 100)} % of ${ratePerSecond})`,
    ...(slowedTo < 1 ? [`slowed to ${Math.round(slowedTo * 100)} %`] : []),
    ...(pausedUntilMs === null ? [] : [`stopped by the provider until ${renderInstant(pausedUntilMs)}`]),
    aheadMs === 0 ? 'nobody waits' : `full for ${aheadMs} ms`,
  ].join(', ');
}

type TokensByState = NonNullable<AppCondition['tokensByState']>;

/** In the order in which they matter. Total. */
const TOKEN_WORDS = {
  good: ({ good }) => [good, 'good'],
  reported: ({ reported }) => [reported, 'reported'],
  expired: ({ expired }) => [expired, 'expired'],
  ofEarlierSecrets: ({ ofEarlierSecrets }) => [ofEarlierSecrets, 'of an earlier secret'],
  discarded: ({ discarded }) => [discarded, 'discarded'],
  revoked: ({ revoked }) => [revoked, 'revoked'],
} as const satisfies {
  readonly [State in keyof TokensByState]: (tokens: TokensByState) => readonly [number, string];
};

function renderTokens(tokens: AppCondition['tokensByState']): string {
  if (tokens === null) return 'too many to be counted in time';
  const counted = Object.values(TOKEN_WORDS).map((words) => words(tokens));
  const there = counted.filter(([count]) => count > 0).map((words) => words.join(' '));
  return there.join(', ') || 'none';
}
