import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCluster } from './proof/cluster.ts';
import type { Cluster } from './proof/cluster.ts';
import { ON_EMBEDDED, ON_FOUR_SERVERS } from './proof/scenarios.ts';

// The short form of what `npx pnpm proof` writes down in docs/proof.md.

const TIMEOUT_MS = 300_000;

let cluster: Cluster;
beforeAll(async () => {
  cluster = await openCluster({ servers: 4 });
}, TIMEOUT_MS);
afterAll(() => cluster.close());

test.each(
  ON_FOUR_SERVERS.filter(({ isLongOnly = false }) => !isLongOnly).map((scenario) => [scenario.name, scenario] as const),
)(
  'four servers on one PostgreSQL act as one: %s',
  async (_name, scenario) => {
    const row = await scenario.run(cluster, 'short');
    expect(row.violations, JSON.stringify(row, undefined, 2)).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'a server on the embedded database loses nothing that was acknowledged when it is killed',
  async () => {
    const embedded = await openCluster({ servers: 1, engine: 'embedded' });
    try {
      for (const scenario of ON_EMBEDDED) {
        const row = await scenario.run(embedded, 'short');
        expect(row.violations, JSON.stringify(row, undefined, 2)).toEqual([]);
      }
    } finally {
      await embedded.close();
    }
  },
  TIMEOUT_MS,
);
