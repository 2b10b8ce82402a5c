import { defineConfig } from 'vitest/config'

/** Tests in a real browser, one file after the other: each has the machine for itself. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/support/build-pod.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
