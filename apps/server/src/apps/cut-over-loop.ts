import type { CutOverClaim } from '@immint/db';
import { createRounds } from '../rounds.ts';
import type { Rounds } from '../rounds.ts';
import type { Services } from '../services.ts';
import { CUT_OVER_LEASE_MS } from './cut-over-lease.ts';
import { runCutOver } from './run-cut-over.ts';

/** Logins of the app wait, so it is short. */
const INTERVAL_MS = 700;

/** Goes on with the cut-overs whose server died, or which the provider has not answered yet, until it is stopped. */
export function createCutOverLoop(services: Services, intervalMs = INTERVAL_MS): Rounds {
  return createRounds(
    intervalMs,
    () => takeUpCutOvers(services),
    (error) => services.log.warn('secret.round-failed', {}, error),
  );
}

/** One round. What goes wrong with one app keeps no other from its turn. */
export async function takeUpCutOvers(services: Services): Promise<void> {
  const claims = await services.rotations.takeOver(CUT_OVER_LEASE_MS);
  await Promise.all(claims.map((claim) => goOn(services, claim)));
}

async function goOn(services: Services, claim: CutOverClaim): Promise<void> {
  try {
    await runCutOver(services, claim);
  } catch (error) {
    // Its lease ends by itself, and then it is somebody's turn again.
    services.log.warn('secret.cut-over-failed', { app: claim.app.name }, error);
  }
}
