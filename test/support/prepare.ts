import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildPod } from '../local/build-pod.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** For what Workers store; gone after the last test. */
    stateDir: string
  }
}

/**
 * Builds the pod, and gives the Workers of all tests a folder. It lies in memory where the machine has a place for that:
 * a run waits for the disk at every step otherwise.
 */
export default async function prepare(project: TestProject): Promise<() => Promise<void>> {
  buildPod()
  const memory = '/dev/shm'
  const folder = await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'tallypod-tests-'))
  project.provide('stateDir', folder)
  return () => rm(folder, { recursive: true, force: true })
}
