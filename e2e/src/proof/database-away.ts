import { setTimeout as pause } from 'node:timers/promises';
import { startDatabaseProxy } from '../fault-proxy.ts';
import type { FaultProxy } from '../fault-proxy.ts';
import { createAcknowledgedTokens } from './acknowledged-tokens.ts';
import type { Cluster } from './cluster.ts';
import { describeCounts, describeTimes } from './proof-row.ts';
import type { ProofRow } from './proof-row.ts';
import { startProbe } from './service-probe.ts';

/** What can become of the database, and what brings it back. */
interface Outage {
  readonly what: string;
  /** Whether servers reach the database through a proxy, which does it; otherwise they stay as they are. */
  readonly isByProxy: boolean;
  readonly away: (parts: Parts) => Promise<void> | void;
  readonly back: (parts: Parts) => Promise<void> | void;
}

interface Parts {
  readonly postgres: NonNullable<Cluster['postgres']>;
  readonly proxy: FaultProxy;
}

export const OUTAGES: Readonly<Record<string, Outage>> = {
  'restart-fast': {
    isByProxy: false,
    what: 'PostgreSQL restarted (fast) under load',
    away: ({ postgres }) => postgres.halt('fast'),
    back: ({ postgres }) => postgres.resume(),
  },
  'restart-immediate': {
    isByProxy: false,
    what: 'PostgreSQL restarted (immediate, as a crash) under load',
    away: ({ postgres }) => postgres.halt('immediate'),
    back: ({ postgres }) => postgres.resume(),
  },
  refused: {
    isByProxy: true,
    what: 'database cut off: connections reset, new ones refused',
    away: ({ proxy }) => proxy.refuse(),
    back: ({ proxy }) => proxy.pass(),
  },
  held: {
    isByProxy: true,
    what: 'database cut off: a link that is down, and delivers what waited',
    away: ({ proxy }) => proxy.hold(),
    back: ({ proxy }) => proxy.pass(),
  },
  silent: {
    isByProxy: true,
    what: 'database cut off: all bytes lost, both ways, without a reset',
    away: ({ proxy }) => proxy.blackhole('both'),
    back: ({ proxy }) => proxy.pass(),
  },
  deaf: {
    isByProxy: true,
    what: 'database cut off: what servers send is lost',
    away: ({ proxy }) => proxy.blackhole('to-server'),
    back: ({ proxy }) => proxy.pass(),
  },
  mute: {
    isByProxy: true,
    what: 'database cut off: what it answers is lost, commits included',
    away: ({ proxy }) => proxy.blackhole('to-client'),
    back: ({ proxy }) => proxy.pass(),
  },
};

interface DatabaseAway {
  readonly outage: string;
  readonly times: number;
  readonly awayMs: number;
}

/** What servers promise once the database is back. */
const PROMISED_MS = 2_000;

/** What callers may hear meanwhile. */
const NAMED = new Set(['503 DATABASE_UNAVAILABLE', '408 DEADLINE_EXCEEDED']);

/** Connections that lost bytes are found out by their silence. */
const SETTLES_MS = 3_000;

/** The database goes away while all servers are asked, and comes back. */
export async function takeDatabaseAway(cluster: Cluster, { outage, times, awayMs }: DatabaseAway): Promise<ProofRow> {
  const { what, isByProxy, away, back } = OUTAGES[outage] ?? fail(`no outage ${outage}`);
  const { postgres, databaseUrl } = cluster;
  if (postgres === undefined || databaseUrl === undefined) return fail('needs PostgreSQL');
  const proxy = await startDatabaseProxy(databaseUrl);
  if (isByProxy) await restartAll(cluster, { DATABASE_URL: proxy.url });
  const acknowledged = createAcknowledgedTokens();
  const probe = startProbe(cluster, acknowledged);
  const gone: string[] = [];
  for (const server of cluster.servers)
    void server.gone.then(() => gone.push(`a server died: ${lastWords(server.output())}`));
  const tookMs: number[] = [];
  const servedAgainAfter: (() => number)[] = [];
  await pause(1_000);
  for (let time = 0; time < times; time += 1) {
    await away({ postgres, proxy });
    await pause(awayMs);
    await back({ postgres, proxy });
    const backMs = performance.now();
    await pause(SETTLES_MS);
    tookMs.push(Math.max(0, probe.lastFailureMs() - backMs));
    servedAgainAfter.push(() => probe.servedAgainMs(backMs) - backMs);
  }
  await probe.stop();
  const violations = [...gone];
  if (isByProxy) await restartAll(cluster);
  await proxy.close();
  await acknowledged.compareWithStore(cluster);
  const firstMs = servedAgainAfter.map((read) => read());
  const slow = [...tookMs, ...firstMs].filter((ms) => ms > PROMISED_MS);
  const unnamed = [...probe.failed].filter(([reason]) => !NAMED.has(reason));
  return {
    what,
    size: `${times} times, ${awayMs / 1_000} s each, ${cluster.servers.length} servers, ${probe.answered()} tokens handed out`,
    expected: `named refusals while it is away; full service ${PROMISED_MS / 1_000} s after it is back; no server dies`,
    measured: `first token of the slowest server after ${describeTimes(firstMs)}; last refused call sent after ${describeTimes(tookMs)}`,
    violations: [
      ...violations,
      ...acknowledged.violations,
      ...unnamed.map(([reason, count]) => `${count} x ${reason}`),
      ...slow.map((ms) => `calls were refused, or waited, until ${Math.round(ms)} ms after it was back`),
    ],
    notes: `callers met ${describeCounts(probe.failed)}`,
  };
}

async function restartAll(cluster: Cluster, env?: Readonly<Record<string, string>>): Promise<void> {
  await Promise.all(
    [...cluster.servers.keys()].map(async (place) => {
      await cluster.servers[place]?.stop('SIGKILL');
      await cluster.start(place, env);
    }),
  );
}

/** What a process that died wrote last. */
function lastWords(output: string): string {
  return output.trimEnd().split('\n').slice(-12).join(' ').slice(-1_500);
}

function fail(sentence: string): never {
  throw new Error(sentence);
}
