import type { ProviderName } from '@immint/contracts';

/** A rate set by `POST /_sandbox/limits`, for one group of calls; without `appKey` for every account. */
export interface LimitOverride {
  readonly provider: ProviderName;
  readonly rateGroup: string;
  readonly appKey: string | null;
  readonly perSecond: number;
}

/** One call that asks for a slot. */
export interface Arrival {
  readonly provider: ProviderName;
  readonly appKey: string;
  readonly rateGroup: string;
  readonly documentedPerSecond: number;
  /** As how many the call counts. */
  readonly units?: number;
  /** When its headers were in, by {@link Limits.nowMs}. */
  readonly atMs: number;
}

const WINDOW_MS = 1_000;
/** Those of a second before an arrival that itself counts a second late may still matter. */
const KEPT_MS = 2 * WINDOW_MS;

/**
 * At most N accepted arrivals in any 1,000 ms, per provider, App Key and group of calls; a call that counts as several
 * takes as many slots at once. Refused arrivals do not count. Arrivals may be asked for out of order, since a body can
 * come in after those of later calls; one of more than a second before the latest counts as one of that second.
 * Counts by a monotonic clock, so that moving the sandbox clock neither refills nor blocks.
 */
export class Limits {
  readonly #monotonicNowMs: () => number;
  readonly #accepted = new Map<string, number[]>();
  #overrides: LimitOverride[] = [];

  constructor(monotonicNowMs: () => number) {
    this.#monotonicNowMs = monotonicNowMs;
  }

  /** The clock that the rates count by, in milliseconds. */
  nowMs(): number {
    return this.#monotonicNowMs();
  }

  /** Counts an arrival and says whether it is within the rate. */
  admit(arrival: Arrival): boolean {
    const { provider, appKey, rateGroup, units = 1 } = arrival;
    const key = `${provider} ${appKey} ${rateGroup}`;
    const accepted = this.#accepted.get(key) ?? [];
    const latestMs = Math.max(arrival.atMs, accepted.at(-1) ?? -Infinity);
    const atMs = Math.max(arrival.atMs, latestMs - WINDOW_MS);
    const place = accepted.findLastIndex((other) => other <= atMs) + 1;
    const together = accepted.toSpliced(place, 0, ...Array.from({ length: units }, () => atMs));
    const most = this.#perSecond(arrival);
    // Too many are those of which N + 1 in a row, this one among them, take less than the window.
    const last = Math.min(place + units, together.length - most);
    for (let first = Math.max(place - most, 0); first < last; first += 1) {
      if ((together[first + most] ?? Infinity) - (together[first] ?? -Infinity) < WINDOW_MS) return false;
    }
    this.#accepted.set(
      key,
      together.filter((other) => other > latestMs - KEPT_MS),
    );
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

  #perSecond({ provider, appKey, rateGroup, documentedPerSecond }: Arrival): number {
    const overrides = this.#overrides.filter((each) => each.provider === provider && each.rateGroup === rateGroup);
    const own = overrides.find((each) => each.appKey === appKey);
    return (own ?? overrides.find((each) => each.appKey === null))?.perSecond ?? documentedPerSecond;
  }
}

function isSameTarget(one: LimitOverride, other: LimitOverride): boolean {
  return one.provider === other.provider && one.rateGroup === other.rateGroup && one.appKey === other.appKey;
}
