import type { AppRecord, CredentialState, CredentialStore } from '@immint/db';
import { ProviderError } from '@immint/providers';
import type { CredentialGate } from '@immint/providers';
import { Secret } from '@immint/secrets';
import type { KeyRing } from '@immint/secrets';
import type { Log } from '../log.ts';

/** Beyond this a signature may be refused for its time alone. The same bound is used for revoking by the provider's clock. */
const CLOCK_TOLERANCE_MS = 300_000;

/** That a secret is right is written down at most so often. */
const ACCEPTED_INTERVAL_MS = 3_600_000;

/** The app that a gate is of, as it was changed last. */
interface GatedApp {
  readonly record: AppRecord;
  /** Whether a secret that is refreshed in the provider's console ends all tokens. */
  readonly refreshKillsTokens: boolean;
}

interface GateParts {
  readonly credentials: CredentialStore;
  readonly keyRing: Pick<KeyRing, 'fingerprint'>;
  readonly nowMs: () => number;
  readonly log: Log;
}

/**
 * The gate of one app as it was changed last, for all servers together: after 3 refusals the app is paused, one call a
 * minute is let through, and the first that succeeds resumes it. A signature that is refused while our clock is off does
 * not count. A secret that the provider took before and now refuses was probably refreshed in its console, and the error
 * says so.
 */
export function createCredentialGate(
  { credentials, keyRing, nowMs, log }: GateParts,
  { record, refreshKillsTokens }: GatedApp,
  secret: Secret,
): CredentialGate {
  const { name, appKey, clientId } = record;
  const shown = keyRing.fingerprint(Secret.of(JSON.stringify([appKey, clientId, keyRing.fingerprint(secret)])));

  // Whoever has an answer of the provider gets it, also when the database cannot be told of it now.
  async function note(event: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn(event, { app: name }, error);
    }
  }

  return {
    async admit(proof) {
      const known = await credentials.admit(record);
      const refreshed = explainRefreshed({ record, refreshKillsTokens }, shown, known);
      if (known.retryAfterMs > 0) {
        throw new ProviderError('app-paused', { retryAfterMs: known.retryAfterMs, ...refreshed });
      }
      const { accepted } = known;
      const isFresh = accepted?.credentials === shown && accepted.msAgo < ACCEPTED_INTERVAL_MS;
      return {
        async accepted() {
          if (known.refusals === 0 && isFresh) return;
          await note('credentials.not-noted', () => credentials.accepted(record, shown));
          if (known.refusals > 0) log.info('credentials.accepted-again', { app: name, refusals: known.refusals });
        },
        async refused(refusal) {
          const { serverDateMs } = refusal;
          const aheadMs = serverDateMs === undefined ? 0 : nowMs() - serverDateMs;
          if (proof === 'signature' && Math.abs(aheadMs) > CLOCK_TOLERANCE_MS) {
            log.warn('credentials.clock-off', { app: name, aheadMs });
            return refusal.with(explainClock(aheadMs));
          }
          await note('credentials.not-noted', async () => {
            const refusals = await credentials.refused(record);
            log.warn('credentials.refused', { app: name, refusals, code: refusal.providerCode });
          });
          const { blames } = refusal;
          return blames === undefined || blames === 'secret' ? refusal.with(refreshed) : refusal;
        },
      };
    },
  };
}

function explainRefreshed(
  { record, refreshKillsTokens }: GatedApp,
  shown: string,
  { accepted }: CredentialState,
): { readonly detail?: string } {
  if (accepted?.credentials !== shown) return {};
  const ago = sayDuration(accepted.msAgo);
  const { name } = record;
  const fix = refreshKillsTokens
    ? `enter the new one with \`immint app secret stage ${name} --secret-file FILE\`, and put it in force with \`immint app secret cutover ${name}\`, since the refresh ended every stored token`
    : `enter the new one with \`immint app secret correct ${name} --secret-file FILE\``;
  return {
    detail: `It took them ${ago} ago, so the secret was probably refreshed in the provider’s console: ${fix}.`,
  };
}

function explainClock(aheadMs: number): { readonly detail: string } {
  const direction = aheadMs > 0 ? 'ahead of' : 'behind';
  return {
    detail: `The clock of this server is ${sayDuration(Math.abs(aheadMs))} ${direction} the provider’s, which alone can make a signature wrong: set the clock first.`,
  };
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** Roughly, as one says it: the largest unit of which there is at least one. */
function sayDuration(ms: number): string {
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor(ms / unitMs);
    if (count > 0) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return 'less than a minute';
}
