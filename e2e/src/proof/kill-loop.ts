import { setTimeout as pause } from 'node:timers/promises';
import { createAcknowledgedTokens } from './acknowledged-tokens.ts';
import { startLoad } from './background-load.ts';
import type { Cluster } from './cluster.ts';
import { readPossibleOrphans } from './possible-orphans.ts';
import { countOne, describeCounts } from './proof-row.ts';
import type { ProofRow } from './proof-row.ts';
import { seededRandom } from './seeded-random.ts';

interface KillLoop {
  readonly kills: number;
  readonly callers: number;
  readonly seed: number;
}

/** The points of an issue at which a server can be made to die (`REACHED_POINTS` of the server). */
const POINTS = ['lease-taken', 'before-call', 'answered', 'saved'] as const;

/** A server that has not reached its point by then is killed where it is. */
const REACHES_WITHIN_MS = 5_000;

/** A killed server's users wait for its lease, for another one's start, and for each other. */
const PATIENCE_MS = 30_000;

/**
 * Servers die by SIGKILL, at each named point in turn and at moments of chance, and are started again, while callers go on
 * asking. All places but the last one (a single server too) are killed, each in a loop of its own, so that several are often down at once.
 */
export async function killInLoop(cluster: Cluster, { kills, callers, seed }: KillLoop): Promise<ProofRow> {
  const random = seededRandom(seed);
  const acknowledged = createAcknowledgedTokens();
  await cluster.issues.read(true);
  const issuedBefore = cluster.issues.total();
  const storedBefore = await createAcknowledgedTokens().compareWithStore(cluster);
  const boundBefore = await readPossibleOrphans(cluster);
  const stopCounting = cluster.issues.watch();
  const load = startLoad(cluster, acknowledged, { callers, asksAgain: true, random, patienceMs: PATIENCE_MS });
  const killed = new Map<string, number>();

  let next = 0;
  const killInTurn = async (place: number): Promise<void> => {
    while (next < kills) {
      const turn = next;
      next += 1;
      const point = POINTS[turn % (POINTS.length + 1)];
      if (point === undefined) {
        const server = cluster.servers[place];
        await pause(random() * 1_000);
        await server?.stop('SIGKILL');
        countOne(killed, 'at a moment of chance');
        await cluster.start(place);
        continue;
      }
      await cluster.servers[place]?.stop('SIGKILL');
      const hit = 1 + Math.floor(random() * 5);
      const server = await cluster.start(place, { IMMINT_TEST_STOP_AT: `${point}:${hit}:kill` });
      const late = setTimeout(() => void server.stop('SIGKILL'), REACHES_WITHIN_MS);
      await server.gone;
      clearTimeout(late);
      countOne(killed, `at ${point}`);
    }
    await cluster.servers[place]?.stop('SIGKILL');
    await cluster.start(place);
  };
  const places = Math.max(1, cluster.servers.length - 1);
  await Promise.all(Array.from({ length: places }, (_, place) => killInTurn(place)));
  await load.stop();
  await stopCounting();

  const issued = cluster.issues.total() - issuedBefore;
  const stored = (await acknowledged.compareWithStore(cluster)) - storedBefore;
  const orphans = issued - stored;
  const bound = (await readPossibleOrphans(cluster)) - boundBefore;
  return {
    what: `kill -9 at named points and at moments of chance${cluster.databaseUrl === undefined ? ', on the embedded database' : ''}`,
    size: `${kills} kills of ${cluster.servers.length} server${cluster.servers.length === 1 ? '' : 's'}, ${callers} callers, ${load.users()} users, ${acknowledged.answers()} tokens handed out`,
    expected: '0 acknowledged tokens lost, 0 users with two current tokens, orphans at most the servers’ own bound',
    measured: `${acknowledged.violations.length} lost or doubled; ${issued} issued, ${stored} stored, ${orphans} orphans, bound ${bound}`,
    violations: [
      ...acknowledged.violations,
      ...load.givenUp,
      ...(orphans >= 0 && orphans <= bound ? [] : [`${orphans} orphans, and the servers say at most ${bound}`]),
    ],
    notes: `killed ${describeCounts(killed)}; callers met ${describeCounts(load.failed)}; seed ${seed}`,
  };
}
