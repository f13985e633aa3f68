import type { Cluster } from './cluster.ts';
import { OUTAGES, takeDatabaseAway } from './database-away.ts';
import { killInLoop } from './kill-loop.ts';
import { startBeforeDatabase } from './late-database.ts';
import { killLeaders } from './leader-death.ts';
import { askForManyUsers } from './many-callers.ts';
import type { ProofRow } from './proof-row.ts';
import { stopUnderLoad } from './stop-under-load.ts';
import { stopLeaders } from './stopped-leader.ts';
import { askInStorm } from './storm.ts';

/** `short` belongs to the tests, `long` to the table in docs/proof.md. */
type ProofSize = 'short' | 'long';

/** One thing that is tried, on servers that are up when it begins and up when it ends. */
export interface Scenario {
  readonly name: string;
  /** Takes too long for the tests. */
  readonly isLongOnly?: boolean;
  run(cluster: Cluster, size: ProofSize): Promise<ProofRow>;
}

/** Four servers on one PostgreSQL. */
export const ON_FOUR_SERVERS: readonly Scenario[] = [
  {
    name: 'many',
    run: (cluster, size) =>
      askForManyUsers(
        cluster,
        size === 'long' ? { users: 1_000, times: 1_000, inFlight: 2_000 } : { users: 50, times: 100, inFlight: 200 },
      ),
  },
  {
    name: 'storm',
    run: (cluster, size) => askInStorm(cluster, { requests: size === 'long' ? 2_000 : 400, providerMs: 80 }),
  },
  {
    name: 'death',
    run: (cluster, size) => killLeaders(cluster, { deaths: size === 'long' ? 100 : 8, seed: 1 }),
  },
  {
    name: 'kill',
    run: (cluster, size) =>
      killInLoop(cluster, size === 'long' ? { kills: 400, callers: 32, seed: 1 } : { kills: 10, callers: 8, seed: 1 }),
  },
  {
    name: 'standstill',
    run: (cluster, size) => stopLeaders(cluster, { rounds: size === 'long' ? 30 : 3 }),
  },
  {
    name: 'stop',
    run: (cluster, size) =>
      stopUnderLoad(cluster, size === 'long' ? { times: 20, callers: 200 } : { times: 1, callers: 50 }),
  },
  ...Object.keys(OUTAGES).map((outage): Scenario => ({
    name: outage,
    isLongOnly: !outage.startsWith('restart') && outage !== 'refused',
    run: (cluster, size) =>
      takeDatabaseAway(cluster, { outage, times: size === 'long' ? 10 : 1, awayMs: size === 'long' ? 5_000 : 1_000 }),
  })),
  {
    name: 'late',
    run: (cluster, size) => startBeforeDatabase(cluster, { times: size === 'long' ? 5 : 1, lateMs: 3_000 }),
  },
];

/** One server on the embedded database. */
export const ON_EMBEDDED: readonly Scenario[] = [
  {
    name: 'embedded',
    run: (cluster, size) =>
      killInLoop(cluster, size === 'long' ? { kills: 100, callers: 8, seed: 2 } : { kills: 4, callers: 4, seed: 2 }),
  },
];
