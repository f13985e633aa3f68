import type { AppCheck, Finding, NameAppInput } from '@immint/contracts';
import type { AppOutcome } from '@immint/db';
import { ProviderError } from '@immint/providers';
import type { CheckedCredentials } from '@immint/providers';
import type { Call } from '../context.ts';
import { fromProviderError } from '../from-provider-error.ts';
import { contextOf } from '../users/user-call.ts';
import { adviseOnStored } from './advise-on-stored.ts';
import { connectApp, describeApp } from './app-connections.ts';
import type { ConnectedApp } from './app-connections.ts';
import { findClock, skewOf } from './find-clock.ts';
import { findRegion } from './find-region.ts';
import { findTrouble } from './find-trouble.ts';

const WEIGHT = { error: 0, warning: 1, note: 2 } as const satisfies Record<Finding['severity'], number>;

/**
 * Makes one harmless call to the provider and reports: trouble is an answer here, not an error. At Easemob the call is the
 * one for an app token, which is not made again within a minute. Where the App Key is not known at the app's data centre,
 * the provider's others are asked too.
 */
export async function checkApp(call: Call, input: NameAppInput): Promise<AppCheck> {
  const { services } = call;
  const app = await connectApp(services, await describeApp(services, input.app));
  const { record, entry } = app;
  const askedAtMs = services.nowMs();
  const startedAtMs = services.monotonicMs();
  const checked = await askProvider(call, app);
  const elapsedMs = Math.round(services.monotonicMs() - startedAtMs);
  const { serverDateMs } = checked;
  const clockSkewMs = serverDateMs === undefined ? null : skewOf(serverDateMs, askedAtMs, askedAtMs + elapsedMs);
  const error = checked instanceof ProviderError ? checked : undefined;
  const findings = [
    ...findClock(entry, clockSkewMs, error),
    ...(await findRegion(call, app, error)),
    ...findTrouble(entry, error, await lastFailure(services, record.id)),
    ...(await adviseOnStored(services, app)),
  ].toSorted((one, other) => WEIGHT[one.severity] - WEIGHT[other.severity]);
  const trouble = error === undefined ? undefined : fromProviderError(error);
  return {
    app: record.name,
    provider: record.provider,
    ok: error === undefined,
    reason: trouble?.reason ?? null,
    message: error === undefined ? describeSuccess(app, checked) : (findings[0]?.message ?? ''),
    baseUrl: record.baseUrl,
    elapsedMs,
    clockSkewMs,
    findings,
  };
}

async function askProvider(call: Call, { chat }: ConnectedApp): Promise<CheckedCredentials | ProviderError> {
  try {
    return await chat.checkCredentials(contextOf(call, 'login'));
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}

/** Why the provider last gave no token, at whatever server, if it has not given one since. */
async function lastFailure(
  { activity, activityStore }: Call['services'],
  appId: number,
): Promise<AppOutcome['failure'] | undefined> {
  await activity.flush();
  const { succeededAtMs, failure } = await activityStore.outcome(appId);
  return failure !== null && failure.atMs >= (succeededAtMs ?? 0) ? failure : undefined;
}

function describeSuccess({ entry }: ConnectedApp, checked: CheckedCredentials | ProviderError): string {
  return 'isRemembered' in checked && checked.isRemembered
    ? `${entry.displayName} took this app’s key and secret less than a minute ago; it may not be asked again so soon.`
    : `${entry.displayName} takes this app’s key and secret.`;
}
