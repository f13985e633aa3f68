import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

/** The longest files: one that starts last runs alone while the other worker has nothing left. */
const LONGEST = [
  '/e2e/src/many-servers.test.ts',
  '/e2e/src/bulk.test.ts',
  '/e2e/src/user-calls.test.ts',
  '/e2e/src/refusals.test.ts',
  '/e2e/src/cache.test.ts',
  '/e2e/src/start.test.ts',
  '/e2e/src/server.test.ts',
  '/e2e/src/rotation.test.ts',
  '/e2e/src/app-token.test.ts',
  '/packages/db/src/open-embedded.test.ts',
  '/apps/server/src/jobs/job-loop.test.ts',
  '/apps/server/src/simulation/simulation.test.ts',
  '/apps/cli/src/commands/start/start.test.ts',
];

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((name) => moduleId.endsWith(name));
  return rank === -1 ? LONGEST.length : rank;
}

/** The longest first. Vitest knows durations from the last run only, and a fresh clone has had none. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own method, which changes nothing
    const sorted = await super.sort(files);
    return sorted.toSorted((left, right) => rankOf(left) - rankOf(right));
  }
}

/** Shared by every package: each runs `vitest run --config ../../vitest.config.ts` in its own folder. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // Long enough for a machine with two busy cores; nothing is expected to take a second of it but starting processes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Imports have no effects here, so a file may use what another one has imported: that is a third of the work of all tests.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    restoreMocks: true,
  },
});
