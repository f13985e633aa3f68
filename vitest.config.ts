import { defineConfig } from 'vitest/config';

/** Shared by every package: each runs `vitest run --config ../../vitest.config.ts` in its own folder. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // Long enough for a machine with two busy cores; nothing is expected to take a second of it but starting processes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    restoreMocks: true,
  },
});
