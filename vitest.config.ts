import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// chdb's threads are the engine's own: its tests may be processes, and never threads of one.
process.env.UV_THREADPOOL_SIZE ??= '8'

export default defineConfig({
  test: {
    globalSetup: 'test/temporary-files.ts',
    pool: 'forks',
    // Many tests wait for processes of their own.
    maxWorkers: Math.max(3, availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.engine.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['test/**/*.engine.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
