import type { Cluster } from './cluster.ts';
import { OUTAGES, takeDatabaseAway } from './database-away.ts';
import { killInLoop } from './kill-loop.ts';
import { startBeforeDatabase } from './late-database.ts';
import { killLeaders } from './leader-death.ts';
import { askForManyUsers } from './many-callers.ts';
import type { ProofRow } from './proof-row.ts';
import { mixTrouble } from './mixed-trouble.ts';
import { rotateSecret } from './rotation.ts';
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
    run: (cluster, size) => killLeaders(cluster, { deaths: size === 'long' ? 64 : 4, seed: 1 }),
  },
  {
    name: 'kill',
    run: (cluster, size) =>
      killInLoop(cluster, size === 'long' ? { kills: 60, callers: 32, seed: 1 } : { kills: 5, callers: 8, seed: 1 }),
  },
  {
    name: 'standstill',
    run: (cluster, size) => stopLeaders(cluster, { rounds: size === 'long' ? 10 : 2 }),
  },
  {
    name: 'stop',
    run: (cluster, size) =>
      stopUnderLoad(cluster, size === 'long' ? { times: 4, callers: 200 } : { times: 1, callers: 50 }),
  },
  ...Object.keys(OUTAGES).map((outage): Scenario => ({
    name: outage,
    isLongOnly: outage !== 'restart-fast' && outage !== 'refused',
    run: (cluster, size) =>
      takeDatabaseAway(cluster, { outage, times: size === 'long' ? 2 : 1, awayMs: size === 'long' ? 5_000 : 1_000 }),
  })),
  {
    name: 'rotation',
    run: (cluster, size) =>
      rotateSecret(cluster, size === 'long' ? { users: 20_000, callers: 20 } : { users: 300, callers: 8 }),
  },
  {
    name: 'mixed',
    run: (cluster, size) =>
      mixTrouble(
        cluster,
        size === 'long'
          ? { users: 40, callers: 32, forMs: 120_000, seed: 1 }
          : { users: 10, callers: 24, forMs: 8_000, seed: 1 },
      ),
  },
  {
    name: 'late',
    run: (cluster, size) => startBeforeDatabase(cluster, { times: size === 'long' ? 2 : 1, lateMs: 3_000 }),
  },
];

/** Four servers that reach their PostgreSQL through a pooler in transaction mode. */
export const ON_POOLER: readonly Scenario[] = [
  {
    name: 'pooled-many',
    isLongOnly: true,
    run: (cluster) => behindPooler(askForManyUsers(cluster, { users: 200, times: 200, inFlight: 400 })),
  },
  {
    name: 'pooled-kill',
    isLongOnly: true,
    run: (cluster) => behindPooler(killInLoop(cluster, { kills: 16, callers: 16, seed: 3 })),
  },
];

async function behindPooler(running: Promise<ProofRow>): Promise<ProofRow> {
  const row = await running;
  return { ...row, what: `${row.what}, behind PgBouncer in transaction mode` };
}

/** One server on the embedded database. */
export const ON_EMBEDDED: readonly Scenario[] = [
  {
    name: 'embedded',
    run: (cluster, size) =>
      killInLoop(cluster, size === 'long' ? { kills: 24, callers: 8, seed: 2 } : { kills: 3, callers: 4, seed: 2 }),
  },
];
