import { describeFailure } from './asker.ts';
import { createAcknowledgedTokens } from './acknowledged-tokens.ts';
import { APP, APP_KEY } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { countOne, describeCounts, describeTimes } from './proof-row.ts';
import type { ProofRow } from './proof-row.ts';
import { watchServers } from './watch-servers.ts';

interface ManyCallers {
  readonly users: number;
  /** How often each user is asked for. */
  readonly times: number;
  /** Requests under way at once, over all servers. */
  readonly inFlight: number;
}

/** So many requests for one user follow each other, so that a user who has no token yet is asked for by a crowd. */
const CROWD = 50;

/** How many of the tokens are shown to the provider. */
const SAMPLE = 100;

/** Many users, each asked for many times at all servers: one call to the provider a user, and one token for all. */
export async function askForManyUsers(cluster: Cluster, { users, times, inFlight }: ManyCallers): Promise<ProofRow> {
  const acknowledged = createAcknowledgedTokens();
  const prefix = `many${Date.now().toString(36)}x`;
  const failed = new Map<string, number>();
  const tookMs: number[] = [];
  const tokens = new Map<string, string>();
  const stopCounting = cluster.issues.watch();
  const stopWatching = watchServers(cluster);
  const beganMs = performance.now();

  let next = 0;
  const all = users * times;
  const askInTurn = async (): Promise<void> => {
    while (next < all) {
      const index = next;
      next += 1;
      const userId = `${prefix}${Math.floor(index / CROWD) % users}`;
      const { url } = cluster.servers[index % cluster.servers.length] ?? { url: '' };
      const heard = await cluster.asker.obtain(url, APP, userId);
      if (heard.kind === 'token') {
        acknowledged.note(heard.token);
        tokens.set(userId, heard.token.token);
        tookMs.push(heard.tookMs);
      } else countOne(failed, describeFailure(heard));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, askInTurn));

  const seconds = (performance.now() - beganMs) / 1_000;
  const watched = await stopWatching();
  await stopCounting();
  const issued = [...cluster.issues.byUser].filter(([userId]) => userId.startsWith(prefix));
  const calls = issued.reduce((sum, [, count]) => sum + count, 0);
  const refused = await showToProvider(cluster, tokens);
  await acknowledged.compareWithStore(cluster);
  return {
    what: `${users} users, each asked for ${times} times`,
    size: `${all} requests, ${cluster.servers.length} servers, ${inFlight} in flight`,
    expected: `${users} issue calls, 0 failed`,
    measured: `${calls} issue calls, failed: ${describeCounts(failed)}; ${describeTimes(tookMs)}; ${Math.round(all / seconds)} requests/s`,
    violations: [
      ...listTwice(issued, cluster),
      ...(issued.length === users ? [] : [`${users - issued.length} users were never issued for`]),
      ...[...failed].map(([what, count]) => `${count} x ${what}`),
      ...acknowledged.violations,
      ...refused,
    ],
    notes: watched,
  };
}

/** A second call has to have a reason, which the servers' logs tell: they are listed beside it. */
function listTwice(issued: readonly (readonly [string, number])[], cluster: Cluster): string[] {
  const twice = issued.filter(([, count]) => count > 1);
  if (twice.length === 0) return [];
  const lines = cluster.logLines().filter((line) => /lease|orphaned|stalled/.test(line));
  return twice.map(([userId, count]) => {
    const own = lines.filter((line) => line.includes(`"${userId}"`)).length;
    return `${userId}: ${count} issue calls (${own} lines of the log name the user, ${lines.length} tell of leases or stalls)`;
  });
}

async function showToProvider(cluster: Cluster, tokens: ReadonlyMap<string, string>): Promise<string[]> {
  const every = Math.max(1, Math.floor(tokens.size / SAMPLE));
  const sample = [...tokens].filter((_, index) => index % every === 0);
  const verdicts = await Promise.all(
    sample.map(async ([userId, token]) => {
      const { ok } = await cluster.sandbox.control.connect('rongcloud', APP_KEY, token);
      return ok === true ? [] : [`${userId}: the provider refuses the token`];
    }),
  );
  return verdicts.flat();
}
