import { defineConfig } from 'vitest/config'

// chdb runs one engine per process: its tests share one worker, one after another (threads crash it).
process.env.UV_THREADPOOL_SIZE ??= '8'

export default defineConfig({
  test: {
    globalSetup: 'test/temporary-files.ts',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.engine.test.ts'],
          pool: 'forks',
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'engine',
          include: ['test/**/*.engine.test.ts'],
          pool: 'forks',
          isolate: false,
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
