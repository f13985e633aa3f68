import { describeFailure } from './asker.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { createAcknowledgedTokens } from './acknowledged-tokens.ts';
import { APP } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { untilStandsStill } from './process-state.ts';
import { readPossibleOrphans } from './possible-orphans.ts';
import { describeTimes } from './proof-row.ts';
import type { ProofRow } from './proof-row.ts';

interface StoppedLeader {
  readonly rounds: number;
}

/** Where a leader stands still: before it calls the provider, and with the provider's answer in its hand. */
const POINTS = ['answered', 'before-call', 'lease-taken'] as const;

/** A leader that stands still is taken for dead, until it goes on: then it must write nothing, and answer what the other did. */
export async function stopLeaders(cluster: Cluster, { rounds }: StoppedLeader): Promise<ProofRow> {
  const acknowledged = createAcknowledgedTokens();
  const violations: string[] = [];
  const tookMs: number[] = [];
  const prefix = `stopped${Date.now().toString(36)}x`;
  await cluster.issues.read(true);
  const boundBefore = await readPossibleOrphans(cluster);
  for (let round = 0; round < rounds; round += 1) {
    const userId = `${prefix}${round}`;
    const point = POINTS[round % POINTS.length] ?? 'answered';
    await cluster.servers[0]?.stop('SIGKILL');
    const leader = await cluster.start(0, { IMMINT_TEST_STOP_AT: `${point}:1:stop` });
    const late = cluster.asker.obtain(leader.url, APP, userId);
    await untilStandsStill(leader.pid);
    const served = await cluster.asker.obtain(cluster.servers[1]?.url ?? '', APP, userId);
    await pause(200);
    process.kill(leader.pid, 'SIGCONT');
    const answers = [served, await late, await cluster.asker.obtain(leader.url, APP, userId)];
    for (const answer of answers) {
      if (answer.kind === 'token') acknowledged.note(answer.token);
      else violations.push(`${userId}: ${describeFailure(answer)} (${point})`);
    }
    const generations = answers.map((answer) => (answer.kind === 'token' ? answer.token.generation : 0));
    if (generations.some((generation) => generation !== 1))
      violations.push(`${userId}: generations ${generations.join()}`);
    tookMs.push(served.tookMs);
  }
  await acknowledged.compareWithStore(cluster);
  await cluster.issues.read(true);
  const issued = [...cluster.issues.byUser].filter(([userId]) => userId.startsWith(prefix));
  const orphans = issued.reduce((sum, [, count]) => sum + count, 0) - rounds;
  const bound = (await readPossibleOrphans(cluster)) - boundBefore;
  return {
    what: 'a server that stands still (SIGSTOP) while it asks, and goes on after another one has asked',
    size: `${rounds} times, at ${POINTS.join(', ')}`,
    expected: 'its late write is refused, and it answers with the other’s token',
    measured: `${violations.length + acknowledged.violations.length} split; ${orphans} orphans, bound ${bound}; the other answered in ${describeTimes(tookMs)}`,
    violations: [
      ...violations,
      ...acknowledged.violations,
      ...(orphans <= bound ? [] : [`${orphans} orphans, and the servers say at most ${bound}`]),
    ],
    notes: 'a token that was asked for and never stored stays good at RongCloud: the orphan',
  };
}
