import { defineConfig } from 'vitest/config'

/** Tests in a real browser. Two files at once: more would only wait for each other. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/support/build-pod.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // What a click leads to is on the screen a moment later.
    expect: { poll: { timeout: 10_000 } },
  },
})
