import { defineConfig } from 'vitest/config';

/** Shared by every package: each runs `vitest run --config ../../vitest.config.ts` in its own folder. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    restoreMocks: true,
  },
});
