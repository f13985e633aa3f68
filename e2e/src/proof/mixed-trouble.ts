import { createAcknowledgedTokens } from './acknowledged-tokens.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { describeFailure } from './asker.ts';
import { APP, APP_KEY } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { createKeptPromises } from './kept-promises.ts';
import type { KeptPromises } from './kept-promises.ts';
import { untilJobIsDone } from './job-end.ts';
import { createMixedCaller } from './mixed-callers.ts';
import { readPossibleOrphans } from './possible-orphans.ts';
import { describeCounts, describeTimes } from './proof-row.ts';
import type { ProofRow } from './proof-row.ts';
import { seededRandom } from './seeded-random.ts';
import { killAgain, stopAgain, troubleProvider } from './trouble-makers.ts';

interface MixedTrouble {
  readonly users: number;
  readonly callers: number;
  readonly forMs: number;
  readonly seed: number;
}

/** Everything at once: all verbs on a few users, at servers that are killed and stand still, while the provider has faults and its secret is changed. */
export async function mixTrouble(cluster: Cluster, { users, callers, forMs, seed }: MixedTrouble): Promise<ProofRow> {
  const random = seededRandom(seed);
  const promises = createKeptPromises(() => performance.now());
  const prefix = `mixed${Date.now().toString(36)}x`;
  const failed = new Map<string, number>();
  const done = new Map<string, number>();
  const unexpected: string[] = [];
  const tookMs: number[] = [];
  await cluster.issues.read(true);
  const issuedBefore = cluster.issues.total();
  const boundBefore = await readPossibleOrphans(cluster);
  const storedBefore = await createAcknowledgedTokens().compareWithStore(cluster);
  const stopCounting = cluster.issues.watch();
  const untilMs = performance.now() + forMs;
  const isOn = () => performance.now() < untilMs;

  const caller = createMixedCaller({ cluster, promises, random, done, failed, unexpected, tookMs });
  const calling = Promise.all(
    Array.from({ length: callers }, async () => {
      while (isOn()) await caller.act(`${prefix}${Math.floor(random() * users)}`);
    }),
  );
  const troubles = await Promise.all([
    killAgain(cluster, { place: 0, isOn, random }),
    stopAgain(cluster, { place: 1, isOn, random }),
    killAgain(cluster, { place: 2, isOn, random }),
    troubleProvider(cluster, { isOn, random }),
    changeSecret(cluster, promises, { forMs, seed }),
  ]);
  await calling;
  await cluster.sandbox.control.clearFaults();
  await untilJobIsDone(cluster, await latestJob(cluster));
  const settled = await settle(
    cluster,
    promises,
    Array.from({ length: users }, (_, at) => `${prefix}${at}`),
  );
  await stopCounting();

  const issued = cluster.issues.total() - issuedBefore;
  const stored = (await promises.compareWithStore(cluster)) - storedBefore;
  const orphans = issued - stored;
  const bound = (await readPossibleOrphans(cluster)) - boundBefore;
  return {
    what: 'everything at once: all verbs, kills, standstills, a provider with faults, a changed App Secret',
    size: `${users} users, ${callers} callers, ${cluster.servers.length} servers, ${Math.round(forMs / 1_000)} s, seed ${seed}`,
    expected: 'no promise broken, every call answered in time and by a name, orphans at most the servers’ own bound',
    measured: `${promises.violations.length} broken; ${issued} issued, ${stored} stored, ${orphans} orphans, bound ${bound}; ${describeTimes(tookMs)}`,
    violations: [
      ...promises.violations,
      ...unexpected,
      ...settled,
      ...(orphans >= 0 && orphans <= bound ? [] : [`${orphans} orphans, and the servers say at most ${bound}`]),
    ],
    notes: `${describeCounts(done)}; ${troubles.join(', ')}; callers met ${describeCounts(failed)}`,
  };
}

/** In the middle, at the server that nothing is done to. */
async function changeSecret(
  cluster: Cluster,
  promises: KeptPromises,
  { forMs, seed }: { forMs: number; seed: number },
): Promise<string> {
  await pause(forMs / 2);
  const url = cluster.servers.at(-1)?.url ?? '';
  const secret = `another-made-up-secret-${seed}`;
  const ended = promises.ending(undefined);
  await cluster.sandbox.control.post('secret', { provider: 'rongcloud', appKey: APP_KEY, secret });
  const call = async (procedure: string, input: object) => {
    for (;;) {
      const { status, text } = await cluster.asker.call(url, procedure, { app: APP, ...input });
      if (status === 200) return;
      // A cut-over that got no answer is brought to its end by whichever server comes to it.
      if (!/PROVIDER_|RATE_USED_UP|CUT_OVER_UNANSWERED|CUT_OVER_IN_PROGRESS/.test(text))
        throw new Error(`${procedure}: ${text}`);
      await pause(200);
    }
  };
  await call('app.stageSecret', { secret });
  await call('app.cutOverSecret', {});
  ended(true);
  return '1 changed secret';
}

async function latestJob({ asker, servers }: Cluster): Promise<number> {
  const { status, text } = await asker.query(servers.at(-1)?.url ?? '', 'job.list', { app: APP, limit: 1 });
  if (status !== 200) throw new Error(`job.list: ${text}`);
  const { jobs } = (JSON.parse(text) as { result: { data: { jobs: { job: number }[] } } }).result.data;
  if (jobs[0] === undefined) throw new Error('nothing is issued anew after the change of the secret');
  return jobs[0].job;
}

/** With all trouble over: every server gives every user one and the same token, which the provider takes. */
async function settle(cluster: Cluster, promises: KeptPromises, userIds: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const userId of userIds) {
    const tokens = new Set<string>();
    for (const server of cluster.servers) {
      const expectation = promises.expectation(userId);
      const heard = await cluster.asker.obtain(server.url, APP, userId);
      if (heard.kind !== 'token') wrong.push(`${userId}: ${describeFailure(heard)} in the end`);
      else {
        promises.handedOut(heard.token, expectation);
        tokens.add(heard.token.token);
      }
    }
    if (tokens.size > 1) wrong.push(`${userId}: ${tokens.size} tokens in the end`);
    for (const token of tokens) {
      const { ok } = await cluster.sandbox.control.connect('rongcloud', APP_KEY, token);
      if (ok !== true) wrong.push(`${userId}: the provider refuses the token in the end`);
    }
  }
  return wrong;
}
