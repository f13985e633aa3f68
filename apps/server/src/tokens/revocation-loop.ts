import type { RevocationRecord } from '@immint/db';
import { createCallContext } from '@immint/providers';
import { connectApp, describeApp } from '../apps/app-connections.ts';
import { createRounds } from '../rounds.ts';
import type { Rounds } from '../rounds.ts';
import type { Services } from '../services.ts';
import { tellRevocations } from './tell-revocations.ts';

const INTERVAL_MS = 5_000;
const MAX_AT_ONCE = 100;

/** While there is more than one round can take, so many go side by side, and no time is lost between them. */
const ROUNDS_AT_ONCE = 8;

/** Below the time for which what is due is taken. */
const ROUND_TIMEOUT_MS = 30_000;

/** Tells providers of the revokes that they have not taken yet, until it is stopped. */
export function createRevocationLoop(services: Services, intervalMs = INTERVAL_MS): Rounds {
  return createRounds(
    intervalMs,
    async (stopping) => {
      let isFull = (await tellDue(services)) === MAX_AT_ONCE;
      while (isFull && !stopping.aborted) {
        const taken = await Promise.all(Array.from({ length: ROUNDS_AT_ONCE }, () => tellDue(services)));
        isFull = taken.includes(MAX_AT_ONCE);
      }
    },
    (error) => services.log.warn('revocations.round-failed', {}, error),
  );
}

/**
 * One round: takes what is due and tells it, app by app; gives how much that was. What goes wrong with one app keeps no other
 * from its turn.
 */
export async function tellDue(services: Services): Promise<number> {
  const due = await services.revocations.claimDue(MAX_AT_ONCE);
  const byApp = new Map<string, RevocationRecord[]>();
  for (const { app, ...record } of due) byApp.set(app, [...(byApp.get(app) ?? []), record]);
  await Promise.all([...byApp].map(([name, records]) => tellApp(services, name, records)));
  return due.length;
}

async function tellApp(services: Services, name: string, records: readonly RevocationRecord[]): Promise<void> {
  try {
    const app = await connectApp(services, await describeApp(services, name));
    const context = createCallContext(ROUND_TIMEOUT_MS, { ...services, urgency: 'background' });
    const told = await tellRevocations(services, app, records, context);
    const delivered = told.filter(({ settlement }) => settlement.state === 'delivered').length;
    services.log.info('revocations.told', { app: name, users: told.length, delivered });
  } catch (error) {
    // They are due again when the time for which they were taken is over.
    services.log.warn('revocations.not-told', { app: name, users: records.length }, error);
  }
}
