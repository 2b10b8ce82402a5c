import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    globalSetup: ['test/support/prepare.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most of the time is spent waiting: for leases, for vendors that ask to wait, for processes to start.
    maxWorkers: 3,
    isolate: false,
  },
})
