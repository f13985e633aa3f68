import type { Finding } from '@immint/contracts';
import type { ProviderEntry, ProviderError } from '@immint/providers';

/** A request that is signed with a time further from the provider's may be refused, and no revoke can be dated. */
const OFF_MS = 300_000;

const DRIFTING_MS = 30_000;

/**
 * How far the provider's clock is ahead of ours, by the `Date` of an answer to what was asked at `askedAtMs` and answered at
 * `answeredAtMs`. It has whole seconds, and was written at some moment in between: what fits there is no skew, however long
 * the answer took.
 */
export function skewOf(serverDateMs: number, askedAtMs: number, answeredAtMs: number): number {
  if (serverDateMs > answeredAtMs) return serverDateMs - answeredAtMs;
  return Math.min(0, serverDateMs + 999 - askedAtMs);
}

/** A clock that is off comes before every other explanation of refused credentials: what is signed holds the time. */
export function findClock(
  { displayName }: Pick<ProviderEntry, 'displayName'>,
  clockSkewMs: number | null,
  error: ProviderError | undefined,
): Finding[] {
  const amountMs = Math.abs(clockSkewMs ?? 0);
  if (amountMs < DRIFTING_MS) return [];
  const side = (clockSkewMs ?? 0) > 0 ? 'behind' : 'ahead of';
  const explains = error?.kind === 'credentials-refused' && amountMs >= OFF_MS;
  return [
    {
      severity: explains ? 'error' : 'warning',
      code: 'CLOCK_OFF',
      message:
        `This server’s clock is ${describeAmount(amountMs)} ${side} that of ${displayName}: set it, ` +
        `and keep it right with NTP.${explains ? ' The refusal may come from that alone.' : ''}`,
    },
  ];
}

function describeAmount(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  return seconds % 60 === 0 ? `${minutes} minutes` : `${minutes} minutes ${seconds % 60} seconds`;
}
