import type { CutOverClaim } from '@immint/db';
import type { Services } from '../services.ts';
import { CUT_OVER_LEASE_MS } from './cut-over-lease.ts';
import { runCutOver } from './run-cut-over.ts';

/** Logins of the app wait, so it is short. */
const INTERVAL_MS = 700;

/** Goes on with the cut-overs whose server died, or which the provider has not answered yet, until it is stopped. */
export interface CutOverLoop {
  start(): void;
  /** Waits for the round that is under way. */
  stop(): Promise<void>;
}

export function createCutOverLoop(services: Services, intervalMs = INTERVAL_MS): CutOverLoop {
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  let isStopped = false;

  function schedule(): void {
    if (isStopped) return;
    timer = setTimeout(() => {
      round = takeUpCutOvers(services)
        .catch((error: unknown) => services.log.warn('secret.round-failed', {}, error))
        .then(schedule);
    }, intervalMs);
    timer.unref();
  }

  return {
    start: schedule,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await round;
    },
  };
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
