import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { buildPod } from '../local/build-pod.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Worker as a deployment bundles it, built once for all test files. */
    workerDir: string
  }
}

/** Builds the pod and the Worker before all tests, and takes the Worker away after them. */
export default async function buildWorker(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tallypod-worker-'))
  buildPod()
  await promisify(execFile)('wrangler', ['deploy', '--dry-run', '--outdir', folder], {
    env: { ...process.env, WRANGLER_HIDE_BANNER: 'true', WRANGLER_SEND_METRICS: 'false' },
  })
  project.provide('workerDir', folder)
  return () => rm(folder, { recursive: true, force: true })
}
