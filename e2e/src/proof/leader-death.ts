import { describeFailure } from './asker.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { createAcknowledgedTokens } from './acknowledged-tokens.ts';
import { APP } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { describeTimes, quantiles } from './proof-row.ts';
import type { ProofRow } from './proof-row.ts';
import { seededRandom } from './seeded-random.ts';

interface LeaderDeath {
  readonly deaths: number;
  readonly seed: number;
}

/** What the servers promise: from the death of the one who asks to the answer of another. */
const PROMISED_MS = 2_000;

/** How slow the provider is, for leaders that die while they wait for it, with leases that were renewed. */
const PROVIDER_MS = 1_200;

/** Undefined: while it waits for the provider. */
const POINTS = ['before-call', 'answered', 'lease-taken', undefined] as const;

/** A leader that still lives by then was not the one who asked. */
const DIES_WITHIN_MS = 5_000;

/**
 * The server that asks the provider for a user dies, and another server is asked for the same user: before the death, or
 * right after it. The leaders are processes of their own in the places 0 and 1, one after the other.
 */
export async function killLeaders(cluster: Cluster, { deaths, seed }: LeaderDeath): Promise<ProofRow> {
  const random = seededRandom(seed);
  const acknowledged = createAcknowledgedTokens();
  const tookMs: number[] = [];
  const violations: string[] = [];
  const prefix = `orphaned${Date.now().toString(36)}x`;
  let escaped = 0;

  const startLeader = async (turn: number) => {
    await cluster.servers[turn % 2]?.stop('SIGKILL');
    const point = POINTS[turn % POINTS.length];
    return cluster.start(turn % 2, point === undefined ? {} : { IMMINT_TEST_STOP_AT: `${point}:1:kill` });
  };
  let upcoming = startLeader(0);
  for (let turn = 0; tookMs.length + violations.length < deaths && turn < deaths * 2; turn += 1) {
    const leader = await upcoming;
    upcoming = startLeader(turn + 1);
    // Its start takes what the servers at work need.
    await upcoming;
    const userId = `${prefix}${turn}`;
    const isWaiting = POINTS[turn % POINTS.length] === undefined;
    if (isWaiting) await delayNext(cluster);
    const asked = cluster.asker.obtain(leader.url, APP, userId);
    if (isWaiting) setTimeout(() => process.kill(leader.pid, 'SIGKILL'), 300 + random() * (PROVIDER_MS - 400));
    const isAskedBefore = random() < 0.5;
    const died = Promise.race([leader.gone, pause(DIES_WITHIN_MS).then(() => undefined)]);
    await (isAskedBefore ? pause(100 + random() * 100) : died);
    const heard = await cluster.asker.obtain(cluster.servers[2 + (turn % 2)]?.url ?? '', APP, userId);
    const answeredMs = performance.now();
    const diedMs = await died;
    if (diedMs === undefined) {
      await leader.stop('SIGKILL');
      escaped += 1;
    } else if (heard.kind === 'token') {
      acknowledged.note(heard.token);
      tookMs.push(Math.max(0, answeredMs - diedMs));
    } else violations.push(`${userId}: ${describeFailure(heard)} instead of a token`);
    await asked;
  }
  await upcoming;
  await cluster.sandbox.control.clearFaults();
  for (const place of [0, 1]) {
    await cluster.servers[place]?.stop('SIGKILL');
    await cluster.start(place);
  }
  await acknowledged.compareWithStore(cluster);
  const { p99 } = quantiles(tookMs);
  return {
    what: 'death of the server that asks, to the answer of another one',
    size: `${tookMs.length} kills`,
    expected: `under ${PROMISED_MS} ms at p99`,
    measured: describeTimes(tookMs),
    violations: [
      ...violations,
      ...acknowledged.violations,
      ...(p99 < PROMISED_MS ? [] : [`p99 is ${p99} ms`]),
      ...(tookMs.length + violations.length < deaths ? [`only ${tookMs.length} of ${deaths} leaders died`] : []),
    ],
    notes: `killed at ${POINTS.filter((point) => point !== undefined).join(', ')}, and in the middle of a call of ${PROVIDER_MS} ms; ${escaped} more were not the ones who asked`,
  };
}

async function delayNext({ sandbox }: Cluster): Promise<void> {
  await sandbox.control.clearFaults();
  await sandbox.control.post('faults', [{ provider: 'rongcloud', kind: 'delay', delayMs: PROVIDER_MS, times: 1 }]);
}
