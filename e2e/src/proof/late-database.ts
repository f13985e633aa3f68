import { setTimeout as pause } from 'node:timers/promises';
import { createAcknowledgedTokens } from './acknowledged-tokens.ts';
import { APP } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { describeFailure } from './asker.ts';
import { describeTimes } from './proof-row.ts';
import type { ProofRow } from './proof-row.ts';

interface LateDatabase {
  readonly times: number;
  readonly lateMs: number;
}

/** A second between two tries, and what a start takes on a machine where several start at once. */
const PROMISED_MS = 10_000;

/** All servers are started before their database is. */
export async function startBeforeDatabase(cluster: Cluster, { times, lateMs }: LateDatabase): Promise<ProofRow> {
  const acknowledged = createAcknowledgedTokens();
  const violations: string[] = [];
  const tookMs: number[] = [];
  for (let time = 0; time < times; time += 1) {
    await Promise.all(cluster.servers.map((server) => server.stop()));
    await cluster.postgres?.halt('fast');
    const starting = Promise.all(cluster.servers.map((_, place) => cluster.start(place)));
    await pause(lateMs);
    await cluster.postgres?.resume();
    const backMs = performance.now();
    const servers = await starting;
    tookMs.push(performance.now() - backMs);
    const heard = await Promise.all(
      servers.map((server) => cluster.asker.obtain(server.url, APP, `late${time}x${backMs.toFixed(0)}`)),
    );
    for (const each of heard) {
      if (each.kind === 'token') acknowledged.note(each.token);
      else violations.push(describeFailure(each));
    }
  }
  await acknowledged.compareWithStore(cluster);
  const waited = cluster.logLines().filter((line) => line.includes('database.not-reachable-yet')).length;
  const slow = tookMs.filter((ms) => ms > PROMISED_MS);
  return {
    what: 'servers started before their database',
    size: `${times} times, ${lateMs / 1_000} s late, ${cluster.servers.length} servers`,
    expected: 'they wait, and serve once it is there',
    measured: `all ready after ${describeTimes(tookMs)}`,
    violations: [
      ...violations,
      ...acknowledged.violations,
      ...slow.map((ms) => `ready only after ${Math.round(ms)} ms`),
    ],
    notes: `${waited} lines in their logs say that they wait`,
  };
}
