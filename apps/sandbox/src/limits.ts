import type { ProviderName } from '@immint/contracts';

/** A rate set by `POST /_sandbox/limits`, for one group of calls; without `appKey` for every account. */
export interface LimitOverride {
  readonly provider: ProviderName;
  readonly rateGroup: string;
  readonly appKey: string | null;
  readonly perSecond: number;
}

const WINDOW_MS = 1_000;

/**
 * At most N accepted arrivals in any 1,000 ms, per provider, App Key and group of calls; a call that counts as several
 * takes as many slots at once. Refused arrivals do not count.
 * Counts by a monotonic clock, so that moving the sandbox clock neither refills nor blocks.
 */
export class Limits {
  readonly #monotonicNowMs: () => number;
  readonly #accepted = new Map<string, number[]>();
  #overrides: LimitOverride[] = [];

  constructor(monotonicNowMs: () => number) {
    this.#monotonicNowMs = monotonicNowMs;
  }

  /** Counts an arrival and says whether it is within the rate. */
  admit(provider: ProviderName, appKey: string, rateGroup: string, documentedPerSecond: number, units = 1): boolean {
    const nowMs = this.#monotonicNowMs();
    const key = `${provider} ${appKey} ${rateGroup}`;
    const recent = (this.#accepted.get(key) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS);
    this.#accepted.set(key, recent);
    if (recent.length + units > this.#perSecond(provider, appKey, rateGroup, documentedPerSecond)) return false;
    for (let taken = 0; taken < units; taken += 1) recent.push(nowMs);
    return true;
  }

  override(override: LimitOverride): void {
    this.#overrides = [override, ...this.#overrides.filter((other) => !isSameTarget(other, override))];
  }

  /** Forgets overrides and counts: all, one provider's, or one account's. */
  reset(provider?: ProviderName, appKey?: string): void {
    const isMeant = (candidate: string, candidateKey: string | null): boolean =>
      (provider === undefined || candidate === provider) && (appKey === undefined || candidateKey === appKey);
    this.#overrides = this.#overrides.filter((override) => !isMeant(override.provider, override.appKey));
    for (const key of this.#accepted.keys()) {
      const [keyProvider = '', keyAppKey = ''] = key.split(' ');
      if (isMeant(keyProvider, keyAppKey)) this.#accepted.delete(key);
    }
  }

  #perSecond(provider: ProviderName, appKey: string, rateGroup: string, documentedPerSecond: number): number {
    const overrides = this.#overrides.filter((each) => each.provider === provider && each.rateGroup === rateGroup);
    const own = overrides.find((each) => each.appKey === appKey);
    return (own ?? overrides.find((each) => each.appKey === null))?.perSecond ?? documentedPerSecond;
  }
}

function isSameTarget(one: LimitOverride, other: LimitOverride): boolean {
  return one.provider === other.provider && one.rateGroup === other.rateGroup && one.appKey === other.appKey;
}
