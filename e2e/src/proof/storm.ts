import { describeFailure } from './asker.ts';
import { createAcknowledgedTokens } from './acknowledged-tokens.ts';
import { APP } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { countOne, describeCounts, describeTimes } from './proof-row.ts';
import type { ProofRow } from './proof-row.ts';
import { watchServers } from './watch-servers.ts';

interface Storm {
  readonly requests: number;
  /** How slow the provider is meanwhile. */
  readonly providerMs: number;
}

/** Everybody asks at once, at all servers, for one user who has no token yet. */
export async function askInStorm(cluster: Cluster, { requests, providerMs }: Storm): Promise<ProofRow> {
  const userId = `storm${Date.now().toString(36)}`;
  const acknowledged = createAcknowledgedTokens();
  const failed = new Map<string, number>();
  const tookMs: number[] = [];
  if (providerMs > 0) {
    await cluster.sandbox.control.post('faults', [
      { provider: 'rongcloud', kind: 'delay', delayMs: providerMs, times: 1 },
    ]);
  }
  const stopWatching = watchServers(cluster);
  await Promise.all(
    Array.from({ length: requests }, async (_, index) => {
      const heard = await cluster.asker.obtain(cluster.servers[index % cluster.servers.length]?.url ?? '', APP, userId);
      if (heard.kind === 'token') {
        acknowledged.note(heard.token);
        tookMs.push(heard.tookMs);
      } else countOne(failed, describeFailure(heard));
    }),
  );
  const watched = await stopWatching();
  await cluster.sandbox.control.clearFaults();
  await cluster.issues.read(true);
  const calls = cluster.issues.byUser.get(userId) ?? 0;
  return {
    what: 'a storm on one user who has no token',
    size: `${requests} requests at once, ${cluster.servers.length} servers, provider of ${providerMs} ms`,
    expected: '1 issue call, 0 failed, one token',
    measured: `${calls} issue call${calls === 1 ? '' : 's'}, failed: ${describeCounts(failed)}; ${describeTimes(tookMs)}`,
    violations: [
      ...(calls === 1 ? [] : [`${calls} issue calls`]),
      ...[...failed].map(([what, count]) => `${count} x ${what}`),
      ...acknowledged.violations,
    ],
    notes: watched,
  };
}
