import type { AppCondition } from '@immint/contracts';
import { Reason } from '@immint/contracts';
import { DatabaseError } from '@immint/db';
import type { AppOutcome, PaceView } from '@immint/db';
import type { Services } from '../services.ts';
import { LAST_MS, LAST_SHARE } from '../tokens/token-state.ts';
import type { DescribedApp } from './app-connections.ts';

/** The minute that is under way, and five before it. */
const MINUTES = 6;

/** How an app is doing now: what all servers wrote down, and what this one knows of its own calls. */
export async function viewCondition(
  services: Pick<
    Services,
    'activity' | 'activityStore' | 'census' | 'conditions' | 'credentials' | 'leaseStore' | 'paces'
  >,
  app: DescribedApp,
): Promise<AppCondition> {
  const { record } = app;
  // What this server counted within the last second belongs to it.
  await services.activity.flush();
  const [outcome, minutes, secret, paces, tokensByState, possibleOrphans] = await Promise.all([
    services.activityStore.outcome(record.id),
    services.activityStore.minutes(record.id, MINUTES),
    services.credentials.look(record),
    services.paces.look(record),
    countTokens(services, record.id),
    services.leaseStore.possibleOrphans(record.id),
  ]);
  const { breaker: state, retryAtMs, domain } = services.conditions.of(record.id);
  const { refusals, isPaused: paused, probeAtMs, acceptedAtMs } = secret;
  return {
    lastSuccessAtMs: outcome.succeededAtMs,
    lastError: viewError(outcome),
    minutes,
    breaker: { state, retryAtMs, domain },
    paces: viewPaces(app, paces),
    secret: { refusals, paused, probeAtMs, acceptedAtMs },
    tokensByState,
    possibleOrphans,
  };
}

/** Millions of tokens take longer than the database lets a statement run, and whoever looks at night needs the rest. */
async function countTokens(
  { census }: Pick<Services, 'census'>,
  appId: number,
): Promise<AppCondition['tokensByState']> {
  try {
    return await census.count(appId, { lastMs: LAST_MS, lastShare: LAST_SHARE });
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'DATABASE_TIMEOUT') return null;
    throw error;
  }
}

function viewError({ succeededAtMs, failure }: AppOutcome): AppCondition['lastError'] {
  if (failure === null) return null;
  const { atMs, sentence } = failure;
  const reason = Reason.safeParse(failure.reason);
  return {
    atMs,
    reason: reason.success ? reason.data : null,
    message: sentence,
    isOver: succeededAtMs !== null && succeededAtMs > atMs,
  };
}

/** A group that the provider's table does not have any more is of an earlier version. */
function viewPaces({ entry, settings }: DescribedApp, paces: readonly PaceView[]): AppCondition['paces'] {
  const { ratesPerSecond } = entry.capabilities(settings);
  return paces.flatMap(({ rateGroup: group, aheadMs, pausedUntilMs, slowedTo }) => {
    const ratePerSecond = ratesPerSecond[group];
    if (ratePerSecond === undefined) return [];
    return {
      group,
      ratePerSecond,
      share: settings.rateShare,
      aheadMs: Math.ceil(aheadMs),
      pausedUntilMs: pausedUntilMs === null ? null : Math.ceil(pausedUntilMs),
      slowedTo: Math.round(slowedTo * 100) / 100,
    };
  });
}
