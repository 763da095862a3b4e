import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// chdb's threads are the engine's own: its tests may be processes, and never threads of one.
process.env.UV_THREADPOOL_SIZE ??= '8'

// Many tests wait for processes of their own. What they load is loaded once, which takes longer than most of them.
const workers = { pool: 'forks', isolate: false, maxWorkers: Math.max(3, availableParallelism()) } as const

export default defineConfig({
  test: {
    globalSetup: 'test/temporary-files.ts',
    projects: [
      {
        test: {
          ...workers,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{engine,proof}.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          ...workers,
          name: 'engine',
          include: ['test/**/*.engine.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...workers,
          name: 'proofs',
          include: ['test/**/*.proof.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
