import type { CutOverClaim } from '@immint/db';
import type { Services } from '../services.ts';

/** How long a server that carries out a cut-over is believed to be alive without saying so. */
export const CUT_OVER_LEASE_MS = 2_000;

const RENEWED_EVERY_MS = 600;

/**
 * Keeps the lease of a cut-over while the provider is asked. Losing it stops nobody: two servers may show the same secret,
 * and the fence decides who writes down what came of it.
 */
export async function keepCutOverLease<Result>(
  { rotations, log }: Pick<Services, 'rotations' | 'log'>,
  claim: CutOverClaim,
  work: () => Promise<Result>,
): Promise<Result> {
  const renewing = setInterval(() => {
    rotations
      .renew(claim, CUT_OVER_LEASE_MS)
      .catch((error: unknown) => log.warn('secret.lease-not-renewed', { app: claim.app.name }, error));
  }, RENEWED_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
  }
}
