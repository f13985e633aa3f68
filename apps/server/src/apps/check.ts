import type { AppCheck, NameAppInput } from '@immint/contracts';
import { createCallContext, ProviderError } from '@immint/providers';
import type { Call } from '../context.ts';
import { fromProviderError } from '../from-provider-error.ts';
import { connectApp, describeApp } from './app-connections.ts';

/**
 * Makes one harmless call to the provider and reports: trouble is an answer here, not an error. At Easemob the call is the
 * one for an app token, which is not made again within a minute.
 */
export async function checkApp({ services }: Call, input: NameAppInput): Promise<AppCheck> {
  const app = await describeApp(services, input.app);
  const { record, chat, entry } = await connectApp(services, app);
  const startedAtMs = services.monotonicMs();
  const report = (result: Pick<AppCheck, 'ok' | 'reason' | 'message' | 'clockSkewMs'>): AppCheck => ({
    app: record.name,
    provider: record.provider,
    baseUrl: record.baseUrl,
    elapsedMs: Math.round(services.monotonicMs() - startedAtMs),
    ...result,
  });
  try {
    const { serverDateMs, isRemembered } = await chat.checkCredentials(
      createCallContext(services.providerTimeoutMs, services),
    );
    return report({
      ok: true,
      reason: null,
      message: isRemembered
        ? `${entry.displayName} took this app’s key and secret less than a minute ago; it may not be asked again so soon.`
        : `${entry.displayName} takes this app’s key and secret.`,
      clockSkewMs: serverDateMs === undefined ? null : skewOf(serverDateMs, services.nowMs()),
    });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { reason, message } = fromProviderError(error);
    return report({ ok: false, reason, message, clockSkewMs: null });
  }
}

/** How far the provider's clock is ahead of ours. Its `Date` has whole seconds, so less than one is no skew. */
function skewOf(serverDateMs: number, nowMs: number): number {
  const aheadMs = serverDateMs - nowMs;
  if (aheadMs > 0) return aheadMs;
  return Math.min(0, aheadMs + 999);
}
