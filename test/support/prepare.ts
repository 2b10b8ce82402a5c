import { mkdtemp, rm, statfs } from 'node:fs/promises'
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

/** Builds the pod, and gives the Workers of all tests a folder. */
export default async function prepare(project: TestProject): Promise<() => Promise<void>> {
  buildPod()
  const folder = await mkdtemp(join((await hasRoom(memory)) ? memory : tmpdir(), 'tallypod-tests-'))
  project.provide('stateDir', folder)
  return () => rm(folder, { recursive: true, force: true })
}

/** A file system in memory, where there is one: a run waits for the disk at every step otherwise. */
const memory = '/dev/shm'
const neededBytes = 256 * 1024 ** 2

async function hasRoom(folder: string): Promise<boolean> {
  const found = await statfs(folder).catch(() => null)
  return found !== null && found.bavail * found.bsize > neededBytes
}
