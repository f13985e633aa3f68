import { setTimeout as pause } from 'node:timers/promises';
import { describeFailure } from './asker.ts';
import { ISSUE_PATH } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { untilJobIsDone } from './job-end.ts';
import { countOne, describeCounts, describeTimes } from './proof-row.ts';
import type { ProofRow } from './proof-row.ts';
import { watchServers } from './watch-servers.ts';

interface Rotation {
  readonly users: number;
  /** Who log in all the time, each some ten times a second. */
  readonly callers: number;
}

const NAME = 'rotated';
const APP_KEY = 'rotated-app-key';
const [OLD_SECRET, NEW_SECRET] = ['old-made-up-secret', 'new-made-up-secret'];

/** RongCloud's documented rate, and the part of it that an app spends unless it says otherwise. */
const DOCUMENTED_PER_SECOND = 200;
const PER_SECOND = DOCUMENTED_PER_SECOND * 0.8;
const RAISED_PER_SECOND = 10_000;
const GOAL = 1.05;

/** Rule 17: how long a server may take to see a cut-over. */
const SEEN_WITHIN_MS = 1_000;
const LOGIN_PAUSE_MS = 100;
const SAMPLE = 100;

/** A changed App Secret: everybody's token is issued anew inside the pace while people log in. */
export async function rotateSecret(cluster: Cluster, { users, callers }: Rotation): Promise<ProofRow> {
  await addApp(cluster);
  const userIds = Array.from({ length: users }, (_, index) => `rotated${index}`);
  // The journal forgets, so it is read from the beginning.
  const stopCounting = cluster.issues.watch();
  await issueForAll(cluster, userIds);
  await keepDocumentedRate(cluster);

  const stopWatching = watchServers(cluster);
  const overLimitBefore = cluster.issues.overLimit();
  const logins = startLogins(cluster, userIds, callers);
  await pause(1_000);
  const account = { provider: 'rongcloud', appKey: APP_KEY };
  await cluster.sandbox.control.post('secret', { ...account, secret: NEW_SECRET });
  await change(cluster, 'app.stageSecret', { app: NAME, secret: NEW_SECRET });
  const { endedAtMs, reissueJob } = await change(cluster, 'app.cutOverSecret', { app: NAME });
  logins.cutOver(Number(endedAtMs) + SEEN_WITHIN_MS);
  const seconds = ((await untilJobIsDone(cluster, Number(reissueJob))) - Number(endedAtMs)) / 1_000;
  const heard = await logins.stop();
  const watched = await stopWatching();
  await stopCounting();

  const least = users / PER_SECOND;
  const overLimit = cluster.issues.overLimit() - overLimitBefore;
  const dead = await showToProvider(cluster, userIds);
  const ratio = seconds / least;
  return {
    what: `the App Secret of ${users} users is changed`,
    size: `${users} users at ${PER_SECOND} calls/s, ${cluster.servers.length} servers, ${callers} callers`,
    expected: `all issued anew within ${GOAL} x ${least.toFixed(1)} s, 0 over the rate, logins served`,
    measured: `${seconds.toFixed(1)} s (${ratio.toFixed(3)} x), ${overLimit} over the rate; ${heard.tookMs.length} logins, failed: ${describeCounts(heard.failed)}; ${describeTimes(heard.tookMs)}`,
    violations: [
      // The clock of the last second is too coarse for a short form.
      ...(ratio > GOAL && least > 20 ? [`took ${ratio.toFixed(3)} x users / rate`] : []),
      ...(overLimit > 0 ? [`${overLimit} calls over the rate`] : []),
      ...[...heard.failed].map(([what, count]) => `${count} x ${what}`),
      ...heard.old.map((userId) => `${userId}: a token of the old secret was handed out`),
      ...dead.map((userId) => `${userId}: the provider refuses the token`),
    ],
    notes: watched,
  };
}

async function addApp({ asker, servers, sandbox }: Cluster): Promise<void> {
  const account = { provider: 'rongcloud', appKey: APP_KEY };
  await sandbox.control.post('apps', { ...account, secret: OLD_SECRET });
  await sandbox.control.post('limits', { ...account, path: ISSUE_PATH, perSecond: RAISED_PER_SECOND });
  const settings = { rateShare: 1, ratesPerSecond: { [ISSUE_PATH]: RAISED_PER_SECOND } };
  const app = { app: NAME, ...account, secret: OLD_SECRET, baseUrl: sandbox.url, settings };
  const added = await asker.call(servers[0]?.url ?? '', 'app.add', app);
  if (added.status !== 200) throw new Error(`app.add: ${added.text}`);
}

async function keepDocumentedRate(cluster: Cluster): Promise<void> {
  const settings = { rateShare: 0.8, ratesPerSecond: {} };
  await change(cluster, 'app.update', { app: NAME, settings });
  const limit = { provider: 'rongcloud', appKey: APP_KEY, path: ISSUE_PATH, perSecond: DOCUMENTED_PER_SECOND };
  await cluster.sandbox.control.post('limits', limit);
}

async function issueForAll(cluster: Cluster, userIds: readonly string[]): Promise<void> {
  let next = 0;
  const askInTurn = async (): Promise<void> => {
    for (let index = (next += 1) - 1; index < userIds.length; index = (next += 1) - 1) {
      const { url } = cluster.servers[index % cluster.servers.length] ?? { url: '' };
      const heard = await cluster.asker.obtain(url, NAME, userIds[index] ?? '');
      if (heard.kind !== 'token') throw new Error(`before the change: ${describeFailure(heard)}`);
    }
  };
  await Promise.all(Array.from({ length: 100 }, askInTurn));
}

async function change({ asker, servers }: Cluster, procedure: string, input: object): Promise<Record<string, unknown>> {
  const { status, text } = await asker.call(servers[0]?.url ?? '', procedure, input);
  if (status !== 200) throw new Error(`${procedure}: ${text}`);
  return (JSON.parse(text) as { result: { data: Record<string, unknown> } }).result.data;
}

/** People log in, whoever comes, at any server. */
function startLogins(cluster: Cluster, userIds: readonly string[], callers: number) {
  const tookMs: number[] = [];
  const failed = new Map<string, number>();
  const old: string[] = [];
  let seenFromMs = Infinity;
  const stopping = new AbortController();
  let asked = 0;

  async function logInTurn(): Promise<void> {
    while (!stopping.signal.aborted) {
      asked += 1;
      // Spread over all users, and never two at once for one.
      const userId = userIds[(asked * 7919) % userIds.length] ?? '';
      const sentAtMs = Date.now();
      const { url } = cluster.servers[asked % cluster.servers.length] ?? { url: '' };
      const heard = await cluster.asker.obtain(url, NAME, userId);
      if (heard.kind === 'token') {
        tookMs.push(heard.tookMs);
        if (sentAtMs > seenFromMs && heard.token.generation < 2) old.push(userId);
      } else countOne(failed, describeFailure(heard));
      await pause(LOGIN_PAUSE_MS);
    }
  }

  const logging = Promise.all(Array.from({ length: callers }, logInTurn));
  return {
    cutOver: (atMs: number) => void (seenFromMs = atMs),
    async stop() {
      stopping.abort();
      await logging;
      return { tookMs, failed, old };
    },
  };
}

async function showToProvider(cluster: Cluster, userIds: readonly string[]): Promise<string[]> {
  const every = Math.max(1, Math.floor(userIds.length / SAMPLE));
  const dead: string[] = [];
  for (const [index, userId] of userIds.entries()) {
    if (index % every !== 0) continue;
    const { url } = cluster.servers[index % cluster.servers.length] ?? { url: '' };
    const heard = await cluster.asker.obtain(url, NAME, userId);
    const isGood =
      heard.kind === 'token' &&
      (await cluster.sandbox.control.connect('rongcloud', APP_KEY, heard.token.token))['ok'] === true;
    if (!isGood) dead.push(userId);
  }
  return dead;
}
